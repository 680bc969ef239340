import { setTimeout as sleep } from 'node:timers/promises'

/** Asks until the answer is true or `deadline` (ms) is over; returns the last answer. */
export async function pollUntil(
  ask: () => Promise<boolean>,
  options: { deadline: number; every: number },
): Promise<boolean> {
  const end = Date.now() + options.deadline
  for (;;) {
    if (await ask()) return true
    if (Date.now() > end) return false
    await sleep(options.every)
  }
}
