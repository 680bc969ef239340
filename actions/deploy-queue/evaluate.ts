import { candidateOf, type QueueFacts, type UpstreamHead } from './candidates.js'
import { decideQueue } from './decide.js'
import type { MergeCandidate, QueueState, QueueVerdict, UnknownQueue } from './types.js'

interface Judged {
  head: UpstreamHead
  candidate: MergeCandidate
  verdict: QueueVerdict
}

/**
 * What the queue says of each head: no I/O, no clock.
 *
 * @param makes the components whose version each pull request changes, by its number; of one that is not there it is not known
 */
export function evaluateHeads(
  heads: UpstreamHead[],
  queues: QueueFacts & { queues: (QueueState | UnknownQueue)[] },
  makes: ReadonlyMap<number, string[]> = new Map(),
): Judged[] {
  const judged = heads.map((head) => {
    const candidate = { ...candidateOf(head, queues), makes: makes.get(head.pull) }
    return { head, candidate, verdict: decideQueue(queues.queues, candidate) }
  })
  return makeWay(judged)
}

/**
 * What waits in the merge queue leaves it where something behind it repairs, or is an exception: that could not be merged
 * before it, and it may be what everybody waits for. All else stays as it was judged.
 */
function makeWay(judged: Judged[]): Judged[] {
  const urgent = judged.filter(passesAlways)
  return judged.map((one) => {
    const { candidate, verdict } = one
    if (candidate.queued === undefined || verdict.state !== 'pending') return one
    const { ahead } = candidate.queued
    const behind = urgent.find((other) => other.candidate.queued && other.candidate.queued.ahead > ahead)
    if (!behind) return one
    const description = `Removed from the merge queue to let #${behind.head.pull} pass. Add it again when the deploy queue is clear.`
    return { ...one, verdict: { ...verdict, state: 'failure', description } }
  })
}

const passesAlways = ({ candidate, verdict }: Judged): boolean =>
  verdict.state === 'success' && (candidate.exception !== undefined || candidate.fix || candidate.repairs.length > 0)
