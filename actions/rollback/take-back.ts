import { explain } from '../../shared/action/errors.js'
import type { Finding } from '../../shared/action/result.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { bounded, link, plain, summaryLimit } from '../../shared/report/markdown.js'
import { readCarried } from './bad-versions.js'
import { conflictsOf } from './decide.js'
import type { BadVersion, Carried, Failure, GitContext } from './git-types.js'
import { type Issue, placeHold, tellConflict, tellUpstream } from './issues.js'
import { mergeWhenGreen } from './merge.js'
import { openRevert, revertOf } from './revert-pull.js'
import { tellTimeline } from './tell-timeline.js'
import { readWanted } from './wanted.js'

/** Main may move while the gate looks at the revert; then it is made anew. */
const attempts = 3

export interface TakenBack {
  ended: Ended
  /** What could not be done, and what mends it. */
  problems: string[]
}

/** How main ended. `problem` where a person has to do something. */
export type Ended = Pick<Finding, 'decision' | 'reason' | 'message'> & { url?: string; problem?: string }

/**
 * The hold first, so that no later run deploys the same again, then the issue upstream, then the revert, and the words under the
 * pull requests. Everything is found again by its marker: run twice, it makes nothing twice.
 */
export async function takeBack(context: GitContext, failure: Failure): Promise<TakenBack> {
  const { world } = context
  const holds: Issue[] = []
  for (const bad of failure.bad) holds.push(await placeHold(context, failure, bad))
  for (const { url } of holds) world.log.info(`Held: ${url}`)

  const problems: string[] = []
  const carried: { bad: BadVersion; carried: Carried }[] = []
  for (const [index, bad] of failure.bad.entries()) {
    const problem = await attempt(context, `${bad.component.upstream} could not be told`, async () => {
      const brought = { bad, carried: await readCarried(context, bad) }
      carried.push(brought)
      const issue = await tellUpstream(context, failure, brought, holds[index])
      world.log.info(`Told upstream: ${issue.url}`)
    })
    if (problem !== undefined) problems.push(problem)
  }

  const ended = failure.irreversible.length > 0 ? staysWith(context, failure) : await revert(context, failure)
  world.log.info(ended.message)
  const untold = await attempt(context, 'Not everybody could be told', () => tellTimeline(context, failure, carried))
  if (untold !== undefined) problems.push(untold)
  await world.summary(summaryOf(failure, ended, holds, problems))
  return { ended, problems }
}

/** What is deployed must not wait for a permission upstream, or for words. Undefined where it went well. */
async function attempt({ world }: GitContext, what: string, act: () => Promise<void>): Promise<string | undefined> {
  try {
    await act()
    return undefined
  } catch (error) {
    if (world.cancelled.aborted) throw error
    const { message, fix } = explain(explainGitHub(error) ?? error)
    return `${what}: ${message} ${fix}`
  }
}

async function revert(context: GitContext, failure: Failure): Promise<Ended> {
  const { policy, world } = context
  for (let attempt = 1; ; attempt++) {
    const wanted = await readWanted(context, failure)
    const present = await revertOf(context, failure)
    const ended = present?.state === 'open' ? undefined : present
    if (wanted.changes.length === 0 || ended?.state === 'merged') {
      const message = `Main is back at ${failure.verified.slice(0, 7)} already${ended ? ` (#${ended.number})` : ''}.`
      return { decision: 'reverted', reason: 'already-there', message, ...(ended ? { url: ended.url } : {}) }
    }
    if (ended) {
      const message = `Somebody closed #${ended.number}, so main is left as it is.`
      const problem = `${message}\nReopen it, or bring the release inputs back to ${failure.verified.slice(0, 7)} by hand.`
      return { decision: 'reverted', reason: 'revert-open', message, url: ended.url, problem }
    }
    const conflicts = conflictsOf(wanted.paths)
    if (conflicts.length > 0) return conflict(context, failure, conflicts)

    const pull = await openRevert(context, failure, wanted)
    const { number, url } = pull
    world.log.info(`Revert: #${number} ${url}`)
    if (policy.merge.revert === 'person') {
      return { decision: 'reverted', reason: 'revert-open', message: `#${number} waits for somebody to merge it.`, url }
    }
    const merged = await mergeWhenGreen(context, pull, wanted)
    if (merged.kind === 'merged') {
      const message = `Main is back at ${failure.verified.slice(0, 7)}: #${number} is merged.`
      return { decision: 'reverted', reason: 'ok', message, url }
    }
    if (merged.kind === 'moved' && attempt < attempts) continue
    const why = merged.kind === 'moved' ? 'the default branch moves all the time' : merged.why
    const message = `#${number} is not merged: ${why}.`
    const problem = `${message}\nLook at its check and merge it; until then main is not what is deployed.`
    return { decision: 'reverted', reason: 'revert-open', message, url, problem }
  }
}

/** A revert would be deployed, and that is what the cluster must not go back to by itself. */
function staysWith({ policy }: GitContext, { irreversible }: Failure): Ended {
  const message = `Main stays as it is: ${irreversible.join(', ')} cannot go back by itself.`
  const runbook = policy.runbook ? ` Runbook: ${policy.runbook}` : ''
  const problem = `${message}\nThe summary of its rollback job says what would be lost. Fix it forward with a pull request, and close the hold with it.${runbook}`
  return { decision: 'not_reversible', reason: 'irreversible', message, problem }
}

async function conflict(context: GitContext, failure: Failure, conflicts: string[]): Promise<Ended> {
  const issue = await tellConflict(context, failure, conflicts)
  const message = `Main cannot be taken back by itself: ${conflicts.join(', ')} changed again since. #${issue.number} says what to do.`
  return { decision: 'not_reversible', reason: 'revert-conflict', message, url: issue.url, problem: message }
}

const summaryOf = (failure: Failure, ended: Ended, holds: Issue[], problems: string[]): string =>
  bounded(
    [
      `### ${plain(failure.cause, 400)}`,
      '',
      ended.url ? `${link('Revert', ended.url)}: ${plain(ended.message, 600)}` : plain(ended.message, 600),
      ...holds.map(({ number, url }) => `Hold: ${link(`#${number}`, url)}`),
      ...problems.map((problem) => plain(problem, 600)),
      '',
    ].join('\n\n'),
    summaryLimit,
  )
