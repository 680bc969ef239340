import {
  arriveInGroup,
  type ConcurrencyGroups,
  type Entry,
  type GroupStep,
  leaveGroup,
  noGroups,
} from './concurrency.js'
import type { GroupPlace, GroupWish } from './in-group.js'

/** A run or a job with a place in a concurrency group. */
interface Holder {
  start(): void
  cancel(): void
}

/** The concurrency groups of all repositories, which whole runs and their jobs share. */
export interface GroupPlaces {
  arrive(entry: Entry, holder: Holder): void
  /** Frees a place; what is returned starts the next of the group. */
  leave(holder: string): () => void
  /**
   * A job's turn in a group; undefined where it was cancelled before it came.
   *
   * @param holder `run 7 wave / deploy`: by its beginning one sees what it is a part of.
   * @throws where a run or job that this is a part of holds the group: neither would ever end.
   */
  enter(holder: string, wish: GroupWish, signal: AbortSignal): Promise<GroupPlace | undefined>
  /** Whether it has its turn now. */
  holds(holder: string): boolean
}

export function groupPlaces(): GroupPlaces {
  const holders = new Map<string, Holder>()
  let groups: ConcurrencyGroups = noGroups

  function apply(step: GroupStep): void {
    groups = step.groups
    for (const one of step.cancel) holders.get(one)?.cancel()
    for (const one of step.start) holders.get(one)?.start()
  }

  const places: GroupPlaces = {
    arrive(entry, holder) {
      holders.set(entry.holder, holder)
      apply(arriveInGroup(groups, entry))
    },

    leave(holder) {
      holders.delete(holder)
      const { groups: left, ...next } = leaveGroup(groups, holder)
      groups = left
      return () => apply({ ...next, groups })
    },

    async enter(holder, wish, signal) {
      const outer = groups.running.find(({ group, holder: one }) => group === wish.group && isWithin(holder, one))
      // A38
      if (outer) throw new Error(`Canceling since a deadlock for concurrency group '${wish.group}' was detected`)
      if (signal.aborted) return undefined
      const stop = new AbortController()
      const leave = (): void => places.leave(holder)()
      return new Promise((resolve) => {
        const giveUp = (): void => {
          if (!holders.has(holder) || places.holds(holder)) return
          resolve(undefined)
          leave()
        }
        signal.addEventListener('abort', giveUp)
        places.arrive(
          { ...wish, holder },
          {
            start: () => resolve({ signal: stop.signal, leave }),
            cancel: () => (places.holds(holder) ? stop.abort() : giveUp()),
          },
        )
      })
    },

    holds: (holder) => groups.running.some((one) => one.holder === holder),
  }
  return places
}

/** Whether this is a job of that run, or of a workflow that that job calls. */
const isWithin = (holder: string, outer: string): boolean =>
  holder.startsWith(/^run \d+$/.test(outer) ? `${outer} ` : `${outer} / `)
