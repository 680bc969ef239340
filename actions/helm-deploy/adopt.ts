import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { parse } from 'yaml'
import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { isChartFile } from '../../shared/helm/chart.js'
import { readIdentity } from '../../shared/kube/identity.js'
import { mergeValues, readPath } from '../../shared/policy/cluster-values.js'
import { showPath } from '../../shared/yaml/path.js'
import { findText } from '../../shared/yaml/scalar.js'
import { type DeployContext, prepare, type Site, withSite } from './deploy.js'
import type { Io } from './io.js'
import { readPlan } from './plan-file.js'
import { type Context, releaseName } from './target.js'

/**
 * Takes over a release that was deployed by hand: it must be what this commit's files describe. Changes nothing; the smoke
 * test then verifies it, and the record job records it.
 *
 * The plan is what two operators' words became (see approve.ts). One of another attempt is refused: who re-runs the
 * workflow has to be an operator as well.
 *
 * @throws UserError `not-adopted` with every difference that was found.
 */
export async function adopt(context: DeployContext): Promise<Outcome<Io['outputs']>> {
  const { cluster, kubeconfig, world } = context
  readPlan(context.plan, world.run, cluster.name)
  return withSite(context, kubeconfig, async (site, temp) => {
    const identity = await readIdentity(kubeconfig, site.kubectl, site.namespace)
    const latest = await site.helm.latest(site.release)
    if (latest?.status !== 'deployed') {
      throw new UserError(
        'not-adopted',
        `${releaseName(context.release, cluster)} on ${cluster.name} is ${latest ? `"${latest.status}"` : 'not installed'}.`,
        {
          fix: 'Install it once by hand, with the files of this commit (helm upgrade --install), and start the adoption again.',
        },
      )
    }
    const made = await prepare(context, site, identity, temp)
    const differences = await compare(context, site, made.deployment.components, made.values)
    if (differences.length > 0) {
      throw new UserError(
        'not-adopted',
        `What is deployed on ${cluster.name} is not what this commit describes: ${differences.join('; ')}.`,
        {
          fix: 'Start the adoption from the commit that was deployed, or deploy this commit once by hand (helm upgrade).',
        },
      )
    }
    const message = `${cluster.name} has what this commit describes, as revision ${latest.revision}.`
    world.log.info(message)
    return {
      finding: {
        decision: 'adopted',
        reason: 'ok',
        message,
        cluster: cluster.name,
        release: site.release,
        namespace: site.namespace,
        revision: latest.revision,
        commit: world.run.sha,
        deployment: made.deployment,
      },
      outputs: { changed: 'false', revision: String(latest.revision) },
    }
  })
}

/** Versions of the components and the given values, the two things that can be read back. Values are never shown. */
async function compare(
  { policy, release, workspace }: Context,
  site: Site,
  components: Record<string, string>,
  files: string[],
): Promise<string[]> {
  const installed = await site.helm.installedChart(site.release)
  const allValues = await site.helm.values(site.release, true)
  const defaults = (await workspace.read(`${release.chart}/values.yaml`)) ?? ''
  const targets = policy.components.flatMap(({ name, targets }) => targets.map((target) => ({ name, target })))
  const differences = targets.flatMap(({ name, target }) => {
    if (target.kind !== 'chart') {
      if (target.file !== `${release.chart}/values.yaml`) return []
      const expected = findText(defaults, target.path, target.file)
      const found = String(readPath(allValues, target.path) ?? 'nothing')
      return found === expected ? [] : [`${name} is ${found}, not ${expected} (${showPath(target.path)})`]
    }
    if (!isChartFile(target.file, release)) return []
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
  const found = mergeValues({}, [(await site.helm.values(site.release, false)) ?? {}])
  const keys = [...new Set([...Object.keys(given), ...Object.keys(found)])].filter(
    (key) => !isDeepStrictEqual(given[key], found[key]),
  )
  return [...differences, ...keys.map((key) => `the values under "${key}" differ`)]
}
