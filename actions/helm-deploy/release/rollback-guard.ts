import { UserError } from '../../../shared/foundation/errors.js'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { clusterValues } from '../../../shared/policy/cluster-values.js'
import { isPending } from '../../../shared/records/release-lock.js'
import type { Resource } from '../../../shared/render/resources.js'
import { type Destination, readComparison, revisionOf } from '../../../shared/rollback-safety/comparison.js'
import { irreversibleChanges, keptData } from '../../../shared/rollback-safety/irreversible.js'
import type { AcceptedRelease } from './types.js'

/**
 * Whether a deploy goes back: Helm has to be freed by a rollback, or what is to come was verified here before and is not what
 * is there, as where somebody merged a revert by hand.
 */
export function isDowngrade({
  latest,
  verified,
  made,
}: Pick<AcceptedRelease, 'latest' | 'verified' | 'made'>): boolean {
  if (!latest) return false
  if (isPending(latest)) return true
  if (made.inputDigest === verified.inputDigest) return latest.revision !== verified.revision
  return made.inputDigest === verified.previous?.inputDigest
}

/**
 * What holds data and would be deleted on such a way, so that it has to be kept; nothing for every other deploy, whose dangers
 * its review has seen.
 *
 * @throws UserError `irreversible` where data would be lost, or the cluster would refuse it: then a person decides.
 */
export async function keptOnRollback(ready: AcceptedRelease, workspace: Workspace): Promise<Resource[]> {
  const { site, latest, verified, made } = ready
  if (!latest || !isDowngrade(ready)) return []
  const freed = isPending(latest)
  const history = await site.helm.history(site.name)
  const target = freed || made.inputDigest === verified.inputDigest ? verified : verified.previous
  // Helm knows best what it was; it forgets, and a state that was verified is told by its inputs as well.
  const known = history.find(({ revision }) => revision === target?.revision)
  const destination = known ? revisionOf(site, known.revision) : rendered(ready, workspace)
  const facts = await readComparison(site, destination, history)
  const lost = irreversibleChanges(facts)
  if (lost.length === 0) return keptData(facts)
  const { name, cluster } = site
  const [where, how] = freed
    ? [`back to revision ${verified.revision}, which would free it`, `helm rollback ${name} ${verified.revision}`]
    : ['back to what was verified before', 'deploy it with Helm']
  throw new UserError('irreversible', `${name} on ${cluster.name} does not go ${where}. ${lost.join(' ')}`, {
    fix: `Nothing was changed. Fix it forward with a pull request; or whoever has the backups restores them, goes back by hand (${how}), and adopts ${cluster.name} again.`,
  })
}

async function rendered({ site, made }: AcceptedRelease, workspace: Workspace): Promise<Destination> {
  const { helm, name, release, cluster } = site
  const manifest = await helm.render(name, made.chart, made.values)
  if (release.migrationMarkers.length === 0) return { manifest, values: undefined }
  return { manifest, values: (await clusterValues(release, cluster, workspace.read, await workspace.list())).values }
}
