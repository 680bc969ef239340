import { UserError } from '../../../shared/foundation/errors.js'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { clusterValues } from '../../../shared/policy/cluster-values.js'
import { isPending } from '../../../shared/records/release-lock.js'
import type { Resource } from '../../../shared/render/resources.js'
import { type Destination, readComparison, revisionOf } from '../../../shared/rollback-safety/comparison.js'
import { irreversibleChanges, keptData } from '../../../shared/rollback-safety/irreversible.js'
import type { AcceptedRelease } from './types.js'

/**
 * Whether a deploy moves a release backwards: a locked release is unlocked by a rollback, or the commit restores inputs that
 * were verified here before, for example after a revert that somebody merged by hand.
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
 * The objects with data that a downgrade would delete, so that they must be kept; none for any other deploy, whose dangers
 * were reviewed.
 *
 * @throws UserError `irreversible` if data would be lost, or the cluster would reject it: then a person decides.
 */
export async function keptOnRollback(ready: AcceptedRelease, workspace: Workspace): Promise<Resource[]> {
  const { site, latest, verified, made } = ready
  if (!latest || !isDowngrade(ready)) return []
  const locked = isPending(latest)
  const history = await site.helm.history(site.name)
  const target = locked || made.inputDigest === verified.inputDigest ? verified : verified.previous
  // Helm's history is exact, but limited; a verified state can also be rendered from its inputs.
  const known = history.find(({ revision }) => revision === target?.revision)
  const destination = known ? revisionOf(site, known.revision) : rendered(ready, workspace)
  const facts = await readComparison(site, destination, history)
  const lost = irreversibleChanges(facts)
  if (lost.length === 0) return keptData(facts)
  const { name, cluster } = site
  const [where, how] = locked
    ? [`revision ${verified.revision} to unlock it`, `helm rollback ${name} ${verified.revision}`]
    : ['the state verified before', 'deploy it with Helm']
  throw new UserError('irreversible', `${name} on ${cluster.name} was not rolled back to ${where}. ${lost.join(' ')}`, {
    fix: `Nothing was changed. Fix it forward with a pull request; or restore the backups, roll back by hand (${how}), and adopt ${cluster.name} again.`,
  })
}

async function rendered({ site, made }: AcceptedRelease, workspace: Workspace): Promise<Destination> {
  const { helm, name, release, cluster } = site
  const manifest = await helm.render(name, made.chart, made.values)
  if (release.migrationMarkers.length === 0) return { manifest, values: undefined }
  return { manifest, values: (await clusterValues(release, cluster, workspace.read, await workspace.list())).values }
}
