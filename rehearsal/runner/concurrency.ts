/** A run that waits for, or holds, its concurrency group. */
export interface Entry {
  run: number
  /** Without case, and with the repository in it: groups are the repository's own. Undefined never waits. */
  group: string | undefined
  queue: 'single' | 'max'
  cancelInProgress: boolean
}

export interface ConcurrencyGroups {
  running: readonly Entry[]
  /** In order of arrival. */
  pending: readonly Entry[]
}

/** What to do with which runs, after something happened. */
export interface GroupStep {
  lanes: ConcurrencyGroups
  start: number[]
  cancel: number[]
}

export const noGroups: ConcurrencyGroups = { running: [], pending: [] }

/** GitHub keeps so many runs pending with `queue: max`. */
const longestQueue = 100

/** A new run: it starts, waits, or is cancelled because the queue is full. */
export function arriveInGroup(lanes: ConcurrencyGroups, entry: Entry): GroupStep {
  const holder = lanes.running.find((other) => sameGroup(other, entry))
  const waiting = lanes.pending.filter((other) => sameGroup(other, entry))
  if (!holder && waiting.length === 0) return started(lanes, entry)

  if (entry.queue === 'max') {
    if (waiting.length >= longestQueue) return { lanes, start: [], cancel: [entry.run] }
    return { lanes: { ...lanes, pending: [...lanes.pending, entry] }, start: [], cancel: [] }
  }
  // Without a queue only the newest waits: GitHub cancels the older pending one.
  const kept = lanes.pending.filter((other) => !sameGroup(other, entry))
  const replaced = waiting.map(({ run }) => run)
  const cancelled = entry.cancelInProgress && holder ? [...replaced, holder.run] : replaced
  return { lanes: { ...lanes, pending: [...kept, entry] }, start: [], cancel: cancelled }
}

/** A run ended, or was cancelled while it waited: the next of its group starts. */
export function leaveGroup(lanes: ConcurrencyGroups, run: number): GroupStep {
  const ended = lanes.running.find((entry) => entry.run === run)
  const rest: ConcurrencyGroups = {
    running: lanes.running.filter((entry) => entry.run !== run),
    pending: lanes.pending.filter((entry) => entry.run !== run),
  }
  const next = ended && rest.pending.find((entry) => sameGroup(entry, ended))
  if (!next) return { lanes: rest, start: [], cancel: [] }
  return started({ ...rest, pending: rest.pending.filter((entry) => entry !== next) }, next)
}

const started = (lanes: ConcurrencyGroups, entry: Entry): GroupStep => ({
  lanes: { ...lanes, running: [...lanes.running, entry] },
  start: [entry.run],
  cancel: [],
})

const sameGroup = (a: Entry, b: Entry): boolean => a.group !== undefined && a.group === b.group
