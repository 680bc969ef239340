import { parsePath } from '../yaml/path.js'
import type { PolicyFile } from './schema.js'
import { normalizeCheck } from './smoke-normalize.js'
import type { Cluster, Component, Kind, Policy, Release, Target } from './types.js'

type Entry<K extends 'releases' | 'clusters' | 'components' | 'kinds'> = PolicyFile[K][string]

/** The policy file in the form that everything else uses: lists with names, paths and times parsed, defaults filled in. */
export function normalize(file: PolicyFile): Policy {
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
    lane: {
      maxUndeployed: file.lane['max-undeployed'],
      remind: file.lane.remind,
      escalate: file.lane.escalate,
      exceptions: file.lane.exceptions,
      window: file.lane.window,
    },
    smoke: file.smoke.map(normalizeCheck),
    windows: { ...file.windows, T3: file.windows.T3 ?? { days: ['mon', 'tue', 'wed', 'thu'] } },
    watch: {
      T0: file.watch.T0 ?? 0,
      T1: file.watch.T1 ?? 0,
      T2: file.watch.T2 ?? 60 * minute,
      T3: file.watch.T3 ?? 24 * 60 * minute,
    },
    kinds: Object.entries(file.kinds).map(([name, entry]: [string, Entry<'kinds'>]): Kind => ({ name, ...entry })),
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
    databaseSchema: entry['database-schema'],
  }
}

function cluster(name: string, entry: Entry<'clusters'>, path: PolicyFile['host']): Cluster {
  const host = entry.host === undefined ? path && { path } : { name: entry.host }
  return { name, role: entry.role, optional: entry.optional, host }
}

function component(name: string, entry: Entry<'components'>, clusters: string[]): Component {
  const { upstream, version: versions, paths, expect, wait, checks, revert } = entry
  const staleAfter = entry['stale-after']
  const reviewers = entry.reviewers.map((one) => one.replace('@', ''))
  return {
    name,
    upstream,
    targets: targetsOf(entry, clusters),
    versions,
    paths,
    expect,
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
