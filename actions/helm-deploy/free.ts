import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { runKey } from '../../shared/action/facts.js'
import type { Revision } from '../../shared/helm/helm.js'
import { readBack } from '../../shared/helm/read-back.js'
import { refuseIfBusy, writeWork } from '../../shared/records/at-work.js'
import type { Verified } from '../../shared/records/verified.js'
import type { DeployContext, Package, Site } from './deploy.js'
import { failed } from './failed.js'
import type { Io } from './io.js'

/**
 * Helm refuses a release that a killed run left `pending-*`: it goes back to the verified revision first. Returns the revision
 * that is there then, or how that failed.
 *
 * @throws UserError `release-busy` where somebody is still at work, `revision-gone` where there is nothing to go back to.
 */
export async function free(
  { github, world, release }: DeployContext,
  site: Site,
  { deployment }: Package,
  latest: Revision,
  verified: Verified,
): Promise<Outcome<Io['outputs']> | number> {
  const { kubectl, helm, release: name, cluster } = site
  await refuseIfBusy({ kubectl, github, run: world.run, release: name }, latest)
  const { revision } = verified
  if (!(await helm.history(name)).some((one) => one.revision === revision)) throw revisionGone(site, latest, revision)

  world.log.warning(
    `${cluster.name}: a run was cut off ("${latest.status}"), so it goes back to revision ${revision} first.`,
  )
  const since = world.clock.now()
  const next = latest.revision + 1
  await writeWork(kubectl, name, { schema: 1, run: runKey(world.run), revision: next })
  const { code, stderr } = await helm.rollback(name, revision, release.timeout)
  if (world.cancelled.aborted) throw new Error('cancelled')
  if (code === 0) return next
  return failed({ world, site, stderr, before: latest.revision, found: await readBack(helm, name), since, deployment })
}

const revisionGone = ({ release, cluster }: Site, { status }: Revision, revision: number): UserError =>
  new UserError(
    'revision-gone',
    `${release} on ${cluster.name} is "${status}", and revision ${revision}, the verified one, is no longer in Helm's history.`,
    {
      fix: `Bring it to a good revision by hand (helm history ${release}, helm rollback), and adopt ${cluster.name} again.`,
    },
  )
