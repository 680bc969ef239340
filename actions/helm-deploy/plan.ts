import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import { parentsOfHead } from '../../shared/git/commit-files.js'
import { filesForPlan } from '../../shared/helm/values-files.js'
import { checkReferences } from '../../shared/policy/references.js'
import { type Role, roles } from '../../shared/policy/types.js'
import type { ClusterPlan } from '../../shared/render/cluster-plan.js'
import { refusalOf } from './blockers.js'
import { describePlan } from './describe.js'
import { describeChanges } from './describe-changes.js'
import type { Io } from './io.js'
import { factsOf } from './plan-facts.js'
import type { Plan } from './plan-file.js'
import { planFleet } from './plan-fleet.js'
import { decideRange, type PlannedCluster } from './range.js'
import { collectRange, type RangeContext } from './range-facts.js'

export interface PlanContext extends RangeContext {
  /** Reads this repository. */
  token: string
  /** Kubernetes version of the clusters, as `1.35`; undefined where nobody said. */
  target: string | undefined
}

/**
 * May this run's commit be deployed, where to, and what does it do there? Touches nothing but temporary files. On a pull
 * request it says only what merging would do; whether that may be, the gate decides.
 *
 * @throws UserError the first thing that stands against it.
 */
export async function plan(context: PlanContext): Promise<Outcome<Io['outputs']>> {
  const { world } = context
  await checkFiles(context)
  if (world.run.event.startsWith('pull_request')) return preview(context)

  const decision = decideRange(await collectRange(context))
  if (decision.kind === 'blocked') throw refusalOf(decision.blocker)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })

  const from = new Map(decision.clusters.map(({ name, from }) => [name, from]))
  const changes = await whatChanges(context, (cluster) => from.get(cluster) ?? world.run.sha)

  await world.summary(describePlan(world.run, decision.clusters, await encryptedFiles(context)))
  await world.summary(describeChanges(changes, summaryRoom))
  return planned(context, decision.clusters, changes)
}

/** What merging this pull request would change, compared with the branch that it is merged into. */
async function preview(context: PlanContext): Promise<Outcome<Io['outputs']>> {
  const { world, workspace } = context
  // GitHub checks out a merge of both, so the branch is its first parent; it may have moved on since the event.
  const [first, second] = await parentsOfHead({ exec: world.exec, workspace })
  const base = (second === undefined ? baseOfPull(world.run.payload) : first) ?? world.run.sha
  const changes = await whatChanges(context, () => base)

  await world.summary(describeChanges(changes, summaryRoom))
  const names = changes.filter(({ affected }) => affected).map(({ cluster }) => cluster)
  const message = names.length === 0 ? 'No cluster would change.' : `This would change ${names.join(', ')}.`
  world.log.info(message)
  const finding = { decision: 'planned', reason: 'ok', message, commit: world.run.sha } as const
  return { finding, outputs: { changed: String(names.length > 0), ...outputsOf(changes) } }
}

const summaryRoom = 900_000
const commentRoom = 65_000

const baseOfPull = (payload: unknown): string | undefined =>
  z.object({ pull_request: z.object({ base: z.object({ sha: z.string() }) }) }).safeParse(payload).data?.pull_request
    .base.sha

const outputsOf = (changes: ClusterPlan[]): Outcome<Io['outputs']>['outputs'] => ({
  affected: JSON.stringify(changes.filter(({ affected }) => affected).map(({ cluster }) => cluster)),
  facts: factsOf(changes),
  comment: describeChanges(changes, commentRoom),
})

function planned({ world }: PlanContext, clusters: PlannedCluster[], changes: ClusterPlan[]): Outcome<Io['outputs']> {
  const { sha } = world.run
  const plan: Plan = {
    schema: 1,
    run: runKey(world.run),
    commit: sha,
    clusters: clusters.map(({ name, from }) => ({ name, from })),
  }
  const changed = clusters.filter(({ from }) => from !== sha)
  const inRole = (role: Role): string =>
    JSON.stringify(clusters.filter((cluster) => cluster.role === role).map(({ name }) => name))
  const message =
    changed.length === 0
      ? `${sha.slice(0, 7)} is verified on every cluster already.`
      : `${sha.slice(0, 7)} may be deployed to ${changed.map(({ name }) => name).join(', ')}.`
  world.log.info(message)
  return {
    finding: { decision: 'planned', reason: changed.length === 0 ? 'already-there' : 'ok', message, commit: sha },
    outputs: {
      plan: JSON.stringify(plan),
      clusters: JSON.stringify(clusters.map(({ name }) => name)),
      changed: String(changed.length > 0),
      ...Object.fromEntries(roles.map((role) => [role, inRole(role)])),
      ...outputsOf(changes),
    },
  }
}

/** What the policy names must be there for every cluster, before anything is asked or fetched. */
async function checkFiles({ policy, workspace }: PlanContext): Promise<void> {
  const problems = await checkReferences(policy, workspace.read, workspace.list)
  const [first] = problems
  if (!first) return
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`
  throw new UserError('target-missing', `${first.message}${more}`, { fix: first.fix, at: first.at })
}

/** Compares the rendering of every cluster with that of the commit that `baseOf` names for it. */
async function whatChanges(context: PlanContext, baseOf: (cluster: string) => string): Promise<ClusterPlan[]> {
  const { policy, world, token, target } = context
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-plan-'))
  try {
    const clusters = policy.clusters.map((cluster) => ({ cluster, base: baseOf(cluster.name) }))
    return await planFleet(context, { clusters, token, target, temp })
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

/** Which encrypted files had a stand-in. */
async function encryptedFiles({ policy, release, workspace, world }: PlanContext): Promise<string[]> {
  const all = await Promise.all(policy.clusters.map((cluster) => filesForPlan(release, cluster, workspace)))
  const files = [...new Set(all.flatMap(({ encrypted }) => encrypted))]
  if (files.length > 0) world.log.info(`Encrypted, so planned with stand-ins: ${files.join(', ')}.`)
  return files
}
