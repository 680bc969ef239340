import type { Finding } from '../../shared/action/result.js'
import { type Hold, holdBlock } from '../../shared/holds/holds.js'
import { bounded, code, commentLimit, link, mention, plain, summaryLimit } from '../../shared/report/markdown.js'
import { type AskedRevert, askedRevertBlock } from './asked-revert.js'
import type { BadVersion, Carried, Failure, PullInfo } from './git-types.js'

/** How one cluster's way back ended, for its job's summary. */
export const describeCluster = (
  cluster: string,
  { decision, message }: Finding,
  fix: string | undefined,
  runbook: string | undefined,
): string =>
  bounded(
    [
      `### ${plain(cluster)}: ${code(decision)}`,
      '',
      plain(message, 1_000),
      '',
      ...(fix ? [plain(fix, 1_000), ''] : []),
      ...(runbook ? [`Runbook: ${link(runbook, runbook)}`, ''] : []),
    ].join('\n'),
    summaryLimit,
  )

const short = (commit: string): string => commit.slice(0, 7)

const versions = (bad: BadVersion[]): string[] =>
  bad.map(({ component, from, to }) => `- ${plain(component.name)}: ${code(from)} → ${code(to)}`)

const pullList = (pulls: PullInfo[]): string[] =>
  pulls.map(({ number, url, title }) => `- ${link(`#${number}`, url)} ${plain(title)}`)

export const revertTitle = ({ verified, failed }: Failure): string =>
  `Go back to ${short(verified)}: ${short(failed)} failed`

export const revertMessage = ({ verified, failed }: Failure): string =>
  `Go back to ${short(verified)}\n\nEvery release input as it was at ${verified}, the last commit verified on every\ncluster; ${failed} failed.`

/** The revert's pull request: what failed, what goes back, what is left to do. */
export function revertBody(failure: Failure, later: PullInfo[]): string {
  const { cause, url, verified, bad, pulls } = failure
  return bounded(
    [
      `**${plain(cause, 400)}** (${link('run', url)})`,
      '',
      `Every release input goes back to ${code(short(verified))}, the last commit that was verified on every cluster:`,
      ...versions(bad),
      '',
      ...(pulls.length > 0 ? ['It takes back:', ...pullList(pulls), ''] : []),
      ...(later.length > 0
        ? [
            'And with it, merged meanwhile and not deployed (they can be proposed again once the hold is closed):',
            ...pullList(later),
            '',
          ]
        : []),
      'The gate computes this again; green means that nothing else changes. It needs no approval.',
      '',
    ].join('\n'),
    commentLimit,
  )
}

export const holdTitle = ({ component, from }: BadVersion): string => `Hold: ${component.name} ${from} failed`

export function holdBody(hold: Hold, bad: BadVersion, { url }: Failure): string {
  return bounded(
    [
      `${code(bad.from)} of ${plain(bad.component.name)} failed: **${plain(hold.cause, 400)}** (${link('run', url)})`,
      '',
      `No version that contains what ${code(bad.from)} was made from${hold.commit === undefined ? '' : ` (${code(`${bad.component.upstream}@${short(hold.commit)}`)})`} is deployed while this issue is open.`,
      '',
      '**What to do next:** fix or revert it upstream. An operator then closes this issue, and the new version goes its usual way.',
      '',
      holdBlock(hold),
      '',
    ].join('\n'),
    commentLimit,
  )
}

export const upstreamMarker = ({ component, from }: BadVersion): string =>
  `<!-- lockstep:failed ${component.name} ${encodeURIComponent(from)} -->`

export const upstreamTitle = ({ from }: BadVersion): string => `${from} failed when it was deployed: fix or revert`

/** For those who merged it: what it carries and how to take it back. */
export function upstreamBody(
  bad: BadVersion,
  { merges, more }: Carried,
  failure: Failure,
  hold: { url: string } | undefined,
): string {
  const carried = merges.map(({ pull, title, author, mergedBy, commit, undo }) => {
    const name = pull ? link(`#${pull.number}`, pull.url) : code(short(commit))
    const who = [author, mergedBy].flatMap((account) => (account && !account.bot ? [mention(account.login)] : []))
    const how = pull ? `its button **Revert** (at the end of ${link('the page', pull.url)}) or ` : ''
    return `- ${name} ${plain(title)} (${[...new Set(who)].join(', ')}): ${how}${code(undo)}`
  })
  const asked = askedRevert(bad, { merges, more })
  const next = asked
    ? `The workflow that takes ${link(`#${asked.pull}`, merges[0]?.pull?.url ?? '')} back opens a pull request: look at it and merge it, or fix it with another one.`
    : 'Fix it with a new pull request, or take it back.'
  return bounded(
    [
      `The clusters are back at ${code(bad.to)}: **${plain(failure.cause, 400)}** (${link('run', failure.url)})`,
      '',
      `${code(bad.from)} carried:`,
      ...carried,
      ...(more > 0 ? [`- and ${more} more`] : []),
      '',
      `**What to do next:** ${next} Until then nothing that contains it is deployed${hold ? ` (${link('hold', hold.url)})` : ''}.`,
      '',
      ...(asked ? [askedRevertBlock(asked), ''] : []),
      upstreamMarker(bad),
    ].join('\n'),
    commentLimit,
  )
}

/** Where one pull request alone can be to blame, and the policy wants that, upstream's workflow takes it back. */
export function askedRevert({ component }: BadVersion, { merges, more }: Carried): AskedRevert | undefined {
  const [only, ...others] = merges
  if (component.revert !== 'pr' || !only?.pull || others.length > 0 || more > 0) return undefined
  return { schema: 1, pull: only.pull.number, commit: only.commit, command: only.undo }
}

export const conflictMarker = ({ failed }: Failure): string => `<!-- lockstep:revert-conflict ${failed} -->`

export const conflictTitle = ({ failed }: Failure): string => `${short(failed)} failed and cannot be reverted by itself`

export function conflictBody(failure: Failure, conflicts: string[]): string {
  return bounded(
    [
      `**${plain(failure.cause, 400)}** (${link('run', failure.url)})`,
      '',
      `The clusters go back to ${code(short(failure.verified))}, but these files were changed again after what failed:`,
      ...conflicts.slice(0, 50).map((path) => `- ${code(path)}`),
      '',
      '**What to do next:** decide what they should be. To have exactly what was verified:',
      '',
      '```',
      'git switch --create go-back origin/HEAD',
      `git restore --source ${failure.verified} -- ${conflicts.every((path) => /^[\w./-]+$/.test(path)) ? conflicts.slice(0, 50).join(' ') : '<the files above>'}`,
      '```',
      '',
      conflictMarker(failure),
    ].join('\n'),
    commentLimit,
  )
}
