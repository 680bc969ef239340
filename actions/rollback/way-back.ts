import { isDeepStrictEqual } from 'node:util'
import type { World } from '../../shared/action/world.js'
import type { Revision } from '../../shared/helm/helm.js'
import type { ObjectName } from '../../shared/kube/kubectl.js'
import { readPath } from '../../shared/policy/cluster-values.js'
import { nameOf } from '../../shared/render/changes.js'
import { type Resource, resourcesIn } from '../../shared/render/resources.js'
import { textAt } from '../../shared/render/yaml.js'
import {
  claimsOf,
  clusterKinds,
  dataKinds,
  irreversible,
  isCustom,
  keptData,
  liveKey,
  type WayBack,
} from './irreversible.js'
import type { Site } from './judge.js'

/** What a release is to be again. */
export interface Destination {
  /** YAML documents. */
  manifest: string
  /** Merged over the chart's own. */
  values: unknown
}

/** A revision that Helm still has. */
export const revisionOf = async ({ helm, name, release }: Site, revision: number): Promise<Destination> => ({
  manifest: await helm.manifest(name, revision),
  values: release.databaseSchema.length > 0 ? await helm.values(name, true, revision) : undefined,
})

/**
 * Compares what is there with what it goes back to, and marks what holds data and came since then, so that Helm leaves it.
 *
 * @param history oldest first, at least one revision.
 * @returns what cannot be undone, in sentences; nothing was marked where there is any.
 * @throws UserError where something that Helm would touch cannot be read or marked: what is unknown is not safe.
 */
export async function openWayBack(
  site: Site,
  log: World['log'],
  to: Destination,
  history: Revision[],
): Promise<string[]> {
  const facts = await readWayBack(site, to, history)
  const lost = irreversible(facts)
  if (lost.length > 0) return lost
  for (const resource of keptData(facts)) {
    const { apiVersion, kind, metadata } = objectName(resource, site.namespace)
    // Helm reads it from the cluster's object, not only from its own manifest.
    const annotations = { 'helm.sh/resource-policy': 'keep' }
    await site.kubectl.apply({ apiVersion, kind, metadata: { ...metadata, annotations } }, 'lockstep')
    log.warning(`${nameOf(resource, site.namespace)} came with what failed, and holds data: it is left there.`)
  }
  return []
}

async function readWayBack(site: Site, to: Destination, history: Revision[]): Promise<WayBack> {
  const { helm, kubectl, namespace, name, release } = site
  const target = resourcesIn(to.manifest, namespace).resources
  // Helm deletes what the newest revision has, after a failed one what the last deployed had.
  const latest = history.at(-1)
  const others = [latest, history.findLast(({ status }) => status === 'deployed')].filter((one) => one !== undefined)
  const since = new Map<string, Resource>()
  for (const revision of new Set(others.map((one) => one.revision))) {
    for (const [key, resource] of resourcesIn(await helm.manifest(name, revision), namespace).resources) {
      if (!target.has(key)) since.set(key, resource)
    }
  }

  const live = new Map<string, unknown>()
  const read = async (objects: ObjectName[]): Promise<void> => {
    for (const found of await kubectl.find(objects)) {
      const [kind, inside, called] = [
        textAt(found, 'kind'),
        textAt(found, 'metadata', 'namespace'),
        textAt(found, 'metadata', 'name'),
      ]
      if (kind && called) live.set(liveKey(kind, inside ?? '', called), found)
    }
  }
  const wanted = [...target.values(), ...since.values()].filter(
    ({ kind, apiVersion }) => [...dataKinds, 'StatefulSet'].includes(kind) && !isCustom(apiVersion),
  )
  await read(wanted.map((resource) => objectName(resource, namespace)))
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

  const custom = [...target.values()].some(({ apiVersion }) => isCustom(apiVersion))
  const values =
    release.databaseSchema.length > 0 && latest ? await helm.values(name, true, latest.revision) : undefined
  return {
    namespace,
    target: [...target.values()],
    since: [...since.values()],
    live,
    served: custom ? new Set(await kubectl.served()) : undefined,
    databaseSchema: release.databaseSchema.map((path) => ({
      path: path.join('.'),
      same: isDeepStrictEqual(readPath(to.values, path), readPath(values, path)),
    })),
  }
}

const objectName = ({ apiVersion, kind, name, namespace }: Resource, own: string): ObjectName => ({
  ...{ apiVersion, kind },
  metadata: { name, ...(clusterKinds.includes(kind) ? {} : { namespace: namespace ?? own }) },
})
