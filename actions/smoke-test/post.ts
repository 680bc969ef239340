import { realRuntime } from '../../shared/runtime/real-runtime.js'
import { cleanUp } from './cleanup.js'
import { type Leftover, takeLeftovers } from './leftovers.js'

/** After the job, whatever became of it: removes what a smoke test that was killed had made and could not remove. */
export async function tidyUp(): Promise<void> {
  const world = realRuntime(process.env, new AbortController().signal, (text) => text)
  for (const leftover of await takeLeftovers(world.run.temp)) {
    const what = named(leftover)
    await cleanUp(leftover, world).then(
      () => world.log.info(`Removed ${what}, which a cancelled smoke test left behind.`),
      () =>
        world.log.warning(`A cancelled smoke test left ${what} behind, and it cannot be removed: remove it by hand.`),
    )
  }
}

function named(leftover: Leftover): string {
  if (leftover.kind === 'branch') return `the branch ${leftover.branch} of ${leftover.repo}`
  return leftover.kind === 'hub' ? `the server of ${leftover.user}` : 'a launched server'
}
