import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { hasStatus } from '../../../shared/github/errors.js'
import type { CompanionState } from '../../../shared/infra/evidence/companion.js'
import { gateCheckName, parseExternalId } from '../../../shared/records/gate-check.js'

/** How the pull request is that the form names; undefined where there is none of that number. */
export async function readCompanion(
  github: GitHub,
  repo: string,
  number: number,
  gateApp: number,
): Promise<{ number: number; state: CompanionState } | undefined> {
  const pull = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number }).catch((error: unknown) => {
    if (hasStatus(error, 404)) return undefined
    throw error
  })
  if (!pull) return undefined
  const { merged, state, head } = pull.data
  if (merged) return { number, state: 'merged' }
  if (state !== 'open') return { number, state: 'closed' }
  const asked = { ...repoRef(repo), ref: head.sha, check_name: gateCheckName, app_id: gateApp, per_page: 100 }
  const { data } = await github.rest.checks.listForRef(asked)
  const own = data.check_runs.find(
    ({ app, external_id: id }) => app?.id === gateApp && parseExternalId(id)?.pr === number,
  )
  return { number, state: own?.conclusion === 'success' ? 'green' : 'red' }
}
