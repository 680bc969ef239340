import { containsCommit } from '../../../shared/github/compare.js'
import { readCarried } from '../revert/bad-versions.js'
import { readFailure } from '../revert/git-facts.js'
import type { BadVersion, CarriedCommit, FailedDeploy, GitContext } from '../revert/git-types.js'
import { revertOf } from '../revert/revert-pull.js'
import { postTimeline } from './post-timeline.js'

/** Milliseconds after the merge of a revert in which its timeline is looked after. */
const lookedAfter = 24 * 60 * 60_000

/**
 * The last lines of a timeline, once the revert is verified: written by nobody else, since the run that failed has ended by
 * then. One request where there is nothing to tell.
 *
 * @param newest the newest commit that is verified on every cluster.
 */
export async function postEnd(context: GitContext, deploy: FailedDeploy, newest: string): Promise<void> {
  const { github, world } = context
  const revert = await revertOf(context, { failed: deploy.commit })
  if (revert?.merge === undefined || revert.mergedAt === undefined) return
  if (world.clock.now().getTime() - Date.parse(revert.mergedAt) > lookedAfter) return
  if (!(await containsCommit(github, world.run.repository, newest, revert.merge))) return
  const failure = await readFailure(context, deploy)
  if (!failure) return
  const carried: { bad: BadVersion; carried: CarriedCommit }[] = []
  for (const bad of failure.bad) carried.push({ bad, carried: await readCarried(context, bad) })
  // A rollback by hand may have told another story since.
  await postTimeline(context, failure, carried, 'goes-on')
}
