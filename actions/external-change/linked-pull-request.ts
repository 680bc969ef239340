import type { LinkedPullRequestState } from '../../shared/evidence/linked-pull-request-state.js'
import { appCheckRuns } from '../../shared/github/app-check-runs.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'
import { gateCheckName, parseExternalId } from '../../shared/records/gate-check.js'

/** How the pull request is that the form names; undefined where there is none of that number. */
export async function readLinkedPullRequest(
  github: GitHub,
  repo: string,
  number: number,
  gateApp: number,
): Promise<{ number: number; state: LinkedPullRequestState } | undefined> {
  const pull = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number }).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined
    throw error
  })
  if (!pull) return undefined
  const { merged, state, head } = pull.data
  if (merged) return { number, state: 'merged' }
  if (state !== 'open') return { number, state: 'closed' }
  const runs = await appCheckRuns(github, { repo, commit: head.sha, name: gateCheckName, app: gateApp })
  const own = runs.find(({ external_id: id }) => parseExternalId(id)?.pr === number)
  return { number, state: own?.conclusion === 'success' ? 'green' : 'red' }
}
