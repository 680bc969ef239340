import { operatorIssues, operatorLabel } from '../../../shared/duty/operator-issues.js'
import { mentionOperators } from '../../../shared/duty/operators.js'
import { type RunFacts, runUrl } from '../../../shared/foundation/run-facts.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { escapeMarkdown, markdownLink } from '../../../shared/report/markdown.js'

const marker = (cluster: string): string => `<!-- lockstep:left-staged ${cluster} -->`

interface EndedTrial {
  policy: Policy
  run: RunFacts
  cluster: string
  pull: number
  /** Whether main is restored. */
  back: boolean
}

/** One open issue while a staging cluster may still run a trial's version; closed by the next trial that restores main. */
export async function reportNotRestored(github: GitHub, trial: EndedTrial): Promise<void> {
  const { run, cluster, back } = trial
  const at = repoRef(run.repository)
  const open = await operatorIssues(github, run.repository, 'open')
  const ours = open.filter(({ body }) => body?.startsWith(marker(cluster)))
  if (!back && ours.length === 0) {
    await github.rest.issues.create({ ...at, ...textOf(trial), labels: [operatorLabel] })
  }
  for (const { number } of back ? ours : []) {
    const body = `A later ${markdownLink('staging trial', runUrl(run))} restored main on ${escapeMarkdown(cluster)}.`
    await github.rest.issues.createComment({ ...at, issue_number: number, body })
    await github.rest.issues.update({ ...at, issue_number: number, state: 'closed' })
  }
}

function textOf({ policy, run, cluster, pull }: EndedTrial): { title: string; body: string } {
  const body = [
    marker(cluster),
    `${mentionOperators(policy)}: after the staging trial of #${pull} on ${escapeMarkdown(cluster)}, it is not certain that main is deployed there again. Users are not affected; testers on ${escapeMarkdown(cluster)} may be.`,
    '### What to do now',
    [
      `1. Inspect the job \`back\` of the ${markdownLink('staging trial', runUrl(run))}: why did the rollback fail?`,
      '2. Once that is fixed, re-run its failed jobs. The next deploy of main restores it as well.',
      '3. Then close this issue.',
    ].join('\n'),
  ].join('\n\n')
  return { title: `${cluster} may still run #${pull} from a staging trial`, body }
}
