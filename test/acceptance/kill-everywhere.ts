import type { Emulator } from '../../rehearsal/github/types.js'
import type { ActionName } from '../../shared/foundation/result.js'
import { type Start, startAction } from './start-action.js'

export interface Killed {
  /** How many requests an undisturbed run makes. */
  requests: number
  /** How often the action was killed. */
  kills: number
  /** How many different worlds that left behind; each was given a second run. */
  worlds: number
  /** Which request the action was killed at, and what the second run then left, where that is not as it should be. */
  different: { killedAt: string; end: string }[]
  /** What an undisturbed run leaves. */
  end: string
}

/**
 * Kills an action at its first request, at its second and so on, before GitHub does what is asked and, for writes, after;
 * starts it again each time, and compares what there is then with what an undisturbed run leaves.
 *
 * Actions keep nothing on disk, so two kills that leave GitHub the same are the same to the second run.
 *
 * @param where at every request, or only at those that change something.
 */
export async function killEverywhere(
  github: Emulator,
  name: ActionName,
  start: Start,
  where: 'everywhere' | 'writes' = 'everywhere',
): Promise<Killed> {
  const restore = await github.snapshot()
  const already = github.requests.length
  await startAction(name, start)
  const end = await github.dump()
  const requests = github.requests.slice(already).map(({ method, path }) => ({ method, path }))

  const killed: Killed = { requests: requests.length, kills: 0, worlds: 0, different: [], end }
  const worlds = new Set<string>()
  for (const [index, { method, path }] of requests.entries()) {
    if (method === 'GET' && where === 'writes') continue
    for (const applied of method === 'GET' ? [false] : [false, true]) {
      await restore()
      if (!(await killAt(github, name, start, index, applied))) continue
      killed.kills++
      const left = await github.dump()
      if (worlds.has(left)) continue
      worlds.add(left)
      await startAction(name, start)
      const after = await github.dump()
      const killedAt = `${index + 1}: ${method} ${path}, ${applied ? 'done' : 'not done'}`
      if (after !== end) killed.different.push({ killedAt, end: after })
    }
  }
  await restore()
  killed.worlds = worlds.size
  return killed
}

/** False where the action made fewer requests this time. */
async function killAt(
  github: Emulator,
  name: ActionName,
  start: Start,
  index: number,
  applied: boolean,
): Promise<boolean> {
  let kill = (): void => {}
  github.faults.next({ kind: 'interrupt', skip: index, applied, act: () => kill() })
  const ended = await startAction(name, start, (end) => {
    kill = end
  }).catch(() => undefined)
  await github.settled()
  const met = github.faults.waiting() === 0
  github.faults.clear()
  if (met && ended) throw new Error(`${name} was killed at request ${index + 1}, and ended with a result all the same.`)
  return met
}
