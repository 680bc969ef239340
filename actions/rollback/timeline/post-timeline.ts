import type { GitHub } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { timelineMarker } from '../../../shared/report/timeline-marker.js'
import type { BadVersion, CarriedCommit, FailedRange, GitContext } from '../revert/git-types.js'
import { describeTimeline } from './describe-timeline.js'
import { readTimeline } from './timeline.js'

/** So many of each are told; of more, the newest. */
const told = { here: 5, upstream: 10 }

/**
 * One comment under each pull request that brought it, here and upstream, changed in place as it goes on.
 *
 * @param how `goes-on`: only where a comment tells of this very run already.
 */
export async function postTimeline(
  context: GitContext,
  failure: FailedRange,
  carried: { bad: BadVersion; carried: CarriedCommit }[],
  how: 'begins' | 'goes-on' = 'begins',
): Promise<void> {
  const { policy, github, upstream, world } = context
  const text = describeTimeline(failure, await readTimeline(context, failure), policy.timezone)
  const goesOn = (present: string | undefined): string | undefined =>
    present?.includes(`(${failure.url})`) ? text : undefined
  const [body, mayBegin] = how === 'begins' ? ([text, true] as const) : ([goesOn, false] as const)
  const tell = (client: GitHub, repo: string, number: number) =>
    keepComment(client, { repo, number, marker: timelineMarker, by: policy.apps.gate.bot }, body, mayBegin)

  for (const { number } of failure.pulls.slice(-told.here)) await tell(github, world.run.repository, number)
  for (const { bad, carried: brought } of carried) {
    for (const { pull } of brought.merges.slice(-told.upstream)) {
      if (pull) await tell(upstream, bad.component.upstream, pull.number)
    }
  }
}
