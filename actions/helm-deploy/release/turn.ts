import { UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { type Ending, endingsOf } from '../../../shared/records/deployments.js'
import { readPlan } from '../plan/plan-file.js'
import type { DeployContext } from './types.js'

/** Whether a cluster may be changed now, given the clusters of its wave before it. */
export type RolloutTurn =
  | { kind: 'mine' }
  | { kind: 'wait'; cluster: string }
  | { kind: 'stop'; cluster: string; why: string }

/**
 * T3 rolls out one cluster at a time and stops at the first failure. Pure.
 *
 * A13: whether GitHub respects `max-parallel` and `fail-fast` for a matrix of called workflows is open. So each cluster reads
 * what was recorded of those before it, in this attempt: where GitHub respects them, all have succeeded by then.
 *
 * @param before clusters of the same wave that come first, in their order
 * @param endings of this attempt, newest first
 */
export function turnAfter(before: string[], endings: Ending[]): RolloutTurn {
  const last = before.map((cluster) => ({ cluster, end: endings.find(({ record }) => record.cluster === cluster) }))
  // A record whose status is not written yet has a reason only if it is a failure.
  const failed = last.find(({ end }) => end && !end.success && end.record.reason !== undefined)
  if (failed) return { kind: 'stop', cluster: failed.cluster, why: failed.end?.description ?? '' }
  const open = last.find(({ end }) => !end?.success)
  return open ? { kind: 'wait', cluster: open.cluster } : { kind: 'mine' }
}

/** Between two reads, and in all; in milliseconds. The job may take 150 minutes. */
const patience = { interval: 60_000, all: 75 * 60_000 }

/**
 * Waits until every cluster before this one has succeeded.
 *
 * @throws UserError `earlier-cluster` if one failed, or does not end: nothing was touched here.
 */
export async function waitForTurn({ cluster, policy, github, world, plan }: DeployContext): Promise<void> {
  const waveOf = (name: string): string | undefined => policy.clusters.find((one) => one.name === name)?.wave
  const names = readPlan(plan, world.run, cluster.name).clusters.map(({ name }) => name)
  const before = names.slice(0, names.indexOf(cluster.name)).filter((name) => waveOf(name) === cluster.wave)
  if (before.length === 0) return
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const until = world.clock.now().getTime() + patience.all
  for (;;) {
    const endings = await endingsOf(place, world.run.sha, runKey(world.run))
    const turn = turnAfter(
      before,
      endings.filter(({ record }) => record.run === runKey(world.run)),
    )
    if (turn.kind === 'mine') return
    if (turn.kind === 'stop') throw refused(`it failed on ${turn.cluster} (${turn.why})`)
    if (world.clock.now().getTime() >= until) throw refused(`${turn.cluster} has not finished`)
    world.log.info(`A T3 change rolls out one cluster at a time: waiting for ${turn.cluster}.`)
    await world.clock.sleep(patience.interval)
  }
}

const refused = (why: string): UserError =>
  new UserError(
    'earlier-cluster',
    `A T3 change rolls out one cluster at a time, and ${why}. Nothing was changed here.`,
    { fix: 'Once that is fixed, re-run all jobs of this run.' },
  )
