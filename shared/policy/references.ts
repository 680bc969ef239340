import { type FilePlace, UserError } from '../foundation/errors.js'
import { chartDependency } from '../yaml/chart-dependency.js'
import { readSource } from '../yaml/documents.js'
import { readImagePlace } from '../yaml/image-place.js'
import { showPath } from '../yaml/path.js'
import { findScalar } from '../yaml/scalar.js'
import { clusterHost, clusterValues, type HelmValues, type ReadFile, readPath, valuesFiles } from './cluster-values.js'
import type { Policy, Target } from './types.js'

/** Something that the policy names and that is missing in the deploy repo. */
export interface Problem {
  kind: 'missing-file' | 'missing-target' | 'missing-host' | 'missing-value'
  message: string
  fix: string
  at?: FilePlace | undefined
}

/**
 * Everything that the policy names and that is missing in the deploy repo: charts, values files, the targets of
 * components, hosts of clusters, conditions of smoke tests. Globs may match nothing.
 */
export async function checkReferences(
  policy: Policy,
  readFile: ReadFile,
  listFiles: () => Promise<readonly string[]>,
): Promise<Problem[]> {
  const files = await listFiles()
  const missing = missingFiles(policy, files)
  const targets = await Promise.all(
    policy.components.flatMap(({ name, targets }) => targets.map((target) => targetProblems(name, target, readFile))),
  )
  const values = await valuesProblems(policy, readFile, files)
  const all = [...missing, ...targets.flat(), ...values]
  return all.filter((problem, index) => all.findIndex(({ message }) => message === problem.message) === index)
}

function missingFiles(policy: Policy, files: readonly string[]): Problem[] {
  const named = policy.releases.flatMap((release) => [
    { file: `${release.chart}/Chart.yaml`, by: `releases.${release.name}.chart` },
    ...policy.clusters.flatMap((cluster) => [
      ...valuesFiles(release, cluster, files).map((file) => ({
        file,
        by: `releases.${release.name}.values for ${cluster.name}`,
      })),
      ...valuesFiles({ values: release.planValues }, cluster, files).map((file) => ({
        file,
        by: `releases.${release.name}.plan-values`,
      })),
    ]),
  ])
  const holidays = Object.entries(policy.deployWindows).flatMap(([tier, window]) =>
    window?.holidays === undefined ? [] : [{ file: window.holidays, by: `deploy-windows.${tier}.holidays` }],
  )
  const absent = [...named, ...holidays].filter(({ file }) => !files.includes(file))
  return [...new Map(absent.map((entry) => [entry.file, entry])).values()].map(({ file, by }) => ({
    kind: 'missing-file',
    message: `${file} does not exist. The policy names it in ${by}.`,
    fix: `Add ${file}, or correct the path in the policy.`,
    at: { file },
  }))
}

async function targetProblems(name: string, target: Target, readFile: ReadFile): Promise<Problem[]> {
  const by = `components.${name}.${target.kind}`
  const text = await readFile(target.file)
  if (text === undefined) {
    const message = `${target.file} does not exist. The policy names it in ${by}.`
    return [{ kind: 'missing-file', message, fix: `Correct the path in ${by}.`, at: { file: target.file } }]
  }
  return attempt(by, () => {
    if (target.kind === 'chart') return void chartDependency(text, target.dependency, target.file)
    const source = readSource(text, target.file)
    const scalar = findScalar(source, target.path)
    if (target.kind === 'value') return
    const { tag, digest } = readImagePlace(text, target.path, target.file)
    if (tag !== undefined || digest !== undefined) return
    throw new UserError(
      'target-missing',
      `${showPath(target.path)} in ${target.file} contains no image tag or digest.`,
      {
        fix: 'Use the path of a value that is a tag, a digest, or an image reference with one of them.',
        at: source.place(scalar.range[0]),
      },
    )
  })
}

async function valuesProblems(policy: Policy, readFile: ReadFile, files: readonly string[]): Promise<Problem[]> {
  const all: HelmValues[] = []
  const problems: Problem[] = []
  for (const cluster of policy.clusters) {
    const values: HelmValues[] = []
    for (const release of policy.releases) {
      problems.push(
        ...(await attempt(`releases.${release.name}.values`, async () => {
          values.push((await clusterValues(release, cluster, readFile, files)).values)
        })),
      )
    }
    all.push(...values)
    const complete = values.length === policy.releases.length
    if (complete && cluster.host && clusterHost(cluster, values) === undefined && 'path' in cluster.host) {
      const message = `The values of ${cluster.name} have no ${showPath(cluster.host.path)}, but "host" in the policy refers to it.`
      problems.push({
        kind: 'missing-host',
        message,
        fix: `Add it to the values of ${cluster.name}, or "host:" to clusters.${cluster.name}.`,
      })
    }
  }
  const conditions = policy.smokeTests.flatMap(({ when }, index) => (when ? [{ when, index }] : []))
  const unknown = conditions.filter(({ when }) => all.every((values) => readPath(values, when) === undefined))
  return [
    ...problems,
    ...unknown.map(({ when, index }): Problem => {
      const message = `smoke-tests.${index}.when is ${showPath(when)}, but the values of no cluster have this path: the check would never run.`
      return { kind: 'missing-value', message, fix: "Correct the path, or add it to the chart's values.yaml." }
    }),
  ]
}

/** What `work` has to complain about the deploy repo; anything else it throws is thrown on. */
async function attempt(by: string, work: () => void | Promise<void>): Promise<Problem[]> {
  try {
    await work()
    return []
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    return [{ kind: 'missing-target', message: `${by}: ${error.message}`, fix: error.fix, at: error.at }]
  }
}
