import { explainError } from '../../shared/foundation/errors.js'
import type { GitHub } from '../../shared/github/client.js'
import { containsCommit as commitContains, containsCommit } from '../../shared/github/compare.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { runHasEnded } from '../../shared/github/workflow-runs.js'
import { newestRecords, verifiedCommits } from '../../shared/records/deployments.js'
import { mentionLogin } from '../../shared/report/markdown.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { closeFreeze, commentUnder, type OpenRequest, openRequests } from './freeze.js'
import type { Io } from './io.js'
import { readCarried } from './revert/bad-versions.js'
import { neededClusters, readFailure, readRequested } from './revert/git-facts.js'
import type { BadVersion, CarriedCommit, FailedDeploy, FailedRange, GitContext } from './revert/git-types.js'
import { revertRange } from './revert/revert.js'
import { revertOf } from './revert/revert-pull.js'
import { postTimeline } from './timeline/post-timeline.js'

export interface ReconcileRollbackContext extends GitContext {
  /** Reads this repository's runs. */
  runs: GitHub
}

/** So many failed deploys are looked at, the newest first. */
const looked = 5

/**
 * Does whatever is left of a rollback, from the records alone: the revert and comments where the run itself could not reach GitHub, and
 * the end of a freeze whose revert is verified. A16: a cancelled run may have left any of it. Silent where there is nothing to do; safe to run at any time.
 */
export async function reconcileRollback(context: ReconcileRollbackContext): Promise<ActionOutcome<Io['outputs']>> {
  const { world } = context
  const done: string[] = []
  const problems: string[] = []
  const orders = (await openRequests(context)).filter(({ order }) => order.all)
  for (const standing of orders) {
    const { word, problem } = await settleOrder(context, standing)
    done.push(word)
    problems.push(...problem)
  }
  // By hand comes first: what failed before is reverted with it.
  const failure = orders.length > 0 ? undefined : await unsettled(context)
  if (failure) {
    const taken = await revertRange(context, failure)
    done.push(taken.ended.message)
    problems.push(...taken.problems)
  }
  const message = done.length === 0 ? 'Nothing is left to do.' : done.join(' ')
  world.log.info(message)
  return {
    finding: {
      decision: done.length === 0 ? 'unchanged' : 'updated',
      reason: done.length === 0 ? 'up-to-date' : 'ok',
      message,
      commit: world.run.sha,
    },
    outputs: {},
    ...(problems.length === 0 ? {} : { problem: problems.join('\n') }),
  }
}

async function settleOrder(
  context: ReconcileRollbackContext,
  { order, number }: OpenRequest,
): Promise<{ word: string; problem: string[] }> {
  const only = (word: string) => ({ word, problem: [] })
  if (!(await hasEnded(context, order.run))) return only(`#${number}: its run is still in progress.`)
  const failure = await readRequested(context, order)
  const newest = await newestVerified(context)
  if (newest === undefined || !(await isBack(context, failure, newest))) {
    const stuck = `The run has ended, but not every cluster is rolled back to ${order.to.slice(0, 7)}.`
    const next = 'Re-run all of its jobs. Or an operator closes this issue, and deploys continue.'
    await commentUnder(context, number, `${mentionLogin(order.by)}: ${stuck} ${next}`)
    return only(`#${number}: ${stuck}`)
  }
  const { ended, problems } = await revertRange(context, failure)
  if (ended.decision !== 'reverted' || ended.reason === 'revert-pending')
    return { word: ended.message, problem: problems }
  const revert = await revertOf(context, failure)
  const verified = revert?.merge === undefined || (await contains(context, newest, revert.merge))
  if (!verified) return { word: `#${number}: the revert is not verified yet.`, problem: problems }
  await closeFreeze(context, number, `${ended.message} It is verified: deploys continue.`)
  return { word: `#${number} is closed: the revert is verified.`, problem: problems }
}

/** The clusters have what was asked for, or already what main's revert made of it. */
const isBack = async (context: GitContext, { verified, failed }: FailedRange, newest: string): Promise<boolean> =>
  newest === verified || (newest !== failed && (await contains(context, newest, failed)))

/** The newest deploy that failed, was not mended since, and that nobody is at work on any more. */
async function unsettled(context: ReconcileRollbackContext): Promise<FailedRange | undefined> {
  const { policy, github, world } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const failed = (await newestRecords(place)).filter(({ reason }) => reason !== undefined)
  const deploys = new Map<string, FailedDeploy>(
    failed.map(({ run, commit }) => [`${run.split('/')[0]} ${commit}`, { run, commit }]),
  )
  if (deploys.size === 0) return undefined
  const newest = await newestVerified(context)
  const [last] = deploys.values()
  if (last && newest !== undefined) await postEnd(context, last, newest).catch(untold(context))
  for (const deploy of [...deploys.values()].slice(0, looked)) {
    // What is verified since contains it: it was reverted, or fixed.
    if (newest === undefined || deploy.commit === newest) continue
    if (!(await contains(context, deploy.commit, newest))) continue
    const failure = await readFailure(context, deploy)
    if (failure && (await hasEnded(context, deploy.run))) return failure
  }
  return undefined
}

/** These are only comments; they must not stop what has to be done. */
const untold =
  ({ world }: GitContext) =>
  (error: unknown): void => {
    if (world.cancelled.aborted) throw error
    world.log.warning(
      `The timeline comment could not be updated: ${explainError(explainGitHub(error) ?? error).message}`,
    )
  }

async function newestVerified({ policy, github, world }: GitContext): Promise<string | undefined> {
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  return (await verifiedCommits(place, neededClusters(policy), 1))[0]
}

const hasEnded = ({ runs, world }: ReconcileRollbackContext, run: string): Promise<boolean> =>
  runHasEnded(runs, world.run.repository, Number(run.split('/')[0]))

const contains = ({ github, world }: GitContext, newer: string, older: string): Promise<boolean> =>
  commitContains(github, world.run.repository, newer, older)

/** Milliseconds after the merge of a revert in which its timeline is looked after. */
const lookedAfter = 24 * 60 * 60_000

/**
 * The last lines of a timeline, once the revert is verified: written by nobody else, since the run that failed has ended by
 * then. One request where there is nothing to tell.
 *
 * @param newest the newest commit that is verified on every cluster.
 */
async function postEnd(context: GitContext, deploy: FailedDeploy, newest: string): Promise<void> {
  const { github, world } = context
  const revert = await revertOf(context, { failed: deploy.commit })
  if (revert?.merge === undefined || revert.mergedAt === undefined) return
  if (world.clock.now().getTime() - Date.parse(revert.mergedAt) > lookedAfter) return
  if (!(await containsCommit(github, world.run.repository, newest, revert.merge))) return
  const failure = await readFailure(context, deploy)
  if (!failure) return
  const carried: { bad: BadVersion; carried: CarriedCommit }[] = []
  for (const bad of failure.bad) carried.push({ bad, carried: await readCarried(context, bad) })
  // A rollback by hand may have written another timeline since.
  await postTimeline(context, failure, carried, 'goes-on')
}
