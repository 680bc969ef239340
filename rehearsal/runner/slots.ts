/** Lets so many in at once, in order; each calls what it was given when it is done. */
export function runnerSlots(count: number): () => Promise<() => void> {
  const queue: (() => void)[] = []
  let free = count
  const release = (): void => {
    const next = queue.shift()
    if (next) next()
    else free += 1
  }
  return async () => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => queue.push(resolve))
    return once(release)
  }
}

function once(action: () => void): () => void {
  let done = false
  return () => {
    if (!done) action()
    done = true
  }
}
