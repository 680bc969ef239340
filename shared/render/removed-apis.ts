import { apiRemovals } from './removed-apis-table.js'
import type { Resource } from './resources.js'

/** An object whose API version the cluster does not serve, or will soon not serve. */
export interface RemovedApi {
  /** `Kind name` */
  object: string
  apiVersion: string
  source: string | undefined
  /** Kubernetes version without it, as `1.25`. */
  removedIn: string
  /** apiVersion to write instead; undefined where there is none. */
  instead: string | undefined
}

const minor = (version: string): number => Number(/^v?1\.(\d+)/.exec(version)?.[1] ?? Number.NaN)

const byVersionAndKind = new Map(
  apiRemovals.flatMap(({ apiVersion, removedIn, kinds }) =>
    Object.entries(kinds).map(([kind, instead]) => [`${apiVersion} ${kind}`, { removedIn, instead }] as const),
  ),
)

/**
 * Objects that Kubernetes `target` (`1.35`) does not know any more; without a target, those that any released version has
 * dropped.
 */
export function removedApisIn(resources: Iterable<Resource>, target?: string): RemovedApi[] {
  const found: RemovedApi[] = []
  for (const { apiVersion, kind, name, source } of resources) {
    const gone = byVersionAndKind.get(`${apiVersion} ${kind}`)
    if (!gone || minor(gone.removedIn) > minor(target ?? newestRelease)) continue
    found.push({ object: `${kind} ${name}`, apiVersion, source, removedIn: gone.removedIn, instead: gone.instead })
  }
  return found
}

/** The newest Kubernetes that the table was made from. */
export const newestRelease = '1.35'

/** Whether the table covers this version; a later one may have dropped more. */
export const isCovered = (target: string): boolean => minor(target) <= minor(newestRelease)
