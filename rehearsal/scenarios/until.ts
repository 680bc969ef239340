import { setTimeout as sleep } from 'node:timers/promises'

export class NotInTime extends Error {
  override readonly name = 'NotInTime'
}

/**
 * Asks again and again until there is an answer.
 *
 * @throws NotInTime when there is none within `seconds`.
 */
export async function waitUntil<T>(what: string, seconds: number, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + seconds * 1000
  for (;;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (Date.now() > end) throw new NotInTime(`${what}: not within ${seconds} s`)
    await sleep(200)
  }
}
