import type { World } from '../../../shared/action/world.js'
import type { Leftover, Leftovers } from '../leftovers.js'
import type { Found, Turn } from '../repeat.js'
import { tidy } from '../tidy.js'

export interface Keeper {
  world: Pick<World, 'http' | 'github'>
  leftovers: Leftovers
}

/** Removes what was made, whatever `body` does; that it cannot be removed is a fault of its own. */
export async function keeping(
  leftover: Leftover,
  { world, leftovers }: Keeper,
  { tell }: Turn,
  body: () => Promise<Found>,
): Promise<Found> {
  const forget = await leftovers.note(leftover)
  const outcome = await body().then(
    (found) => ({ found }),
    (error: unknown) => ({ error }),
  )
  const fault = await tidy(leftover, world).then(() => undefined, wordsOf)
  if (fault === undefined) await forget()
  else tell(`could not clean up: ${fault}`)
  if ('error' in outcome) throw outcome.error
  const { found } = outcome
  return fault !== undefined && found.is === 'right' ? { is: 'wrong', came: `${found.came}, but ${fault}` } : found
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
