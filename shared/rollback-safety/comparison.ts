import { isDeepStrictEqual } from 'node:util'
import { allSettledOrThrow } from '../foundation/all-settled.js'
import type { Revision } from '../helm/helm.js'
import type { ObjectName } from '../kube/kubectl.js'
import { readPath } from '../policy/cluster-values.js'
import type { ReleaseTarget } from '../releases/release-targets.js'
import { type Resource, resourcesIn } from '../render/resources.js'
import { getText } from '../yaml/get-path.js'
import { claimsOf, clusterKinds, dataKinds, isCustom, liveKey, type ReleaseComparison } from './irreversible.js'

/** What a release is to be again. */
export interface Destination {
  /** YAML documents. */
  manifest: string
  /** Merged over the chart's own. */
  values: unknown
}

/** A revision that Helm still has. */
export const revisionOf = async ({ helm, name, release }: ReleaseTarget, revision: number): Promise<Destination> => ({
  manifest: await helm.manifest(name, revision),
  values: release.migrationMarkers.length > 0 ? await helm.values(name, true, revision) : undefined,
})

/**
 * What decides whether a release can be rolled back: its live state, and the target of the rollback.
 *
 * @param history oldest first.
 * @throws UserError where something that Helm would touch cannot be read: what is unknown is not safe.
 */
export async function readComparison(
  site: ReleaseTarget,
  destination: Promise<Destination>,
  history: Revision[],
): Promise<ReleaseComparison> {
  const { helm, kubectl, namespace, name, release } = site
  // Helm deletes what the newest revision has, after a failed one what the last deployed had.
  const latest = history.at(-1)
  const others = [latest, history.findLast(({ status }) => status === 'deployed')].filter((one) => one !== undefined)
  const revisions = [...new Set(others.map(({ revision }) => revision))]
  const reads = revisions.map((revision) => helm.manifest(name, revision))
  const stored =
    release.migrationMarkers.length > 0 && latest
      ? helm.values(name, true, latest.revision)
      : Promise.resolve(undefined)
  // Every start of Helm takes time, and users wait.
  const [to, values, ...manifests] = await allSettledOrThrow([destination, stored, ...reads])
  const target = resourcesIn(Buffer.from(to.manifest), namespace).resources
  const since = new Map<string, Resource>()
  for (const manifest of manifests) {
    for (const [key, resource] of resourcesIn(Buffer.from(manifest), namespace).resources) {
      if (!target.has(key)) since.set(key, resource)
    }
  }

  const live = new Map<string, unknown>()
  const read = async (objects: ObjectName[]): Promise<void> => {
    for (const found of await kubectl.find(objects)) {
      const [kind, inside, called] = [
        getText(found, 'kind'),
        getText(found, 'metadata', 'namespace'),
        getText(found, 'metadata', 'name'),
      ]
      if (kind && called) live.set(liveKey(kind, inside ?? '', called), found)
    }
  }
  const wanted = [...target.values(), ...since.values()].filter(
    ({ kind, apiVersion }) => [...dataKinds, 'StatefulSet'].includes(kind) && !isCustom(apiVersion),
  )
  const custom = [...target.values()].some(({ apiVersion }) => isCustom(apiVersion))
  const [, served] = await allSettledOrThrow([
    read(wanted.map((resource) => objectName(resource, namespace))),
    custom ? kubectl.served() : undefined,
  ])
  const gone = [...target.values()].filter(
    (one) => one.kind === 'StatefulSet' && !live.has(liveKey(one.kind, one.namespace ?? namespace, one.name)),
  )
  await read(
    gone.flatMap((one) =>
      claimsOf(one.object()).map((claim) => ({
        ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
        metadata: { name: claim, namespace: one.namespace ?? namespace },
      })),
    ),
  )

  return {
    namespace,
    target: [...target.values()],
    since: [...since.values()],
    live,
    served: served && new Set(served),
    databaseSchema: release.migrationMarkers.map((path) => ({
      path: path.join('.'),
      same: isDeepStrictEqual(readPath(to.values, path), readPath(values, path)),
    })),
  }
}

/** What kubectl finds it by, or names it by where it is changed. */
export const objectName = ({ apiVersion, kind, name, namespace }: Resource, own: string): ObjectName => ({
  ...{ apiVersion, kind },
  metadata: { name, ...(clusterKinds.includes(kind) ? {} : { namespace: namespace ?? own }) },
})
