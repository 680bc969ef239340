import type { Runtime } from '../../shared/action/runtime.js'
import { readBlockers } from '../../shared/blocks/blockers.js'
import { explainError } from '../../shared/foundation/errors.js'
import { type Branch, defaultBranch } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { orHidden } from '../../shared/github/graphql.js'
import { mergeWindow } from '../../shared/policy/merge-window.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { Component } from '../../shared/policy/policy.js'
import { deployDurations, type Measured, median, slowestOf } from '../../shared/records/durations.js'
import { QueueUnknown, readQueueState } from './facts.js'
import type { QueueContext } from './queue-context.js'
import type { QueueState, UndeployedChange, UnknownQueue } from './types.js'

/** The two sides that a queue connects. */
export interface QueueSides {
  world: Runtime
  /** Reads the deploy repo. */
  github: GitHub
  /** Reads the upstream repositories. */
  upstream: GitHub
  /** `owner/name` */
  deployRepo: string
}

/** What the deploy repo says to all queues; `problem` where it cannot be read. */
export type DeploySide = Omit<QueueContext, 'upstream' | 'log' | 'serverUrl'> | { problem: string }

/** What every queue of the deploy repo has in common, read once. */
export async function readDeploySide({ world, github, deployRepo }: QueueSides): Promise<DeploySide> {
  try {
    const { name, tip } = await defaultBranch(github, deployRepo)
    const policy = await policyOn(github, deployRepo, name)
    const [blockers, usual] = await Promise.all([
      readBlockers(github, deployRepo, policy),
      usualDuration({
        ...{ github, repo: deployRepo, gateBot: policy.apps.gate.bot },
        clusters: policy.clusters.map(({ name: cluster }) => cluster),
      }),
    ])
    const window = mergeWindow(policy, world.clock.now())
    return { policy, github, deployRepo, deployBranch: name, deployTip: tip, blockers, usual, window }
  } catch (error) {
    return { problem: windowInWords(error, world) }
  }
}

/** Nice to know: what GitHub does not show is none (P8, D17). */
async function usualDuration(records: Measured): Promise<QueueState['usual']> {
  try {
    const durations = await deployDurations(records)
    const middle = median(durations)
    return middle === undefined ? undefined : { middle, slow: slowestOf(durations) ?? middle }
  } catch (error) {
    return orHidden(error)
  }
}

/** The queues of one upstream repository. */
export interface UpstreamQueues {
  components: Component[]
  queues: (QueueState | UnknownQueue)[]
  undeployed: UndeployedChange[]
  exceptions: string[]
}

/** Reads the queue of every component of an upstream repository. What cannot be read is a queue that is not known. */
export async function readQueues(
  sides: QueueSides,
  deploy: DeploySide,
  upstream: string,
  main: Branch,
): Promise<UpstreamQueues> {
  const { world } = sides
  const notKnown = (problem: string): UpstreamQueues => ({
    ...{ components: [], queues: [{ component: upstream, problem }], undeployed: [], exceptions: [] },
  })
  if ('problem' in deploy) return notKnown(deploy.problem)
  const components = deploy.policy.components.filter((one) => one.upstream.toLowerCase() === upstream.toLowerCase())
  // Perhaps it was renamed: if that were green, the queue would be off, and nobody told.
  if (components.length === 0) return notKnown(`the policy of ${sides.deployRepo} names no component of ${upstream}.`)
  const of = queueContextOf(sides, deploy)
  const queues = await Promise.all(
    components.map(async (component): Promise<QueueState | UnknownQueue> => {
      try {
        return await readQueueState(of, component, main.tip)
      } catch (error) {
        return { component: component.name, problem: windowInWords(error, world) }
      }
    }),
  )
  const undeployed = queues.flatMap((queue) => ('max' in queue ? queue.undeployed : []))
  return { components, queues, undeployed, exceptions: deploy.policy.deployQueue.exceptions }
}

/** @param deploy the deploy repo's side, which could be read */
export const queueContextOf = (
  { upstream, world }: QueueSides,
  deploy: Exclude<DeploySide, { problem: string }>,
): QueueContext => ({
  ...deploy,
  upstream,
  serverUrl: world.run.serverUrl,
  log: world.log,
})

/** Why something is not known, and the whole of it in the log. */
export function windowInWords(error: unknown, world: Runtime): string {
  if (world.cancelled.aborted) throw error
  if (error instanceof QueueUnknown) return error.message
  const { reason, message, fix } = explainError(explainGitHub(error) ?? error)
  world.log.warning(`${message} ${fix}`)
  if (reason === 'internal-error') world.log.info(error instanceof Error ? (error.stack ?? message) : message)
  return message
}
