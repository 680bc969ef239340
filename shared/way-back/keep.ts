import type { Log } from '../action/world.js'
import type { Site } from '../helm/sites.js'
import { nameOf } from '../render/changes.js'
import type { Resource } from '../render/resources.js'
import { objectName } from './comparison.js'

/** Marks what Helm would delete although it holds data, so that it stays. Safe to repeat. */
export async function keep(
  { kubectl, namespace }: Site,
  resources: Resource[],
  log: Pick<Log, 'warning'>,
): Promise<void> {
  for (const resource of resources) {
    const { apiVersion, kind, metadata } = objectName(resource, namespace)
    // Helm reads it from the cluster's object, not only from its own manifest.
    const annotations = { 'helm.sh/resource-policy': 'keep' }
    await kubectl.apply({ apiVersion, kind, metadata: { ...metadata, annotations } }, 'lockstep')
    log.warning(`${nameOf(resource, namespace)} came with what failed, and holds data: it is left there.`)
  }
}
