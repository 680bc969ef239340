import type { Runtime } from '../../../shared/action/runtime.js'
import type { ExecOutput } from '../../../shared/exec/exec.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import type { Revision } from '../../../shared/helm/helm.js'
import { isPending, writeReleaseLock } from '../../../shared/records/release-lock.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import { keepObjects } from '../../../shared/rollback-safety/keep-objects.js'
import { deployedAgain } from './decide.js'
import type { RollbackTarget } from './feasibility.js'

/** What Helm said, and the revision that it was to make. */
export interface RollbackOutcome extends ExecOutput {
  revision: number
}

/** Lets Helm roll a release back, after the lock was written and what has to stay was marked. */
export async function helmRollback(
  site: ReleaseTarget,
  way: RollbackTarget,
  { run, log }: Pick<Runtime, 'run' | 'log'>,
): Promise<RollbackOutcome> {
  const { helm, kubectl, name, release } = site
  await keepObjects(site, way.keep, log)
  const begin = async (before: number): Promise<number> => {
    await writeReleaseLock(kubectl, name, { schema: 1, run: runKey(run), revision: before + 1 })
    return before + 1
  }
  if (way.kind === 'roll-back') {
    const revision = await begin(way.latest.revision)
    return { ...(await helm.rollback(name, way.target.revision, release.timeout)), revision }
  }
  let before = way.latest.revision
  if (isPending(way.latest)) {
    const revision = await begin(before)
    const freed = await helm.rollbackAtOnce(name, ranBefore(way.history))
    if (freed.code !== 0) return { ...freed, revision }
    before = revision
  }
  const revision = await begin(before)
  const { chart, values, timeout } = way.made
  const output = await helm.upgrade({ release: name, chart, values, timeout, description: deployedAgain(way.target) })
  return { ...output, revision }
}

/**
 * Helm upgrades nothing while a revision is `pending-*`, and what was verified it has lost: what ran last frees the release,
 * for the moment until the upgrade begins. 0 is Helm's word for the one before.
 */
const ranBefore = (history: Revision[]): number =>
  history.findLast(({ status }) => status === 'deployed' || status === 'superseded')?.revision ?? 0
