import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Exec } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import type { Workspace } from '../foundation/workspace.js'
import { renderArguments } from '../helm/helm.js'
import type { Cluster, Release } from '../policy/policy.js'
import { namespaceOf, releaseName } from '../policy/releases.js'
import { buildChart } from '../releases/chart.js'
import { inputDigest } from '../releases/input-digest.js'
import { filesForPlan } from '../releases/values-files.js'
import type { ObjectList } from './object-list.js'

/** A release at one commit, with its chart built once for all clusters. */
export interface RenderSide {
  workspace: Workspace
  release: Release
  /** Directory of the built chart. */
  chart: string
  /** sha256 over the built chart. */
  chartDigest: string
  /** sha256 of each file of the chart's own directory, by path in the deploy repo. */
  chartFiles: Map<string, string>
}

/** What one cluster gets of it. */
export interface ClusterInputs {
  /** Absolute paths, with stand-ins for what is encrypted. */
  values: string[]
  /** sha256 of each values file as it lies there, encrypted or not, by path in the deploy repo; in Helm's order. */
  files: Map<string, string>
  /** Paths of those that are encrypted. */
  encrypted: string[]
  /** Differs wherever anything that this cluster gets differs. */
  digest: string
}

/** @throws UserError where the chart cannot be built. */
export async function sideAt(exec: Exec, workspace: Workspace, release: Release, temp: string): Promise<RenderSide> {
  const chart = await buildChart(exec, workspace, release.chart, temp)
  const inputs = { release: '', namespace: '', crds: release.crds, chart, values: [] }
  const own = (await workspace.list()).filter((path) => path.startsWith(`${release.chart}/`))
  const chartFiles = await digests(own, workspace)
  return { workspace, release, chart, chartDigest: await inputDigest(inputs), chartFiles }
}

export async function inputsOf(
  { workspace, release, chartDigest }: RenderSide,
  cluster: Cluster,
): Promise<ClusterInputs> {
  const { paths, encrypted } = await filesForPlan(release, cluster, workspace)
  const used = paths.map((path) => relative(workspace.root, path).replaceAll('\\', '/'))
  const files = await digests([...used, ...encrypted], workspace)
  const all = [chartDigest, releaseName(release, cluster), namespaceOf(release, cluster), ...files]
  return { values: paths, files, encrypted, digest: sha256(JSON.stringify(all)) }
}

/**
 * What Helm would give to the cluster in an upgrade; tests are left out, as in an upgrade.
 *
 * @param into is cleared first, and holds what is returned.
 * @param target Kubernetes version that the chart is told; without it Helm's own.
 * @throws UserError `target-missing` with what Helm said.
 */
export async function renderSide(
  exec: Exec,
  { workspace, release, chart }: RenderSide,
  cluster: Cluster,
  values: string[],
  into: ObjectList,
  target?: string,
): Promise<Buffer> {
  const args = renderArguments(releaseName(release, cluster), namespaceOf(release, cluster), chart, values)
  const crds = release.crds === 'skip' ? [] : ['--include-crds']
  const version = target === undefined ? [] : ['--kube-version', target]
  into.clear()
  const all = [...args, '--is-upgrade', '--skip-tests', ...crds, ...version]
  const { code, stderr } = await exec('helm', all, { onBytes: into.add })
  if (code === 0) return into.bytes()
  const folder = chart.slice(0, chart.length - release.chart.length)
  const said = stderr.replaceAll(folder, '').replaceAll(`${workspace.root}/`, '').trim().slice(-600)
  throw new UserError('target-missing', `The chart cannot be rendered for ${cluster.name}: ${said}`, {
    fix: `Correct ${release.chart}, or the values of ${cluster.name}. To reproduce it: helm dependency update, then helm template.`,
    at: { file: `${release.chart}/Chart.yaml` },
  })
}

async function digests(paths: string[], workspace: Workspace): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  for (const path of paths) found.set(path, sha256(await readFile(workspace.locate(path))))
  return found
}

const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
