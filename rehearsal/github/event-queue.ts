import type { RepositoryEvent } from './types.js'

/** Delivers events one after the other: what a listener causes meanwhile waits until all have heard of the first. */
export function eventQueue(
  log: RepositoryEvent[],
  listeners: ReadonlySet<(event: RepositoryEvent) => void>,
): (event: RepositoryEvent) => void {
  const waiting: RepositoryEvent[] = []
  let delivering = false
  return (event) => {
    log.push(event)
    waiting.push(event)
    if (delivering) return
    delivering = true
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        for (const listener of listeners) listener(next)
      }
    } finally {
      delivering = false
    }
  }
}
