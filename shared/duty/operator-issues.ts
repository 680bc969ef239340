import { type GitHub, repoRef } from '../github/client.js'
import type { Label } from '../github/labels.js'

/** Of the issues that wait for an operator, and that tell only: nothing depends on them. */
export const operatorLabel: Label = 'deploy-needs-operator'

/** Found by the label, which takes rights to give; which of them it is, the marker in its text says. */
export async function operatorIssues(github: GitHub, repo: string, state: 'open' | 'all') {
  const all = { ...repoRef(repo), labels: operatorLabel, state, per_page: 100 }
  return (await github.paginate(github.rest.issues.listForRepo, all)).filter(({ pull_request }) => !pull_request)
}
