import type { Runtime } from '../../../shared/action/runtime.js'
import { readBlockerIssues } from '../../../shared/blocks/guarded-issues.js'
import { onDuty } from '../../../shared/duty/on-duty.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { reassignDuty, reassignmentsIn } from '../../../shared/duty/reassign.js'
import { withoutWriteAccess } from '../../../shared/duty/writer-access.js'
import { type MergeWindow, mergeWindow } from '../../../shared/policy/merge-window.js'
import { blockedBy } from '../facts.js'
import type { QueueContext } from '../queue-context.js'
import { type UpstreamQueues, windowInWords } from '../queues.js'
import { isOver } from './decide-duty.js'
import { type NotifiedPull, notifiedBefore, notifyDuty, readComments } from './notify.js'
import { type OpenAssignment, readOpenAssignments } from './open-assignments.js'
import { notifyOverLimit } from './over-limit.js'
import { postUpstreamState } from './upstream-state.js'

/** What was said and written, for the log. */
export interface ReconciledDuty {
  words: number
  written: number
  excess: number
  /** What could not be looked after, and why. */
  problems: string[]
}

/**
 * Looks after every bump of an upstream repository that is on its way: whoever is on duty is greeted, reminded, and in the end
 * the operators are called; upstream is told where its changes are, and where more was merged than may be. Safe to run at any
 * time, and again: what was said is read back from where it was said.
 */
export async function reconcileDuty(
  queue: QueueContext,
  repo: string,
  { components, queues, exceptions }: UpstreamQueues,
  world: Runtime,
): Promise<ReconciledDuty> {
  const { policy, upstream } = queue
  const done: ReconciledDuty = { words: 0, written: 0, excess: 0, problems: [] }
  const now = world.clock.now()
  const attempt = async (name: string, task: () => Promise<void>): Promise<void> => {
    try {
      await task()
    } catch (error) {
      done.problems.push(`${name}: ${windowInWords(error, world)}`)
    }
  }
  for (const component of components) {
    await attempt(component.name, async () => {
      for (const turn of await readOpenAssignments(queue, component, now)) {
        // The last word comes after all else: it is what is remembered.
        const over = isOver(turn.phase)
        if (!over) done.words += await lookAfterTurn(queue, turn, now)
        done.written += await postUpstreamState(upstream, policy.apps.gate.bot, turn, runsUrl(queue))
        if (over) done.words += await lookAfterTurn(queue, turn, now)
      }
    })
  }
  for (const one of queues) {
    if (!('max' in one)) continue
    await attempt(one.component, async () => {
      done.excess += await notifyOverLimit({ upstream, repo, gateBot: policy.apps.gate.bot, exceptions }, one)
    })
  }
  return done
}

const placeOf = ({ github, deployRepo: repo, policy }: QueueContext): NotifiedPull => ({
  github,
  repo,
  gateBot: policy.apps.gate.bot,
})

const runsUrl = ({ serverUrl, deployRepo }: QueueContext): string =>
  `${serverUrl}/${deployRepo}/actions/workflows/deploy.yml`

/** Says what is due under one pull request; returns how much that was. */
async function lookAfterTurn(queue: QueueContext, turn: OpenAssignment, now: Date): Promise<number> {
  const { policy, github, blockers } = queue
  const place = placeOf(queue)
  const comments = await readComments(place, turn.pull)
  const base = onDuty(turn.merges, await withoutWriteAccess(queue.upstream, turn.component.upstream, turn.merges))
  const { duty, offers } = reassignDuty(base, await reassignmentsIn(github, comments, operatorsOf(github, policy)))
  const window = windowOf(queue, turn, now)
  const facts = {
    ...{ phase: turn.phase, duty, offers },
    since: latest([turn.mergedAt ?? turn.openedAt, await lastLifted(queue), window?.since.toISOString()]),
    shut: blockedBy(blockers, turn.component) !== undefined || window?.open === false,
    said: notifiedBefore(comments, policy.apps.gate.bot),
    slow: queue.usual?.slow,
  }
  return (await notifyDuty(place, facts, { policy, turn, duty, runsUrl: runsUrl(queue) }, now)).length
}

/** The queue's window, where the App is what merges: outside it nobody has to be up, and their time begins when it opens. */
const windowOf = ({ policy }: QueueContext, { phase }: OpenAssignment, now: Date): MergeWindow | undefined =>
  phase === 'proposed' && policy.merge.bump !== 'person' ? mergeWindow(policy, now) : undefined

/** When the last hold or freeze went: nobody is late for what they could not do. */
async function lastLifted({ github, deployRepo, policy }: QueueContext): Promise<string | undefined> {
  const issues = await readBlockerIssues(github, deployRepo, policy)
  const closed = issues.flatMap(({ closedAt }) => closedAt ?? [])
  return closed.length > 0 ? latest(closed) : undefined
}

/** Of times in ISO 8601, which sort as texts. */
const latest = (times: (string | undefined)[]): string =>
  times
    .flatMap((time) => time ?? [])
    .toSorted()
    .at(-1) ?? ''
