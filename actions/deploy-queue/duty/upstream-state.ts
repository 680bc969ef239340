import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { timelineMarker } from '../../../shared/report/timeline-marker.js'
import { readStatus } from '../candidates.js'
import { isSameStatus } from '../report.js'
import { stateComment, statusOf } from './describe-state.js'
import type { OpenAssignment } from './open-assignments.js'

/** The status on the merge commit upstream. */
export const deployedContext = 'lockstep / deployed'

/** So many of the changes of one bump are told; of more, the newest. */
const told = 10

/**
 * Tells each change upstream where its deploy stands: by a status on its merge commit, and in one comment under its pull request.
 * Only what changed is written; the comment first, since the status is what is remembered.
 */
export async function postUpstreamState(
  upstream: GitHub,
  gateBot: number,
  turn: OpenAssignment,
  runsUrl: string,
): Promise<number> {
  const status = statusOf(turn)
  if (!status) return 0
  const repo = turn.component.upstream
  let written = 0
  for (const { commit, pull } of turn.merges.slice(-told)) {
    if (isSameStatus(await readStatus(upstream, repo, commit, deployedContext), status)) continue
    if (pull) {
      const topic = { repo, number: pull.number, marker: timelineMarker, by: gateBot }
      await keepComment(upstream, topic, (present) => stateComment(turn, runsUrl, present), true)
    }
    const { state, description, url: target_url } = status
    const about = { sha: commit, context: deployedContext, state, description }
    await upstream.rest.repos.createCommitStatus({
      ...repoRef(repo),
      ...about,
      ...(target_url === undefined ? {} : { target_url }),
    })
    written++
  }
  return written
}
