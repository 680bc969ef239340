import { type BlockedVersion, blockedVersionBlock } from '../../shared/blocks/blocked-versions.js'
import type { ResultFields } from '../../shared/foundation/result.js'
import {
  commentLimit,
  escapeMarkdown,
  markdownCode,
  markdownLink,
  mentionLogin,
  summaryLimit,
  truncateMarkdown,
} from '../../shared/report/markdown.js'
import type { BadVersion, CarriedCommit, FailedRange, PullInfo } from './revert/git-types.js'
import { type RequestedRevert, requestedRevertBlock } from './revert/requested-revert.js'

/** How one cluster's way back ended, for its job's summary. */
export const describeCluster = (
  cluster: string,
  { decision, message }: ResultFields,
  fix: string | undefined,
  runbook: string | undefined,
): string =>
  truncateMarkdown(
    [
      `### ${escapeMarkdown(cluster)}: ${markdownCode(decision)}`,
      '',
      escapeMarkdown(message, 1_000),
      '',
      ...(fix ? [escapeMarkdown(fix, 1_000), ''] : []),
      ...(runbook ? [`Runbook: ${markdownLink(runbook, runbook)}`, ''] : []),
    ].join('\n'),
    summaryLimit,
  )

const short = (commit: string): string => commit.slice(0, 7)

const versions = (bad: BadVersion[]): string[] =>
  bad.map(
    ({ component, from, to }) => `- ${escapeMarkdown(component.name)}: ${markdownCode(from)} → ${markdownCode(to)}`,
  )

const pullList = (pulls: PullInfo[]): string[] =>
  pulls.map(({ number, url, title }) => `- ${markdownLink(`#${number}`, url)} ${escapeMarkdown(title)}`)

export const revertTitle = ({ verified, failed }: FailedRange): string =>
  `Go back to ${short(verified)}: ${short(failed)} failed`

export const revertMessage = ({ verified, failed }: FailedRange): string =>
  `Go back to ${short(verified)}\n\nEvery release input as it was at ${verified}, the last commit verified on every\ncluster; ${failed} failed.`

/** The revert's pull request: what failed, what goes back, what is left to do. */
export function revertBody(failure: FailedRange, later: PullInfo[]): string {
  const { cause, url, verified, bad, pulls } = failure
  return truncateMarkdown(
    [
      `**${escapeMarkdown(cause, 400)}** (${markdownLink('run', url)})`,
      '',
      `Every release input goes back to ${markdownCode(short(verified))}, the last commit that was verified on every cluster:`,
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

export const blockedVersionTitle = ({ component, from }: BadVersion): string => `Hold: ${component.name} ${from} failed`

export function blockedVersionBody(hold: BlockedVersion, bad: BadVersion, { url }: FailedRange): string {
  return truncateMarkdown(
    [
      `${markdownCode(bad.from)} of ${escapeMarkdown(bad.component.name)} failed: **${escapeMarkdown(hold.cause, 400)}** (${markdownLink('run', url)})`,
      '',
      `No version that contains what ${markdownCode(bad.from)} was made from${hold.commit === undefined ? '' : ` (${markdownCode(`${bad.component.upstream}@${short(hold.commit)}`)})`} is deployed while this issue is open.`,
      '',
      '**What to do next:** fix or revert it upstream. An operator then closes this issue, and the new version goes its usual way.',
      '',
      blockedVersionBlock(hold),
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
  { merges, more }: CarriedCommit,
  failure: FailedRange,
  hold: { url: string } | undefined,
): string {
  const carried = merges.map(({ pull, title, author, mergedBy, commit, undo }) => {
    const name = pull ? markdownLink(`#${pull.number}`, pull.url) : markdownCode(short(commit))
    const who = [author, mergedBy].flatMap((account) => (account && !account.bot ? [mentionLogin(account.login)] : []))
    const how = pull ? `its button **Revert** (at the end of ${markdownLink('the page', pull.url)}) or ` : ''
    return `- ${name} ${escapeMarkdown(title)} (${[...new Set(who)].join(', ')}): ${how}${markdownCode(undo)}`
  })
  const asked = requestedRevertText(bad, { merges, more })
  const next = asked
    ? `The workflow that takes ${markdownLink(`#${asked.pull}`, merges[0]?.pull?.url ?? '')} back opens a pull request: look at it and merge it, or fix it with another one.`
    : 'Fix it with a new pull request, or take it back.'
  return truncateMarkdown(
    [
      `The clusters are back at ${markdownCode(bad.to)}: **${escapeMarkdown(failure.cause, 400)}** (${markdownLink('run', failure.url)})`,
      '',
      `${markdownCode(bad.from)} carried:`,
      ...carried,
      ...(more > 0 ? [`- and ${more} more`] : []),
      '',
      `**What to do next:** ${next} Until then nothing that contains it is deployed${hold ? ` (${markdownLink('hold', hold.url)})` : ''}.`,
      '',
      ...(asked ? [requestedRevertBlock(asked), ''] : []),
      upstreamMarker(bad),
    ].join('\n'),
    commentLimit,
  )
}

/** Where one pull request alone can be to blame, and the policy wants that, upstream's workflow takes it back. */
export function requestedRevertText(
  { component }: BadVersion,
  { merges, more }: CarriedCommit,
): RequestedRevert | undefined {
  const [only, ...others] = merges
  if (component.revert !== 'pr' || !only?.pull || others.length > 0 || more > 0) return undefined
  return { schema: 1, pull: only.pull.number, commit: only.commit, command: only.undo }
}

export const conflictMarker = ({ failed }: FailedRange): string => `<!-- lockstep:revert-conflict ${failed} -->`

export const conflictTitle = ({ failed }: FailedRange): string =>
  `${short(failed)} failed and cannot be reverted by itself`

export function conflictBody(failure: FailedRange, conflicts: string[]): string {
  return truncateMarkdown(
    [
      `**${escapeMarkdown(failure.cause, 400)}** (${markdownLink('run', failure.url)})`,
      '',
      `The clusters go back to ${markdownCode(short(failure.verified))}, but these files were changed again after what failed:`,
      ...conflicts.slice(0, 50).map((path) => `- ${markdownCode(path)}`),
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
