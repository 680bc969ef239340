import type { Blocker } from '../../shared/blocks/blockers.js'
import { commitIn } from '../../shared/bump/component-commit.js'
import { readBumpFiles } from '../../shared/bump/files.js'
import { readCurrent } from '../../shared/bump/targets.js'
import { touchesComponent } from '../../shared/bump/touches.js'
import { mergesOf } from '../../shared/duty/merges.js'
import { onDuty } from '../../shared/duty/on-duty.js'
import { type CommitComparison, compareCommits, firstParents } from '../../shared/github/compare.js'
import { readFiles } from '../../shared/github/files.js'
import type { Component } from '../../shared/policy/policy.js'
import { lastSuccess } from '../../shared/records/deployments.js'
import type { QueueContext } from './queue-context.js'
import { readRolloutStatus } from './rollout-status.js'
import type { Blocked, QueueState, UndeployedChange } from './types.js'

/** A queue that cannot be read: what is unknown is red, and says why. */
export class QueueUnknown extends Error {}

/**
 * Reads one component's queue from the gate App's records, the deploy repo's main and upstream's history.
 *
 * @param tip the commit that upstream's default branch points to, 40 hex digits
 * @throws NotKnown in words of at most 100 letters
 */
export async function readQueueState(world: QueueContext, component: Component, tip: string): Promise<QueueState> {
  const { policy, upstream, usual, window } = world
  const running = await verifiedVersions(world, component)
  const range = await oldest(world, component, [...new Set(running.values())], tip)
  const main = await versionAt(world, component, world.deployTip)
  // What was merged and taken back again leaves nothing to deploy, once the deploy repo has gone back as well.
  const same = !touchesComponent(component, range) && [...running.values()].every((version) => version === main)
  const line = range.status === 'identical' || same ? [] : firstParents(range.commits, tip)
  const { merges } = await mergesOf(upstream, component, line)
  const undeployed = merges.map(
    (merge): UndeployedChange => ({
      pull: merge.pull?.number,
      commit: merge.commit,
      duty: onDuty([merge])[0],
      since: merge.mergedAt,
    }),
  )
  const [first] = undeployed
  return {
    component: component.name,
    max: policy.deployQueue.maxUndeployed,
    undeployed,
    stage: first && (await readRolloutStatus(world, component, first, { main, running, tip })),
    shut: blockedBy(world.blockers, component),
    usual,
    window,
  }
}

/** The version that is verified last on every cluster that counts. */
async function verifiedVersions(world: QueueContext, component: Component): Promise<Map<string, string>> {
  const { policy, github, deployRepo } = world
  const place = { github, repo: deployRepo, gateBot: policy.apps.gate.bot }
  const needed = policy.clusters.filter(({ optional }) => !optional)
  const versions = await Promise.all(
    needed.map(async ({ name }): Promise<[string, string]> => {
      const record = await lastSuccess(place, name)
      const version = record?.releases
        .map(({ components }) => components[component.name])
        .find((one) => one !== undefined)
      if (version === undefined)
        throw new QueueUnknown(`no version is recorded as verified on ${name}; adopt it in ${deployRepo}.`)
      return [name, version]
    }),
  )
  return new Map(versions)
}

/** What upstream's main has beyond the cluster that is farthest behind. */
async function oldest(
  { upstream }: QueueContext,
  component: Component,
  versions: string[],
  tip: string,
): Promise<CommitComparison> {
  const ranges = await Promise.all(
    versions.map(async (version) =>
      compareCommits(upstream, component.upstream, await commitIn(upstream, component, version), tip),
    ),
  )
  const astray = ranges.find(({ status }) => status !== 'ahead' && status !== 'identical')
  if (astray)
    throw new QueueUnknown(`the verified commit ${astray.base.slice(0, 7)} is not on main of ${component.upstream}.`)
  const [first] = ranges.toSorted((a, b) => b.commits.length - a.commits.length)
  if (!first) throw new QueueUnknown('every cluster of the policy is optional.')
  return first
}

/** What the deploy repo says at a commit. */
export async function versionAt(
  { github, deployRepo }: QueueContext,
  component: Component,
  commit: string,
): Promise<string> {
  const files = await readBumpFiles(component, (paths) => readFiles(github, deployRepo, paths, commit))
  return readCurrent(component, files).version
}

/**
 * A freeze shuts every queue, a hold that of its component, and one that nobody can read shuts them all. What failed stays in
 * upstream's main until it is reverted there, also where the deploy repo has gone back.
 */
export function blockedBy(blockers: Blocker[], component: Component): Blocked | undefined {
  const about = blockers.filter(({ hold }) => hold === undefined || hold.component === component.name)
  const found = about.find(({ kind }) => kind === 'deploy-freeze') ?? about[0]
  return found && { kind: found.kind, number: found.number, url: found.url }
}
