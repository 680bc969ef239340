import { UserError } from '../../../shared/foundation/errors.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { isPending, refuseIfInProgress, writeReleaseLock } from '../../../shared/records/release-lock.js'
import { readBack } from '../../../shared/releases/read-back.js'
import { diagnoseFailure } from './diagnose-failure.js'
import type { AcceptedRelease, ReadyRelease, ReleaseOutcome } from './types.js'
import type { ReleaseContext } from './with-releases.js'

/**
 * Makes sure that a release that was left `pending-*` can be freed.
 *
 * @throws UserError `operation-in-progress` where somebody is still at work, `revision-not-found` where there is nothing to go back to.
 */
export async function refuseIfLocked({ github, world }: ReleaseContext, ready: AcceptedRelease): Promise<void> {
  const { site, latest, verified } = ready
  if (!latest || !isPending(latest)) return
  await refuseIfInProgress({ kubectl: site.kubectl, github, run: world.run, release: site.name }, latest)
  const history = await site.helm.history(site.name)
  if (!history.some(({ revision }) => revision === verified.revision)) throw revisionGone(ready, latest.status)
}

/**
 * Helm refuses a release that a killed run left `pending-*`: it goes back to the verified revision first. Returns the revision
 * that is there then, undefined where it is not installed, or how that failed.
 */
export async function unlockRelease(
  { world }: ReleaseContext,
  ready: ReadyRelease,
): Promise<ReleaseOutcome | number | undefined> {
  const { site, latest, verified } = ready
  const { kubectl, helm, name, release, cluster } = site
  if (!latest || !isPending(latest)) return latest?.revision
  const { revision } = verified
  world.log.warning(
    `${cluster.name}: a run was cut off ("${latest.status}"), so it goes back to revision ${revision} first.`,
  )
  const since = world.clock.now()
  const next = latest.revision + 1
  await writeReleaseLock(kubectl, name, { schema: 1, run: runKey(world.run), revision: next })
  const { code, stderr } = await helm.rollback(name, revision, release.timeout)
  if (world.cancelled.aborted) throw new Error('cancelled')
  if (code === 0) return next
  const end = await diagnoseFailure({ ready, stderr, before: latest.revision, found: await readBack(site), since })
  return { ...end, released: undefined }
}

const revisionGone = ({ site: { name, cluster }, verified }: AcceptedRelease, status: string): UserError =>
  new UserError(
    'revision-not-found',
    `${name} on ${cluster.name} is "${status}", and revision ${verified.revision}, the verified one, is no longer in Helm's history.`,
    {
      fix: `Bring it to a good revision by hand (helm history ${name}, helm rollback), and adopt ${cluster.name} again.`,
    },
  )
