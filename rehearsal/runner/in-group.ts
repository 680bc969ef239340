import { type Contexts, interpolateText, resolveValue } from './expression.js'
import type { JobOutcome, Machine } from './jobs.js'
import type { Concurrency } from './workflow.js'

/** A concurrency group as a job or a workflow asks for it, its expressions resolved. */
export interface GroupWish {
  group: string
  queue: 'single' | 'max'
  cancelInProgress: boolean
}

/** A place in a concurrency group. */
export interface GroupPlace {
  /** Aborted where something newer in the group cancels it. */
  signal: AbortSignal
  leave(): void
}

/** Runs something as the only one of its group. A38: jobs and called workflows share the repository's groups with whole runs. */
export async function inGroup(
  name: string,
  wanted: Concurrency | undefined,
  contexts: Contexts,
  signal: AbortSignal,
  machine: Pick<Machine, 'enter' | 'note'>,
  work: (signal: AbortSignal) => Promise<JobOutcome>,
): Promise<JobOutcome> {
  if (!wanted || !machine.enter) return work(signal)
  let place: GroupPlace | undefined
  try {
    place = await machine.enter(name, wishOf(wanted, contexts), signal)
  } catch (error) {
    machine.note(name, 'cancelled', error instanceof Error ? error.message : String(error))
    return { result: 'cancelled', outputs: {} }
  }
  if (!place) {
    machine.note(name, 'cancelled')
    return { result: 'cancelled', outputs: {} }
  }
  try {
    return await work(AbortSignal.any([signal, place.signal]))
  } finally {
    place.leave()
  }
}

/** Group names have no case. */
export const wishOf = (wanted: Concurrency, contexts: Contexts): GroupWish => ({
  group: interpolateText(wanted.group, contexts).toLowerCase(),
  queue: wanted.queue,
  cancelInProgress: resolveValue(wanted['cancel-in-progress'], contexts) === true,
})
