import type { Runtime } from '../../../shared/action/runtime.js'
import { cleanUp } from '../cleanup.js'
import type { Leftover, Leftovers } from '../leftovers.js'
import type { CheckFound, CheckTry } from '../repeat.js'

export interface CleanupState {
  world: Pick<Runtime, 'http' | 'github'>
  leftovers: Leftovers
}

/** Removes what was made, whatever `body` does; that it cannot be removed is a fault of its own. */
export async function keepForCleanup(
  leftover: Leftover,
  { world, leftovers }: CleanupState,
  { tell }: CheckTry,
  body: () => Promise<CheckFound>,
): Promise<CheckFound> {
  const forget = await leftovers.note(leftover)
  const outcome = await body().then(
    (found) => ({ found }),
    (error: unknown) => ({ error }),
  )
  const fault = await cleanUp(leftover, world).then(() => undefined, wordsOf)
  if (fault === undefined) await forget()
  else tell(`could not clean up: ${fault}`)
  if ('error' in outcome) throw outcome.error
  const { found } = outcome
  return fault !== undefined && found.is === 'right' ? { is: 'wrong', came: `${found.came}, but ${fault}` } : found
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
