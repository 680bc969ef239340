import { UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { type Ending, endingsOf } from '../../../shared/records/deployments.js'
import { readPlan } from '../plan/plan-file.js'
import type { DeployContext } from './types.js'

/** Whether a cluster may be changed now, beside those of its wave that come before it. */
export type RolloutTurn =
  | { kind: 'mine' }
  | { kind: 'wait'; cluster: string }
  | { kind: 'stop'; cluster: string; why: string }

/**
 * A dangerous change goes to one cluster after the other and stops at the first that it fails on. Pure.
 *
 * A13: whether GitHub keeps `max-parallel` and `fail-fast` for a matrix of called workflows is open. So each cluster looks at
 * what was recorded of those before it, in this attempt: where GitHub keeps them, all have ended well by then.
 *
 * @param before clusters of the same wave that come first, in their order
 * @param endings of this attempt, newest first
 */
export function turnAfter(before: string[], endings: Ending[]): RolloutTurn {
  const last = before.map((cluster) => ({ cluster, end: endings.find(({ record }) => record.cluster === cluster) }))
  // A record whose status is not written yet has a reason only where it is a failure.
  const failed = last.find(({ end }) => end && !end.success && end.record.reason !== undefined)
  if (failed) return { kind: 'stop', cluster: failed.cluster, why: failed.end?.description ?? '' }
  const open = last.find(({ end }) => !end?.success)
  return open ? { kind: 'wait', cluster: open.cluster } : { kind: 'mine' }
}

/** Between two looks, and in all; in milliseconds. The job may take 150 minutes. */
const patience = { look: 60_000, all: 75 * 60_000 }

/**
 * Waits until every cluster before this one has ended well.
 *
 * @throws UserError `earlier-cluster` where one failed, or does not end: nothing was touched here.
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
    if (world.clock.now().getTime() >= until) throw refused(`${turn.cluster} has not ended`)
    world.log.info(`A dangerous change goes to one cluster after the other: ${turn.cluster} comes first.`)
    await world.clock.sleep(patience.look)
  }
}

const refused = (why: string): UserError =>
  new UserError(
    'earlier-cluster',
    `A dangerous change goes to one cluster after the other, and ${why}. Nothing was done here.`,
    { fix: 'Once that is mended, re-run all jobs of this run.' },
  )
