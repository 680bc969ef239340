import { type Run, runUrl } from '../../shared/action/facts.js'
import { mentionOperators } from '../../shared/duty/operators.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Policy } from '../../shared/policy/policy.js'
import { link, plain } from '../../shared/report/markdown.js'
import { waitingIssues, waitingLabel } from '../../shared/report/waiting-issues.js'

const marker = (cluster: string): string => `<!-- lockstep:left-staged ${cluster} -->`

interface Rehearsal {
  policy: Policy
  run: Run
  cluster: string
  pull: number
  /** Whether main is there again. */
  back: boolean
}

/** One open issue while a staging cluster may still carry what was rehearsed on it; closed by the next rehearsal that ends at main. */
export async function tellLeft(github: GitHub, rehearsal: Rehearsal): Promise<void> {
  const { run, cluster, back } = rehearsal
  const at = repoRef(run.repository)
  const open = await waitingIssues(github, run.repository, 'open')
  const ours = open.filter(({ body }) => body?.startsWith(marker(cluster)))
  if (!back && ours.length === 0) {
    await github.rest.issues.create({ ...at, ...textOf(rehearsal), labels: [waitingLabel] })
  }
  for (const { number } of back ? ours : []) {
    const body = `A later ${link('rehearsal', runUrl(run))} left main on ${plain(cluster)}.`
    await github.rest.issues.createComment({ ...at, issue_number: number, body })
    await github.rest.issues.update({ ...at, issue_number: number, state: 'closed' })
  }
}

function textOf({ policy, run, cluster, pull }: Rehearsal): { title: string; body: string } {
  const body = [
    marker(cluster),
    `${mentionOperators(policy)}: #${pull} was rehearsed on ${plain(cluster)}, and it is not certain that main is there again. Users are not concerned; who tests on ${plain(cluster)} is.`,
    '### What to do now',
    [
      `1. Look at the job \`back\` of the ${link('rehearsal', runUrl(run))}: why did it not go back?`,
      '2. Once that is mended, re-run its failed jobs. The next deploy of main brings it there as well.',
      '3. Then close this.',
    ].join('\n'),
  ].join('\n\n')
  return { title: `${cluster} may still carry #${pull}, which was only rehearsed`, body }
}
