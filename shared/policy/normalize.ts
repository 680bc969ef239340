import { parsePath } from '../yaml/path.js'
import type { PolicyFile } from './schema.js'
import { normalizeCheck } from './smoke-normalize.js'
import type { ChangeClass, Cluster, Component, Policy, Release, Target } from './types.js'

type Entry<K extends 'releases' | 'clusters' | 'components' | 'change-classes'> = PolicyFile[K][string]

/** The policy file in the form that everything else uses: lists with names, paths and times parsed, defaults filled in. */
export function normalizePolicy(file: PolicyFile): Policy {
  return {
    operators: operatorsOf(file.operators),
    apps: file.apps,
    timezone: file.timezone,
    releases: Object.entries(file.releases).map(release),
    clusters: Object.entries(file.clusters).map(([name, entry]) => cluster(name, entry, file.host)),
    components: Object.entries(file.components).map(([name, entry]) =>
      component(name, entry, Object.keys(file.clusters)),
    ),
    merge: file.merge,
    deployQueue: {
      maxUndeployed: file['deploy-queue']['max-undeployed'],
      remind: file['deploy-queue'].remind,
      escalate: file['deploy-queue'].escalate,
      exceptions: file['deploy-queue'].exceptions,
      window: file['deploy-queue'].window,
    },
    smokeTests: file['smoke-tests'].map(normalizeCheck),
    deployWindows: {
      ...file['deploy-windows'],
      T3: file['deploy-windows'].T3 ?? { days: ['mon', 'tue', 'wed', 'thu'] },
    },
    soak: {
      T0: file.soak.T0 ?? 0,
      T1: file.soak.T1 ?? 0,
      T2: file.soak.T2 ?? 60 * minute,
      T3: file.soak.T3 ?? 24 * 60 * minute,
    },
    changeClasses: Object.entries(file['change-classes']).map(
      ([name, entry]: [string, Entry<'change-classes'>]): ChangeClass => ({ name, ...entry }),
    ),
    ...(file.runbook === undefined ? {} : { runbook: file.runbook }),
  }
}

const minute = 60_000

const operatorsOf = (operators: PolicyFile['operators']): Policy['operators'] =>
  typeof operators === 'string'
    ? { team: operators.replace('@', '') }
    : { logins: operators.map((login) => login.replace('@', '')) }

function release([name, entry]: [string, Entry<'releases'>]): Release {
  const releaseName = entry.name ?? name
  return {
    name,
    chart: entry.chart ?? name,
    releaseName,
    namespace: entry.namespace ?? releaseName,
    values: entry.values,
    planValues: entry['plan-values'],
    timeout: entry.timeout,
    crds: entry.crds,
    migrationMarkers: entry['migration-markers'],
  }
}

function cluster(name: string, entry: Entry<'clusters'>, path: PolicyFile['host']): Cluster {
  const host = entry.host === undefined ? path && { path } : { name: entry.host }
  return { name, wave: entry.wave, optional: entry.optional, host }
}

function component(name: string, entry: Entry<'components'>, clusters: string[]): Component {
  const { upstream, version: versions, paths, 'version-endpoint': versionEndpoint, wait, checks, revert } = entry
  const staleAfter = entry['stale-after']
  const reviewers = entry.reviewers.map((one) => one.replace('@', ''))
  return {
    name,
    upstream,
    targets: targetsOf(entry, clusters),
    versions,
    paths,
    versionEndpoint,
    wait,
    staleAfter,
    reviewers,
    checks,
    revert,
  }
}

function targetsOf({ chart, image, value }: Entry<'components'>, clusters: string[]): Component['targets'] {
  const kinds = { chart, image, value }
  const written = (['chart', 'image', 'value'] as const).flatMap((kind) =>
    (kinds[kind] ?? []).map((entry) => ({ kind, ...entry })),
  )
  const [first, ...others] = written.flatMap(({ kind, file, inside }) =>
    perCluster(file, clusters).map(
      (each): Target =>
        kind === 'chart' ? { kind, file: each, dependency: inside } : { kind, file: each, path: parsePath(inside) },
    ),
  )
  if (!first) throw new Error('the schema lets no component without a target through')
  return [first, ...others]
}

const perCluster = (file: string, clusters: string[]): string[] =>
  file.includes('{cluster}') ? clusters.map((cluster) => file.replaceAll('{cluster}', cluster)) : [file]
