import { type CarriedChange, carriedChanges } from '../../shared/bump/carried.js'
import { type Artifact, type ArtifactSource, fetchArtifact, type ListedVersions } from '../../shared/bump/published.js'
import { UserError } from '../../shared/foundation/errors.js'
import type { Http } from '../../shared/registry/registry-http.js'

/**
 * What the new chart brings besides the component itself; undefined where the old one is no longer there to be compared. An
 * image shows nothing of what is in it.
 *
 * @param listed what the registry has
 * @param from the version on the default branch
 */
export async function carriedBy(
  http: Http,
  source: ArtifactSource,
  listed: ListedVersions[],
  from: string,
  { chart }: Artifact,
): Promise<CarriedChange[] | undefined> {
  if (!chart) return []
  const old = listed.find(({ version }) => version === from)
  if (!old) return undefined
  try {
    const before = await fetchArtifact(http, source, old)
    return before.chart && carriedChanges(before.chart, chart)
  } catch (error) {
    if (error instanceof UserError && error.reason === 'digest-mismatch') return undefined
    throw error
  }
}
