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

/** How one cluster's rollback ended, for its job's summary. */
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
  `Revert to ${short(verified)}: ${short(failed)} failed`

export const revertMessage = ({ verified, failed }: FailedRange): string =>
  `Revert to ${short(verified)}\n\nRestores every release input to ${verified}, the last commit verified\non every cluster. ${failed} failed.`

/** The revert's pull request: what failed, what is reverted, what is left to do. */
export function revertBody(failure: FailedRange, later: PullInfo[]): string {
  const { cause, url, verified, bad, pulls } = failure
  return truncateMarkdown(
    [
      `**${escapeMarkdown(cause, 400)}** (${markdownLink('run', url)})`,
      '',
      `This restores every release input to ${markdownCode(short(verified))}, the last commit verified on every cluster:`,
      ...versions(bad),
      '',
      ...(pulls.length > 0 ? ['It reverts:', ...pullList(pulls), ''] : []),
      ...(later.length > 0
        ? [
            'It also reverts these, merged later and not deployed. Propose them again once no version is blocked:',
            ...pullList(later),
            '',
          ]
        : []),
      'The gate recomputes this revert. If its check is green, nothing else changes, and no approval is needed.',
      '',
    ].join('\n'),
    commentLimit,
  )
}

export const blockedVersionTitle = ({ component, from }: BadVersion): string =>
  `Blocked version: ${component.name} ${from} failed`

export function blockedVersionBody(hold: BlockedVersion, bad: BadVersion, { url }: FailedRange): string {
  return truncateMarkdown(
    [
      `${markdownCode(bad.from)} of ${escapeMarkdown(bad.component.name)} failed: **${escapeMarkdown(hold.cause, 400)}** (${markdownLink('run', url)})`,
      '',
      `While this issue is open, Lockstep deploys no version that contains the commit of ${markdownCode(bad.from)}${hold.commit === undefined ? '' : ` (${markdownCode(`${bad.component.upstream}@${short(hold.commit)}`)})`}.`,
      '',
      '**What to do next:** fix or revert it upstream. An operator then closes this issue, and the new version is deployed as usual.',
      '',
      blockedVersionBlock(hold),
      '',
    ].join('\n'),
    commentLimit,
  )
}

export const upstreamMarker = ({ component, from }: BadVersion): string =>
  `<!-- lockstep:failed ${component.name} ${encodeURIComponent(from)} -->`

export const upstreamTitle = ({ from }: BadVersion): string => `Deploy of ${from} failed: fix or revert it`

/** For those who merged it: what it contains and how to revert it. */
export function upstreamBody(
  bad: BadVersion,
  { merges, more }: CarriedCommit,
  failure: FailedRange,
  hold: { url: string } | undefined,
): string {
  const carried = merges.map(({ pull, title, author, mergedBy, commit, undo }) => {
    const name = pull ? markdownLink(`#${pull.number}`, pull.url) : markdownCode(short(commit))
    const who = [author, mergedBy].flatMap((account) => (account && !account.bot ? [mentionLogin(account.login)] : []))
    const how = pull ? `press **Revert** (at the end of ${markdownLink('its page', pull.url)}) or run ` : 'run '
    return `- ${name} ${escapeMarkdown(title)} (${[...new Set(who)].join(', ')}): ${how}${markdownCode(undo)}`
  })
  const asked = requestedRevertText(bad, { merges, more })
  const next = asked
    ? `A workflow opens a pull request that reverts ${markdownLink(`#${asked.pull}`, merges[0]?.pull?.url ?? '')}: review and merge it, or fix the problem with another one.`
    : 'Fix it with a new pull request, or revert it.'
  return truncateMarkdown(
    [
      `${clustersNow(bad, failure)}: **${escapeMarkdown(failure.cause, 400)}** (${markdownLink('run', failure.url)})`,
      '',
      `${markdownCode(bad.from)} contains:`,
      ...carried,
      ...(more > 0 ? [`- and ${more} more`] : []),
      '',
      `**What to do next:** ${next} Until then Lockstep deploys no version that contains it${hold ? ` (${markdownLink('blocked version', hold.url)})` : ''}.`,
      '',
      ...(asked ? [requestedRevertBlock(asked), ''] : []),
      upstreamMarker(bad),
    ].join('\n'),
    commentLimit,
  )
}

const clustersNow = ({ from, to }: BadVersion, { irreversible }: FailedRange): string =>
  irreversible.length === 0
    ? `The clusters were rolled back to ${markdownCode(to)}`
    : `${markdownCode(from)} failed, and ${escapeMarkdown(irreversible.join(', '))} cannot be rolled back automatically`

/** If only one pull request can be to blame, and the policy says so, upstream's workflow reverts it. */
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
  `${short(failed)} failed and cannot be reverted automatically`

export function conflictBody(failure: FailedRange, conflicts: string[]): string {
  return truncateMarkdown(
    [
      `**${escapeMarkdown(failure.cause, 400)}** (${markdownLink('run', failure.url)})`,
      '',
      `The clusters are rolled back to ${markdownCode(short(failure.verified))}. Main is not reverted, because these files were changed again later:`,
      ...conflicts.slice(0, 50).map((path) => `- ${markdownCode(path)}`),
      '',
      '**What to do next:** decide what these files should contain, and open a pull request. To restore what was verified:',
      '',
      '```',
      'git switch --create revert-by-hand origin/HEAD',
      `git restore --source ${failure.verified} -- ${conflicts.every((path) => /^[\w./-]+$/.test(path)) ? conflicts.slice(0, 50).join(' ') : '<the files above>'}`,
      '```',
      '',
      conflictMarker(failure),
    ].join('\n'),
    commentLimit,
  )
}
