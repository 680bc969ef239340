import { type GitHub, repoRef } from '../github/client.js'
import type { Policy } from '../policy/policy.js'
import { operatorsOf } from './operators.js'
import { reassignDuty, reassignmentsIn } from './reassign.js'

/**
 * Who is on duty after what was said under a bump's pull request.
 *
 * @param base who is by upstream's history
 */
export async function dutyUnder(
  github: GitHub,
  { repo, pull, policy }: { repo: string; pull: number; policy: Policy },
  base: string[],
): Promise<string[]> {
  const where = { ...repoRef(repo), issue_number: pull, per_page: 100 }
  const comments = await github.paginate(github.rest.issues.listComments, where)
  return reassignDuty(base, await reassignmentsIn(github, comments, operatorsOf(github, policy))).duty
}
