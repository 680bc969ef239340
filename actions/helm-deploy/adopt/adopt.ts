import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import { UserError } from '../../../shared/foundation/errors.js'
import type { Released } from '../../../shared/foundation/result.js'
import { helmVersion } from '../../../shared/helm/helm.js'
import { readIdentity } from '../../../shared/kube/identity.js'
import { mergeValues, readPath } from '../../../shared/policy/cluster-values.js'
import { isChartSource } from '../../../shared/releases/chart.js'
import { type PreparedChart, prepareChart } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import { showPath } from '../../../shared/yaml/path.js'
import { findText } from '../../../shared/yaml/scalar.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { readPlan } from '../plan/plan-file.js'
import type { DeployContext } from '../release/types.js'
import { releasedAs } from '../release/types.js'
import { withReleases } from '../release/with-releases.js'

/**
 * Takes over releases that were deployed by hand: they must be what this commit's files describe. Changes nothing; the smoke
 * test then verifies it, and the record job records it.
 *
 * The plan is the result of the approvals of two operators (see approve-adoption.ts). A plan of another attempt is refused:
 * whoever re-runs the workflow has to be an operator as well.
 *
 * @throws UserError `not-adopted` with every difference that was found.
 */
export async function adoptCluster(context: DeployContext): Promise<ActionOutcome<Io['outputs']>> {
  const { cluster, world } = context
  readPlan(context.plan, world.run, cluster.name)
  return withReleases(context, async (sites, temp) => {
    await helmVersion(world.exec)
    const releases: Released[] = []
    for (const site of sites) releases.push(await adoptOne(context, site, temp))
    const list = releases.map(({ name, revision }) => `${name} as revision ${revision}`).join(', ')
    const message = `The releases on ${cluster.name} match this commit: ${list}.`
    world.log.info(message)
    return {
      finding: { decision: 'adopted', reason: 'ok', message, cluster: cluster.name, releases, commit: world.run.sha },
      outputs: { changed: 'false' },
    }
  })
}

async function adoptOne(context: DeployContext, site: ReleaseTarget, temp: string): Promise<Released> {
  const { name, cluster } = site
  const identity = await readIdentity(context.kubeconfig, site.kubectl, site.namespace)
  const latest = await site.helm.latest(name)
  if (latest?.status !== 'deployed') {
    const is = latest ? `"${latest.status}"` : 'not installed'
    throw new UserError('not-adopted', `${name} on ${cluster.name} is ${is}.`, {
      fix: 'Install it once by hand, with the files of this commit (helm upgrade --install), and start the adoption again.',
    })
  }
  const made = await prepareChart(context, site, temp)
  const differences = await compare(context, site, made)
  if (differences.length > 0) {
    throw new UserError(
      'not-adopted',
      `${name} on ${cluster.name} does not match this commit: ${differences.join('; ')}.`,
      {
        fix: 'Start the adoption from the commit that was deployed, or deploy this commit once by hand (helm upgrade).',
      },
    )
  }
  return releasedAs({ site, identity, made }, latest.revision)
}

/** Versions of the components and the given values, the two things that can be read back. Values are never shown. */
async function compare(
  { policy, workspace }: DeployRepoContext,
  { helm, name: helmName, release }: ReleaseTarget,
  { components, values: files }: PreparedChart,
): Promise<string[]> {
  const installed = await helm.installedChart(helmName)
  const allValues = await helm.values(helmName, true)
  const defaults = (await workspace.read(`${release.chart}/values.yaml`)) ?? ''
  const targets = policy.components.flatMap(({ name, targets }) => targets.map((target) => ({ name, target })))
  const differences = targets.flatMap(({ name, target }) => {
    if (target.kind !== 'chart') {
      if (target.file !== `${release.chart}/values.yaml`) return []
      const expected = findText(defaults, target.path, target.file)
      const found = String(readPath(allValues, target.path) ?? 'nothing')
      return found === expected ? [] : [`${name} is ${found}, not ${expected} (${showPath(target.path)})`]
    }
    if (!isChartSource(target.file, release)) return []
    const expected = components[name]
    const found = installed.dependencies.find((dependency) =>
      [dependency.alias, dependency.name].includes(target.dependency),
    )?.version
    return found === expected ? [] : [`${name} is ${found ?? 'missing'}, not ${expected}`]
  })
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  const given = mergeValues(
    {},
    texts.map((text) => parse(text, { version: '1.1' }) ?? {}),
  )
  const found = mergeValues({}, [(await helm.values(helmName, false)) ?? {}])
  const keys = [...new Set([...Object.keys(given), ...Object.keys(found)])].filter(
    (key) => !isDeepStrictEqual(given[key], found[key]),
  )
  return [...differences, ...keys.map((key) => `the values under "${key}" differ`)]
}
