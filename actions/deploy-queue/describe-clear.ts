import type { QueueState } from './types.js'

/** What a green status says: how long a deploy takes, whose it is, and until when, all within the 140 letters that there are. */
export function describeClear(queues: QueueState[]): string {
  const [fullest] = queues.toSorted((a, b) => b.undeployed.length - a.undeployed.length)
  const before =
    fullest && fullest.undeployed.length > 0
      ? `${fullest.undeployed.length} of at most ${fullest.max} undeployed.`
      : 'all is deployed and verified.'
  return `Clear: ${before} ${takes(queues)} and is yours to see through${within(queues)}.`
}

function takes(queues: QueueState[]): string {
  const [usual] = queues.flatMap((queue) => queue.usual ?? []).toSorted((a, b) => b.middle - a.middle)
  return usual ? `A deploy takes ~${minutes(usual.middle)} min (p90 ${minutes(usual.slow)})` : 'A deploy follows'
}

/** All queues have the same window: it is the policy's. */
function within([queue]: QueueState[]): string {
  if (!queue?.window) return ''
  const { open, until } = queue.window
  return open ? `; window until ${until}` : `; window opens ${until}`
}

const minutes = (ms: number): number => Math.max(1, Math.round(ms / 60_000))
