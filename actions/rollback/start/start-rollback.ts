import { operatorsOf, showOperators } from '../../../shared/duty/operators.js'
import { MissingPermission, UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import type { GitHub } from '../../../shared/github/client.js'
import { type ActiveRun, activeRuns, stopRuns } from '../../../shared/github/stop-runs.js'
import { stopStagingTrials } from '../../../shared/github/stop-staging-trials.js'
import { verifiedCommits } from '../../../shared/records/deployments.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { mayNotRollBack, selectTarget, type TargetCandidate } from '../cluster/select-target.js'
import { describeRequest } from '../describe-request.js'
import { openFreeze } from '../freeze.js'
import type { Io } from '../io.js'
import type { GitContext } from '../revert/git-types.js'
import type { RollbackRequest } from '../rollback-request.js'
import { type RollbackPlan, readDuty, readRollbackPlan, readSituation } from './start-rollback-facts.js'

/** A merge may come at any moment; whatever begins later than this meets the freeze. */
const rounds = 5

/** A rollback that somebody starts by hand. */
export interface ByHand extends GitContext {
  /** The job's own token, which may cancel runs. */
  runs: GitHub
  /** File name of the workflow that deploys. */
  workflow: string
  /** A cluster of the policy, or `all`. */
  cluster: string
  /** `verified`, `previous`, or a verified commit's first digits. */
  target: string
  reason: string
  /** Shows what would be done, and does nothing. */
  onlyShow: boolean
}

/**
 * Checks who asks and for what, shows what the rollback changes, and prepares it: opens a freeze, then waits for the end of the
 * active deploy. Needs no approval, and no freeze or hold stops it. Safe to run again.
 *
 * @throws UserError where it is not allowed, or there is nothing to roll back to; nothing was changed then.
 */
export async function startRollback(context: ByHand): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, world, cluster, target, reason, onlyShow } = context
  const all = cluster === 'all'
  const meant = policy.clusters.map(({ name }) => name).filter((name) => all || name === cluster)
  if (meant.length === 0) throw unknownCluster(context)

  const { main, candidates, settled } = await readSituation(context, meant)
  const choice = selectTarget({ target, reason, candidates, settled })
  if (choice.kind === 'refuse') throw new UserError(choice.reason, choice.message, { fix: choice.fix })
  const to = choice.target.commit
  const goingBack = await readRollbackPlan(context, main, to)
  await refuseStrangers(context, goingBack, choice.isLast)

  const order: RollbackRequest = {
    schema: 1,
    run: runKey(world.run),
    by: world.run.actor,
    reason: reason.trim().slice(0, 400),
    to,
    from: main.tip,
    clusters: await havingIt(context, meant, to),
    all,
  }
  await world.summary(describeRequest(order, goingBack, othersThan(to, candidates), compareUrl(context, order)))
  const names = order.clusters.join(', ')
  if (onlyShow) {
    const message = `${names} would be rolled back to ${to.slice(0, 7)}: the summary shows what that changes. Nothing was done.`
    return ended(context, { message, commit: to, decision: 'skipped' }, {})
  }

  // Whatever keeps these from being looked at must not leave a freeze behind.
  await activeRuns(context)
  const freeze = await openFreeze(context, order)
  world.log.info(`Deploy freeze: ${freeze.url}`)
  const stopped = await makeRoom(context)
  const message = `${order.by} rolls ${names} back to ${to.slice(0, 7)}${stopped.length > 0 ? `; cancelled first: ${stopped.map(({ url }) => url).join(', ')}` : ''}.`
  return ended(
    context,
    { message, commit: to, decision: 'approved' },
    {
      request: JSON.stringify(order),
      clusters: JSON.stringify(order.clusters),
      'html-url': freeze.url,
    },
  )
}

/**
 * Also what waits in the queue is ended, though it would meet the freeze: what is verified passes that, and would be at work on
 * the same clusters. Looked at again until there is nothing, since what waits may begin meanwhile.
 */
async function makeRoom(context: ByHand): Promise<ActiveRun[]> {
  const all = await stopStagingTrials(context)
  for (let round = 0; round < rounds; round++) {
    const stopped = await stopRuns({ ...context, queued: true })
    if (stopped.length === 0) break
    all.push(...stopped)
  }
  return all
}

/** Whoever is on duty is looked for only where the answer counts: that takes some requests upstream. */
async function refuseStrangers(context: ByHand, { bad }: RollbackPlan, isLast: boolean): Promise<void> {
  const { policy, github, world } = context
  const { actor } = world.run
  const standing = await operatorsOf(github, policy)(actor)
  const duty = standing === 'operator' ? [] : await readDuty(context, bad)
  const refusal = mayNotRollBack({ actor, standing, operators: showOperators(policy), duty, isLast })
  if (!refusal) return
  if (standing === 'unknown') throw new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
  throw new UserError(refusal.reason, refusal.message, { fix: refusal.fix })
}

/** A cluster on which the commit was never verified (an optional one, or a new one) has nothing to roll back to. */
async function havingIt({ policy, github, world }: ByHand, clusters: string[], commit: string): Promise<string[]> {
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const having: string[] = []
  for (const name of clusters) {
    if ((await verifiedCommits(place, [name], 100)).includes(commit)) having.push(name)
    else world.log.warning(`${commit.slice(0, 7)} was never verified on ${name}, so ${name} is not rolled back.`)
  }
  return having
}

const othersThan = (commit: string, candidates: TargetCandidate[]): TargetCandidate[] =>
  candidates.filter((candidate) => candidate.commit !== commit)

const compareUrl = ({ world }: ByHand, { to, from }: RollbackRequest): string =>
  `${world.run.serverUrl}/${world.run.repository}/compare/${to}...${from}`

function ended(
  { world }: ByHand,
  finding: { message: string; commit: string; decision: 'approved' | 'skipped' },
  outputs: ActionOutcome<Io['outputs']>['outputs'],
): ActionOutcome<Io['outputs']> {
  world.log.info(finding.message)
  return { finding: { ...finding, reason: 'ok' }, outputs }
}

const unknownCluster = ({ policy, cluster }: ByHand): UserError =>
  new UserError('input-invalid', `The policy has no cluster ${JSON.stringify(cluster)}.`, {
    fix: `Set "cluster" to "all" or one of: ${policy.clusters.map(({ name }) => name).join(', ')}.`,
  })
