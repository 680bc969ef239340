import { pollUntil } from '../../rehearsal/cluster/poll.js'
import { type Start, type Started, startAction } from '../acceptance/start-action.js'
import type { Place } from './place.js'

/** Starts a deploy, and does something to it as soon as Helm has begun. */
export async function interrupted(
  place: Place,
  start: Start,
  act: (kill: (signal?: NodeJS.Signals) => void, pid: number) => unknown,
): Promise<Started> {
  let hold: Parameters<typeof act> | undefined
  const running = startAction('helm-deploy', start, (...given) => {
    hold = given
  })
  running.catch(() => undefined)
  const began = await pollUntil(async () => (await latest(place)).status === 'pending-upgrade', {
    deadline: 60_000,
    every: 50,
  })
  if (!began || !hold) throw new Error('Helm did not begin.')
  await act(...hold)
  return running
}

/** The next attempt, once nothing disturbs it any more. */
export async function deploysNow(place: Place, commit: string): Promise<Started> {
  const started = await startAction('helm-deploy', await place.starts.deploy(commit))
  const { code, result, log } = started
  if (code !== 0 || !['deployed', 'unchanged'].includes(result.decision)) throw new Error(`It does not deploy:\n${log}`)
  if ((await latest(place)).status !== 'deployed')
    throw new Error(`It says "${result.decision}", but it is not so:\n${log}`)
  return started
}

export async function latest(place: Place): Promise<{ status: string; revision: number }> {
  const [newest] = JSON.parse(await place.helm('history', 'meta', '--max', '1', '--output', 'json'))
  return newest
}
