import { explainError } from '../../../shared/foundation/errors.js'
import type { ResultFields } from '../../../shared/foundation/result.js'
import { explainGitHub } from '../../../shared/github/errors.js'
import { escapeMarkdown, markdownLink, summaryLimit, truncateMarkdown } from '../../../shared/report/markdown.js'
import { conflictsOf } from '../cluster/decide.js'
import { postTimeline } from '../timeline/post-timeline.js'
import { readCarried } from './bad-versions.js'
import type { BadVersion, CarriedCommit, FailedRange, GitContext } from './git-types.js'
import { blockVersion, type OpenedIssue, openConflictIssue, openUpstreamIssue } from './issues.js'
import { mergeWhenGreen } from './merge-revert.js'
import { readRevertDiff } from './revert-diff.js'
import { openRevert, revertOf } from './revert-pull.js'

/** Main may move while the gate checks the revert; then it is made again. */
const attempts = 3

export interface RevertedRange {
  ended: RevertEnd
  /** What could not be done, and what mends it. */
  problems: string[]
}

/** How main ended. `problem` where a person has to do something. */
export type RevertEnd = Pick<ResultFields, 'decision' | 'reason' | 'message'> & { url?: string; problem?: string }

/**
 * Blocks the version first, so that no later run deploys the same again, then opens the issue upstream and the revert, and comments on
 * the pull requests. Everything is found again by its marker: run twice, it makes nothing twice.
 */
export async function revertRange(context: GitContext, failure: FailedRange): Promise<RevertedRange> {
  const { world } = context
  const holds: OpenedIssue[] = []
  for (const bad of failure.bad) holds.push(await blockVersion(context, failure, bad))
  for (const { url } of holds) world.log.info(`Version blocked: ${url}`)

  const problems: string[] = []
  const carried: { bad: BadVersion; carried: CarriedCommit }[] = []
  for (const [index, bad] of failure.bad.entries()) {
    const problem = await attempt(context, `The issue in ${bad.component.upstream} could not be opened`, async () => {
      const brought = { bad, carried: await readCarried(context, bad) }
      carried.push(brought)
      const issue = await openUpstreamIssue(context, failure, brought, holds[index])
      world.log.info(`Issue upstream: ${issue.url}`)
    })
    if (problem !== undefined) problems.push(problem)
  }

  const ended = failure.irreversible.length > 0 ? staysWith(context, failure) : await revert(context, failure)
  world.log.info(ended.message)
  const untold = await attempt(context, 'Not every timeline comment could be written', () =>
    postTimeline(context, failure, carried),
  )
  if (untold !== undefined) problems.push(untold)
  await world.summary(summaryOf(failure, ended, holds, problems))
  return { ended, problems }
}

/** The revert must not wait for a permission upstream, or for comments. Undefined where it went well. */
async function attempt({ world }: GitContext, what: string, act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (world.cancelled.aborted) throw error
    const { message, fix } = explainError(explainGitHub(error) ?? error)
    return `${what}: ${message} ${fix}`
  }
}

async function revert(context: GitContext, failure: FailedRange): Promise<RevertEnd> {
  const { policy, world } = context
  for (let attempt = 1; ; attempt++) {
    const wanted = await readRevertDiff(context, failure)
    const present = await revertOf(context, failure)
    const ended = present?.state === 'open' ? undefined : present
    if (wanted.changes.length === 0 || ended?.state === 'merged') {
      const message = `Main is already reverted to ${failure.verified.slice(0, 7)}${ended ? ` (#${ended.number})` : ''}.`
      return { decision: 'reverted', reason: 'up-to-date', message, ...(ended ? { url: ended.url } : {}) }
    }
    if (ended) {
      const message = `Somebody closed #${ended.number}, so main is not reverted.`
      const problem = `${message}\nReopen it, or restore the release inputs to ${failure.verified.slice(0, 7)} by hand.`
      return { decision: 'reverted', reason: 'revert-pending', message, url: ended.url, problem }
    }
    const conflicts = conflictsOf(wanted.paths)
    if (conflicts.length > 0) return conflict(context, failure, conflicts)

    const pull = await openRevert(context, failure, wanted)
    const { number, url } = pull
    world.log.info(`Revert: #${number} ${url}`)
    if (policy.merge.revert === 'person') {
      return {
        decision: 'reverted',
        reason: 'revert-pending',
        message: `#${number} waits for somebody to merge it.`,
        url,
      }
    }
    const merged = await mergeWhenGreen(context, pull, wanted)
    if (merged.kind === 'merged') {
      const message = `Main is reverted to ${failure.verified.slice(0, 7)}: #${number} is merged.`
      return { decision: 'reverted', reason: 'ok', message, url }
    }
    if (merged.kind === 'moved' && attempt < attempts) continue
    const why = merged.kind === 'moved' ? 'the default branch keeps moving' : merged.why
    const message = `#${number} is not merged: ${why}.`
    const problem = `${message}\nInspect its check and merge it; until then main differs from what is deployed.`
    return { decision: 'reverted', reason: 'revert-pending', message, url, problem }
  }
}

/** A revert would be deployed, and that rolls the cluster back, which must not happen automatically. */
function staysWith({ policy }: GitContext, { irreversible }: FailedRange): RevertEnd {
  const message = `Main is not reverted: ${irreversible.join(', ')} cannot be rolled back automatically.`
  const runbook = policy.runbook ? ` Runbook: ${policy.runbook}` : ''
  const problem = `${message}\nThe summary of the rollback job says what would be lost. Fix it forward with a pull request; an operator then closes the blocked version.${runbook}`
  return { decision: 'irreversible', reason: 'irreversible', message, problem }
}

async function conflict(context: GitContext, failure: FailedRange, conflicts: string[]): Promise<RevertEnd> {
  const issue = await openConflictIssue(context, failure, conflicts)
  const message = `Main cannot be reverted automatically: ${conflicts.join(', ')} changed again since. #${issue.number} says what to do.`
  return { decision: 'irreversible', reason: 'revert-conflict', message, url: issue.url, problem: message }
}

const summaryOf = (failure: FailedRange, ended: RevertEnd, holds: OpenedIssue[], problems: string[]): string =>
  truncateMarkdown(
    [
      `### ${escapeMarkdown(failure.cause, 400)}`,
      '',
      ended.url
        ? `${markdownLink('Revert', ended.url)}: ${escapeMarkdown(ended.message, 600)}`
        : escapeMarkdown(ended.message, 600),
      ...holds.map(({ number, url }) => `Blocked version: ${markdownLink(`#${number}`, url)}`),
      ...problems.map((problem) => escapeMarkdown(problem, 600)),
      '',
    ].join('\n\n'),
    summaryLimit,
  )
