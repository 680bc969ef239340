import type { Log } from '../foundation/log.js'
import type { ReleaseTarget } from '../releases/release-targets.js'
import { changedObjectName } from '../render/changes.js'
import type { Resource } from '../render/resources.js'
import { objectName } from './comparison.js'

/** Marks what Helm would delete although it holds data, so that it stays. Safe to repeat. */
export async function keepObjects(
  { kubectl, namespace }: ReleaseTarget,
  resources: Resource[],
  log: Pick<Log, 'warning'>,
): Promise<void> {
  for (const resource of resources) {
    const { apiVersion, kind, metadata } = objectName(resource, namespace)
    // Helm reads it from the cluster's object, not only from its own manifest.
    const annotations = { 'helm.sh/resource-policy': 'keep' }
    await kubectl.apply({ apiVersion, kind, metadata: { ...metadata, annotations } }, 'lockstep')
    log.warning(
      `${changedObjectName(resource, namespace)} was created by the failed deploy and holds data: it is not deleted.`,
    )
  }
}
