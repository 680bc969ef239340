import { parse } from 'semver'
import type { ClusterHealth } from '../kube/health.js'
import type { ExternalChange } from './external-change.js'
import { kubeletSkew, versionSkew } from './version-skew.js'

/** Why the change may not start on a cluster in this state; empty if it may. Pure. */
export function beforeProblems({ kind, from, to, cluster }: ExternalChange, health: ClusterHealth): string[] {
  // Other changes may repair what is broken; an unhealthy control plane must not be upgraded.
  if (kind !== 'kubernetes') return []
  const other = sameVersion(health.server, from)
    ? []
    : [`${cluster} has Kubernetes ${health.server}, but the change starts from ${from}`]
  // Whatever would be incompatible afterwards has to be upgraded first.
  return [...other, ...broken(health), ...versionSkew(to, health)]
}

/** What is wrong after the change: anything worse than before, or another version than announced. Pure. */
export function afterProblems(
  { kind, to, cluster }: ExternalChange,
  before: ClusterHealth,
  now: ClusterHealth,
): string[] {
  const known = new Set(broken(before))
  const worse = broken(now).filter((problem) => !known.has(problem))
  const there = new Set(now.workloads.map(({ name }) => name))
  const gone = before.workloads.filter(({ name }) => !there.has(name)).map(({ name }) => `${name} is gone`)
  const version =
    kind !== 'kubernetes' || sameVersion(now.server, to) ? [] : [`${cluster} has Kubernetes ${now.server}, not ${to}`]
  return [...version, ...kubeletSkew(now.server, now.nodes), ...worse, ...gone]
}

/** What does not work as it is. */
function broken({ nodes, unavailable, workloads }: ClusterHealth): string[] {
  return [
    ...(nodes.length === 0 ? ['there is no node'] : []),
    ...nodes.filter(({ ready }) => !ready).map(({ name }) => `node ${name} is not ready`),
    ...unavailable.map((name) => `API service ${name} does not answer`),
    ...workloads.filter(({ ready }) => !ready).map(({ name }) => `${name} is not ready`),
  ]
}

/** `1.31` is any patch of it; what comes after a "+" is the builder's. */
function sameVersion(actual: string, wanted: string): boolean {
  const found = parse(actual)
  const [, major, minor, patch] = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(wanted) ?? []
  if (!found || found.major !== Number(major) || found.minor !== Number(minor)) return false
  return patch === undefined || found.patch === Number(patch)
}
