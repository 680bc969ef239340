import { bumpBranch } from '../../shared/bump/branch.js'
import { commitIn } from '../../shared/bump/component-commit.js'
import { compareCommits, firstParents } from '../../shared/github/compare.js'
import { firstInPages } from '../../shared/github/pages.js'
import { pullsFrom } from '../../shared/github/pulls-from.js'
import type { Component } from '../../shared/policy/policy.js'
import { endingsOf } from '../../shared/records/deployments.js'
import { rollbackCause } from '../../shared/records/rollback-causes.js'
import type { QueueContext } from './queue-context.js'
import type { RolloutStatus, UndeployedChange } from './types.js'

/** What is known of where a change stands in the deploy repo. */
export interface RolloutFacts {
  /** The deploy repo's main has it: its bump is merged, and was not taken back. */
  inMain: boolean
  /** The open pull request that bumps the component. */
  bump: { pull: number; url: string; since: string } | undefined
  /** The clusters that count, in the policy's order, and whether main's version is verified there. */
  clusters: { name: string; verified: boolean }[]
  /** The cluster whose failure makes all of them go back. */
  failed: string | undefined
  /** The page of the workflow runs. */
  runsUrl: string
}

/** Where a change stands, as the status tells it. */
export function rolloutStatusOf({ inMain, bump, clusters, failed, runsUrl: url }: RolloutFacts): RolloutStatus {
  if (!inMain) return bump ? { kind: 'proposed', ...bump } : { kind: 'unpublished' }
  if (failed !== undefined) return { kind: 'failed', cluster: failed, url }
  const named = (wanted: boolean): string[] =>
    clusters.filter(({ verified }) => verified === wanted).map(({ name }) => name)
  return { kind: 'deploying', verified: named(true), left: named(false), url }
}

/**
 * Reads only what it takes: of what is in main the failures, of all else the bump.
 *
 * @param main the version that the deploy repo's main has; `running` those that are verified, by cluster
 * @param tip of upstream's default branch
 */
export async function readRolloutStatus(
  world: QueueContext,
  component: Component,
  { commit }: UndeployedChange,
  { main, running, tip }: { main: string; running: Map<string, string>; tip: string },
): Promise<RolloutStatus> {
  const { upstream, deployRepo, policy, serverUrl } = world
  // A version may be named after a pull request's own commit: what counts is what upstream has beyond it.
  const { commits } = await compareCommits(upstream, component.upstream, await commitIn(upstream, component, main), tip)
  const inMain = !firstParents(commits, tip).some(({ sha }) => sha === commit)
  const order = policy.clusters.map(({ name }) => name).filter((name) => running.has(name))
  return rolloutStatusOf({
    inMain,
    bump: inMain ? undefined : await openBump(world, component),
    clusters: order.map((name) => ({ name, verified: running.get(name) === main })),
    failed: inMain ? await failedOn(world) : undefined,
    runsUrl: `${serverUrl}/${deployRepo}/actions`,
  })
}

async function openBump(
  { github, deployRepo, deployBranch: base }: QueueContext,
  component: Component,
): Promise<RolloutFacts['bump']> {
  const where = { branch: bumpBranch(component.name), base, state: 'open' as const }
  const [pull] = await firstInPages(pullsFrom(github, deployRepo, where), 1)
  return pull && { pull: pull.number, url: pull.html_url, since: pull.created_at }
}

/** By the records of main's own deploy. */
async function failedOn({ github, deployRepo, deployTip, policy }: QueueContext): Promise<string | undefined> {
  const endings = await endingsOf({ github, repo: deployRepo, gateBot: policy.apps.gate.bot }, deployTip)
  const optional = policy.clusters.filter((one) => one.optional).map(({ name }) => name)
  return rollbackCause(endings, optional)?.record.cluster
}
