import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import { buildChart } from '../../shared/helm/chart.js'
import { checkLock } from '../../shared/helm/components.js'
import { renderArguments } from '../../shared/helm/helm.js'
import { filesForPlan } from '../../shared/helm/values-files.js'
import { checkReferences } from '../../shared/policy/references.js'
import { type Role, roles } from '../../shared/policy/types.js'
import { refusalOf } from './blockers.js'
import { describePlan } from './describe.js'
import type { Io } from './io.js'
import type { Plan } from './plan-file.js'
import { decideRange, type PlannedCluster } from './range.js'
import { collectRange, type RangeContext } from './range-facts.js'
import { namespaceOf, releaseName } from './target.js'

/**
 * May this run's commit be deployed, and where to? Touches nothing but temporary files.
 *
 * @throws UserError the first thing that stands against it.
 */
export async function plan(context: RangeContext): Promise<Outcome<Io['outputs']>> {
  const { world } = context
  await checkFiles(context)

  const decision = decideRange(await collectRange(context))
  if (decision.kind === 'blocked') throw refusalOf(decision.blocker)
  if (decision.kind === 'refuse') throw new UserError(decision.reason, decision.message, { fix: decision.fix })

  const standIns = await rehearseRendering(context)

  await world.summary(describePlan(world.run, decision.clusters, standIns))
  return planned(context, decision.clusters)
}

function planned({ world }: RangeContext, clusters: PlannedCluster[]): Outcome<Io['outputs']> {
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
    },
  }
}

/** What the policy names must be there for every cluster, before anything is asked or fetched. */
async function checkFiles({ policy, workspace }: RangeContext): Promise<void> {
  const problems = await checkReferences(policy, workspace.read, workspace.list)
  const [first] = problems
  if (!first) return
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`
  throw new UserError('target-missing', `${first.message}${more}`, { fix: first.fix, at: first.at })
}

/** Fetches and checks the chart, and renders it for every cluster. Says which encrypted files had a stand-in. */
async function rehearseRendering(context: RangeContext): Promise<string[]> {
  const { policy, release, workspace, world } = context
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-plan-'))
  try {
    const chart = await buildChart(world.exec, workspace, release.chart, temp)
    await checkLock(policy, workspace, { release, chart, http: world.http })
    const standIns = new Set<string>()
    for (const cluster of policy.clusters) {
      const { paths, encrypted } = await filesForPlan(release, cluster, workspace)
      for (const file of encrypted) standIns.add(file)
      const names = [releaseName(release, cluster), namespaceOf(release, cluster)] as const
      const { code, stderr } = await world.exec('helm', renderArguments(...names, chart, paths))
      if (code === 0) continue
      const said = stderr.replaceAll(`${temp}/`, '').replaceAll(`${workspace.root}/`, '').trim().slice(-600)
      throw new UserError('target-missing', `The chart cannot be rendered for ${cluster.name}: ${said}`, {
        fix: `Correct ${release.chart}, or the values of ${cluster.name}. To see it: helm dependency update, then helm template.`,
        at: { file: `${release.chart}/Chart.yaml` },
      })
    }
    if (standIns.size > 0) {
      world.log.info(`Encrypted, so planned with stand-ins: ${[...standIns].join(', ')}.`)
    }
    return [...standIns]
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}
