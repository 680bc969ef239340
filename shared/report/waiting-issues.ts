import { type GitHub, repoRef } from '../github/client.js'

/** Of the issues that wait for an operator, and that tell only: nothing depends on them. */
export const waitingLabel = 'deploy-waiting'

/** Found by the label, which takes rights to give; which of them it is, the marker in its text says. */
export async function waitingIssues(github: GitHub, repo: string, state: 'open' | 'all') {
  const all = { ...repoRef(repo), labels: waitingLabel, state, per_page: 100 }
  return (await github.paginate(github.rest.issues.listForRepo, all)).filter(({ pull_request }) => !pull_request)
}
