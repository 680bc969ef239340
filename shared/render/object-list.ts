/** Memory for one rendering. Whatever is rendered next into the same sheet is written over it. */
export interface ObjectList {
  /** Forgets what is there. */
  clear(): void
  add(chunk: Uint8Array): void
  /** What is there: a view, not a copy. */
  bytes(): Buffer
}

const first = 2 ** 20

/**
 * One sheet serves a whole fleet: megabytes that are made anew for each cluster would stay in memory until Node finds the
 * time to look which of them are still in use.
 */
export function objectList(): ObjectList {
  let room = Buffer.allocUnsafeSlow(0)
  let used = 0
  return {
    clear() {
      used = 0
    },
    add(chunk) {
      const needed = used + chunk.byteLength
      if (needed > room.byteLength) {
        const larger = Buffer.allocUnsafeSlow(Math.max(first, needed, Math.ceil(room.byteLength * 1.5)))
        room.copy(larger, 0, 0, used)
        room = larger
      }
      room.set(chunk, used)
      used = needed
    },
    bytes: () => room.subarray(0, used),
  }
}
