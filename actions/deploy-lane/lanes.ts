import { explain } from '../../shared/action/errors.js'
import type { World } from '../../shared/action/world.js'
import { type Branch, defaultBranch } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { explainGitHub } from '../../shared/github/errors.js'
import { orHidden } from '../../shared/github/graphql.js'
import { readBlockers } from '../../shared/holds/blockers.js'
import { laneWindow } from '../../shared/infra/lane-window.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { Component } from '../../shared/policy/policy.js'
import { deployDurations, type Measured, median, slow } from '../../shared/records/durations.js'
import { NotKnown, readLane } from './facts.js'
import type { LaneWorld } from './lane-world.js'
import type { Lane, Undeployed, Unknown } from './types.js'

/** The two sides that a lane connects. */
export interface Sides {
  world: World
  /** Reads the deploy repo. */
  github: GitHub
  /** Reads the upstream repositories. */
  upstream: GitHub
  /** `owner/name` */
  deployRepo: string
}

/** What the deploy repo says to all lanes; `problem` where it cannot be read. */
export type DeploySide = Omit<LaneWorld, 'upstream' | 'log' | 'serverUrl'> | { problem: string }

/** What every lane of the deploy repo has in common, read once. */
export async function readDeploySide({ world, github, deployRepo }: Sides): Promise<DeploySide> {
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
    const window = laneWindow(policy, world.clock.now())
    return { policy, github, deployRepo, deployBranch: name, deployTip: tip, blockers, usual, window }
  } catch (error) {
    return { problem: inWords(error, world) }
  }
}

/** Nice to know: what GitHub does not show is none (P8, D17). */
async function usualDuration(records: Measured): Promise<Lane['usual']> {
  try {
    const durations = await deployDurations(records)
    const middle = median(durations)
    return middle === undefined ? undefined : { middle, slow: slow(durations) ?? middle }
  } catch (error) {
    return orHidden(error)
  }
}

/** The lanes of one upstream repository. */
export interface UpstreamLanes {
  components: Component[]
  lanes: (Lane | Unknown)[]
  undeployed: Undeployed[]
  exceptions: string[]
}

/** Reads the lane of every component of an upstream repository. What cannot be read is a lane that is not known. */
export async function readLanes(
  sides: Sides,
  deploy: DeploySide,
  upstream: string,
  main: Branch,
): Promise<UpstreamLanes> {
  const { world } = sides
  const notKnown = (problem: string): UpstreamLanes => ({
    ...{ components: [], lanes: [{ component: upstream, problem }], undeployed: [], exceptions: [] },
  })
  if ('problem' in deploy) return notKnown(deploy.problem)
  const components = deploy.policy.components.filter((one) => one.upstream.toLowerCase() === upstream.toLowerCase())
  // Perhaps it was renamed: if that were green, the lane would be off, and nobody told.
  if (components.length === 0) return notKnown(`the policy of ${sides.deployRepo} names no component of ${upstream}.`)
  const of = laneWorld(sides, deploy)
  const lanes = await Promise.all(
    components.map(async (component): Promise<Lane | Unknown> => {
      try {
        return await readLane(of, component, main.tip)
      } catch (error) {
        return { component: component.name, problem: inWords(error, world) }
      }
    }),
  )
  const undeployed = lanes.flatMap((lane) => ('max' in lane ? lane.undeployed : []))
  return { components, lanes, undeployed, exceptions: deploy.policy.lane.exceptions }
}

/** @param deploy the deploy repo's side, which could be read */
export const laneWorld = ({ upstream, world }: Sides, deploy: Exclude<DeploySide, { problem: string }>): LaneWorld => ({
  ...deploy,
  upstream,
  serverUrl: world.run.serverUrl,
  log: world.log,
})

/** Why something is not known, and the whole of it in the log. */
export function inWords(error: unknown, world: World): string {
  if (world.cancelled.aborted) throw error
  if (error instanceof NotKnown) return error.message
  const { reason, message, fix } = explain(explainGitHub(error) ?? error)
  world.log.warning(`${message} ${fix}`)
  if (reason === 'bug') world.log.info(error instanceof Error ? (error.stack ?? message) : message)
  return message
}
