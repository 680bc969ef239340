import { resultLostFix } from '../../../shared/action/needs.js'
import { operatorIssues, operatorLabel } from '../../../shared/duty/operator-issues.js'
import { mentionOperators } from '../../../shared/duty/operators.js'
import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { Policy } from '../../../shared/policy/policy.js'
import type { Ending } from '../../../shared/records/deployments.js'
import { escapeMarkdown, markdownLink } from '../../../shared/report/markdown.js'

const mark = '<!-- lockstep:deploy-needs-operator '
const marker = (runId: string): string => `${mark}${runId} -->`

interface Call {
  policy: Policy
  run: RunFacts
  /** The smoke test that could not tell. */
  ending: Ending
}

/** One issue for a run that needs a person to continue. It is not reopened after somebody closed it. Returns its address. */
export async function pageOperators(github: GitHub, { policy, run, ending }: Call): Promise<string> {
  const { record } = ending
  const [runId = ''] = record.run.split('/')
  const present = (await operatorIssues(github, run.repository, 'all')).find(({ body }) =>
    body?.startsWith(marker(runId)),
  )
  if (present) return present.html_url
  const lost = record.reason === 'result-lost'
  const commit = record.commit.slice(0, 7)
  const title = `${record.cluster}: it is unknown whether ${commit} serves users`
  const url = `${run.serverUrl}/${run.repository}/actions/runs/${runId}`
  const body = [
    marker(runId),
    `${mentionOperators(policy)}: ${lost ? 'the result' : 'the smoke test'} of ${escapeMarkdown(record.cluster)} ${lost ? 'did not arrive' : 'was inconclusive'} several times: ${escapeMarkdown(ending.description, 500)}`,
    `The next clusters and all later merges wait.`,
    '### What to do now',
    [
      lost
        ? `1. Open the ${markdownLink('deploy', url)}. ${resultLostFix}`
        : `1. Find the cause in the log of the ${markdownLink('deploy', url)}, such as the tester's own network, its tokens or missing metrics.`,
      `2. Once that is fixed, re-run **all** jobs of that ${markdownLink('deploy', url)}: it continues after one clean pass.`,
      '3. If the new version is the cause, revert its pull request; that needs no approval.',
    ].join('\n'),
    'This issue closes by itself once the deploy is no longer waiting.',
  ].join('\n\n')
  const { data } = await github.rest.issues.create({ ...repoRef(run.repository), title, body, labels: [operatorLabel] })
  return data.html_url
}

/** Closes the issues about all runs except the one that still waits. */
export async function closePages(github: GitHub, repo: string, waiting: string | undefined): Promise<void> {
  const still = waiting === undefined ? undefined : marker(waiting.split('/')[0] ?? '')
  for (const { number, body } of await operatorIssues(github, repo, 'open')) {
    if (!body?.startsWith(mark) || (still !== undefined && body.startsWith(still))) continue
    const issue = { ...repoRef(repo), issue_number: number }
    await github.rest.issues.createComment({ ...issue, body: 'That deploy is no longer waiting.' })
    await github.rest.issues.update({ ...issue, state: 'closed' })
  }
}
