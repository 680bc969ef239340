/** A run or a job that waits for, or holds, its concurrency group. */
export interface Entry {
  /** Which run or job that is: unique. */
  holder: string
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

/** What to do with which holders, after something happened. */
export interface GroupStep {
  groups: ConcurrencyGroups
  start: string[]
  cancel: string[]
}

export const noGroups: ConcurrencyGroups = { running: [], pending: [] }

/** GitHub keeps so many pending with `queue: max`. */
const longestQueue = 100

/** A new one: it starts, waits, or is cancelled because the queue is full. */
export function arriveInGroup(groups: ConcurrencyGroups, entry: Entry): GroupStep {
  const holding = groups.running.find((other) => sameGroup(other, entry))
  const waiting = groups.pending.filter((other) => sameGroup(other, entry))
  if (!holding && waiting.length === 0) return started(groups, entry)

  if (entry.queue === 'max') {
    if (waiting.length >= longestQueue) return { groups, start: [], cancel: [entry.holder] }
    return { groups: { ...groups, pending: [...groups.pending, entry] }, start: [], cancel: [] }
  }
  // Without a queue only the newest waits: GitHub cancels the older pending one.
  const kept = groups.pending.filter((other) => !sameGroup(other, entry))
  const replaced = waiting.map((one) => one.holder)
  const cancelled = entry.cancelInProgress && holding ? [...replaced, holding.holder] : replaced
  return { groups: { ...groups, pending: [...kept, entry] }, start: [], cancel: cancelled }
}

/** One ended, or was cancelled while it waited: the next of its group starts. */
export function leaveGroup(groups: ConcurrencyGroups, holder: string): GroupStep {
  const ended = groups.running.find((entry) => entry.holder === holder)
  const rest: ConcurrencyGroups = {
    running: groups.running.filter((entry) => entry.holder !== holder),
    pending: groups.pending.filter((entry) => entry.holder !== holder),
  }
  const next = ended && rest.pending.find((entry) => sameGroup(entry, ended))
  if (!next) return { groups: rest, start: [], cancel: [] }
  return started({ ...rest, pending: rest.pending.filter((entry) => entry !== next) }, next)
}

const started = (groups: ConcurrencyGroups, entry: Entry): GroupStep => ({
  groups: { ...groups, running: [...groups.running, entry] },
  start: [entry.holder],
  cancel: [],
})

const sameGroup = (a: Entry, b: Entry): boolean => a.group !== undefined && a.group === b.group
