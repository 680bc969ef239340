import { allSettledOrThrow } from '../../../shared/foundation/all-settled.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { deployedRevision } from '../../../shared/helm/helm.js'
import { writeReleaseLock } from '../../../shared/records/release-lock.js'
import { readBack } from '../../../shared/releases/read-back.js'
import { applyCrds } from './crds.js'
import { diagnoseFailure } from './diagnose-failure.js'
import { reportProgressWhile } from './report-progress.js'
import type { ReleaseOutcome, TargetRevision } from './types.js'
import { type ReadyRelease, releasedAs } from './types.js'
import type { ReleaseContext } from './with-releases.js'

/**
 * Upgrades one prepared release with Helm, and reads the outcome back.
 *
 * @param before the release's revision; undefined if it is not installed.
 * @throws UserError if Helm was not even started.
 */
export async function upgradeRelease(
  { world }: ReleaseContext,
  ready: ReadyRelease,
  before: number | undefined,
  { commit, description }: Pick<TargetRevision, 'commit' | 'description'>,
): Promise<ReleaseOutcome> {
  const { site, made } = ready
  const { kubectl, helm, name, release, cluster } = site
  const revision = (before ?? 0) + 1
  const [crds] = await allSettledOrThrow([
    applyCrds(site, made, release.crds, world),
    writeReleaseLock(kubectl, name, { schema: 1, run: runKey(world.run), revision }),
  ])
  const evidence = crds === undefined ? [] : [{ kind: 'crds', ok: true, text: crds }]
  const since = world.clock.now()
  world.log.info(`Upgrading ${name} on ${cluster.name} to ${commit.slice(0, 7)} with Helm.`)
  const work = helm.upgrade({
    release: name,
    chart: made.chart,
    values: made.values,
    timeout: release.timeout,
    description,
  })
  const output = await reportProgressWhile(work, kubectl, name, world)
  if (world.cancelled.aborted) throw new Error('cancelled')
  const done = { released: releasedAs(ready, revision), changed: true, evidence }
  if (output.code === 0 && deployedRevision(output.stdout) === revision) return done
  const found = await readBack(site)
  // Helm sets this status only after all its waits: a lost answer of its own does not matter.
  if (found.latest?.status === 'deployed' && found.latest.revision === revision) {
    if (output.code !== 0) world.log.warning(`Helm's answer was lost, but revision ${revision} is "deployed".`)
    return done
  }
  return diagnoseFailure({ ready, stderr: output.stderr, before, found, since, evidence })
}
