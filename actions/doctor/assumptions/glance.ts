import type { Seen } from '../check.js'
import { lookByGraphQL } from '../look.js'

/** What GitHub shows, for what only informs: whatever goes wrong, it is not seen, and nothing fails. */
export async function glanceAt<T>(ask: () => Promise<T>): Promise<Seen<T>> {
  try {
    return await lookByGraphQL(ask)
  } catch {
    return { unseen: 'The answer of GitHub was not understood.' }
  }
}
