import { bumpBranch } from '../../../shared/bump/branch.js'
import { commitIn } from '../../../shared/bump/component-commit.js'
import { mergesBetween } from '../../../shared/duty/duty-of.js'
import type { UpstreamChange } from '../../../shared/duty/merges.js'
import { defaultBranch } from '../../../shared/github/branches.js'
import { repoRef } from '../../../shared/github/client.js'
import { containsCommit as commitContains } from '../../../shared/github/compare.js'
import { type ListedPull, pullsFrom } from '../../../shared/github/pulls-from.js'
import type { Component } from '../../../shared/policy/policy.js'
import { type Ending, endingsOf, lastSuccessOn } from '../../../shared/records/deployments.js'
import { rollbackCause } from '../../../shared/records/rollback-causes.js'
import { versionAt } from '../facts.js'
import type { QueueContext } from '../queue-context.js'
import type { Phase } from './decide-duty.js'
import { endedPulls } from './ended.js'

/** A bump's pull request whose end nobody was told yet, and what it brings. */
export interface OpenAssignment {
  component: Component
  pull: number
  url: string
  /** ISO 8601 */
  openedAt: string
  mergedAt: string | undefined
  /** What it brings, oldest first. Strangers' texts. */
  merges: UpstreamChange[]
  phase: Phase
  /** The clusters that count and have it, in the policy's order, and when that was verified: ISO 8601. */
  verified: { cluster: string; at: string }[]
  /** Those that have not. */
  left: string[]
  /** The failure that asks for going back. */
  failed: Ending | undefined
}

/** So long after its merge a pull request is looked at: what nobody could find out by then, nobody is told. */
const watched = 14 * 24 * 60 * 60_000

/** Two requests for a component none of whose bumps is on its way, and one where it had none lately. */
export async function readOpenAssignments(
  queue: QueueContext,
  component: Component,
  now: Date,
): Promise<OpenAssignment[]> {
  const on = await pullsOn(queue, component, now)
  if (on.length === 0) return []
  const { github, deployRepo } = queue
  // Main as it is after that: one that is older than a merge would look as if that had been taken back.
  const world = { ...queue, deployTip: (await defaultBranch(github, deployRepo)).tip }
  const turns = on.map(async (pull): Promise<OpenAssignment[]> => {
    const merge = pull.merged_at == null ? undefined : (pull.merge_commit_sha ?? undefined)
    const { from, to } = await versionsOf(world, component, { head: pull.head.sha, merge })
    const { number, html_url: url, created_at: openedAt } = pull
    const commit = await commitIn(world.upstream, component, to)
    const merges = from === to ? [] : await mergesBetween(world.upstream, component, from, commit)
    // Nothing to see through: somebody was faster.
    if (merges.length === 0) return []
    const about = { component, pull: number, url, openedAt, mergedAt: pull.merged_at ?? undefined, merges }
    return [{ ...about, ...(await stateOf(world, component, to, merge)) }]
  })
  return (await Promise.all(turns)).flat()
}

/** The component's pull requests that are open, or merged lately and not seen through yet. */
async function pullsOn(
  { github, deployRepo, deployBranch: base, policy }: QueueContext,
  component: Component,
  now: Date,
): Promise<ListedPull[]> {
  const newest = pullsFrom(github, deployRepo, { branch: bumpBranch(component.name), base, state: 'all' })
  const lately: ListedPull[] = []
  for await (const pull of newest) {
    const { state, merged_at: merged, closed_at: closed } = pull
    // One branch has one open pull request into another at a time: those before this one had ended when it was opened.
    if (closed != null && now.getTime() - Date.parse(closed) >= watched) break
    if (state === 'open' || merged != null) lately.push(pull)
  }
  const merged = lately.filter(({ state }) => state !== 'open').map(({ number }) => number)
  const ended = await endedPulls({ github, repo: deployRepo, gateBot: policy.apps.gate.bot }, merged)
  return lately.filter(({ number }) => !ended.has(number))
}

/** The version before, and the one that it brings. */
async function versionsOf(
  world: QueueContext,
  component: Component,
  { head, merge }: { head: string; merge: string | undefined },
): Promise<{ from: string; to: string }> {
  const before = merge === undefined ? world.deployTip : await parentOf(world, merge)
  const versions = [before, merge ?? head].map((commit) => versionAt(world, component, commit))
  const [from = '', to = ''] = await Promise.all(versions)
  return { from, to }
}

async function parentOf({ github, deployRepo }: QueueContext, commit: string): Promise<string> {
  const { data } = await github.rest.git.getCommit({ ...repoRef(deployRepo), commit_sha: commit })
  return data.parents[0]?.sha ?? commit
}

type State = Pick<OpenAssignment, 'phase' | 'verified' | 'left' | 'failed'>

async function stateOf(
  world: QueueContext,
  component: Component,
  to: string,
  merge: string | undefined,
): Promise<State> {
  const { policy, github, deployRepo } = world
  const needed = policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
  const nowhere: State = { phase: 'proposed', verified: [], left: needed, failed: undefined }
  if (merge === undefined) return nowhere
  const place = { github, repo: deployRepo, gateBot: policy.apps.gate.bot }
  const on = await Promise.all(
    needed.map(async (cluster) => {
      const ending = await lastSuccessOn(place, cluster)
      const version = ending?.record.releases.map(({ components }) => components[component.name]).find(Boolean)
      const has = version !== undefined && (await contains(world, component, version, to))
      return { cluster, at: has ? ending?.at : undefined }
    }),
  )
  const verified = on.flatMap(({ cluster, at }) => (at === undefined ? [] : [{ cluster, at }]))
  const left = on.filter(({ at }) => at === undefined).map(({ cluster }) => cluster)
  const state = { verified, left, failed: undefined }
  if (left.length === 0) return { ...state, phase: 'verified' }
  const optional = policy.clusters.filter((one) => one.optional).map(({ name }) => name)
  const failed = rollbackCause(await endingsOf(place, merge), optional)
  const main = await versionAt(world, component, world.deployTip)
  if (!(await contains(world, component, main, to))) return { ...state, phase: 'back', failed }
  return { ...state, phase: failed ? 'failing' : 'deploying', failed }
}

/** Whether upstream's commit of a version contains that of another. */
async function contains(
  { upstream }: QueueContext,
  component: Component,
  version: string,
  to: string,
): Promise<boolean> {
  if (version === to) return true
  const [base, head] = await Promise.all([commitIn(upstream, component, to), commitIn(upstream, component, version)])
  return commitContains(upstream, component.upstream, head, base)
}
