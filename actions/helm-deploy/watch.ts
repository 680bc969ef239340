import type { World } from '../../shared/action/world.js'
import type { Kubectl } from '../../shared/kube/kubectl.js'
import { progressLines } from '../../shared/kube/progress.js'
import { readWorkloads, workloadKinds } from '../../shared/kube/workloads.js'

const interval = 2_000

/** Tells how far the workloads are while `work` runs; each line only when it has changed. */
export async function watchWhile<T>(work: Promise<T>, kubectl: Kubectl, release: string, world: World): Promise<T> {
  let running = true
  const done = work.finally(() => {
    running = false
  })
  let shown: string[] = []
  const look = async (): Promise<void> => {
    const lines = progressLines(readWorkloads(await kubectl.list(...workloadKinds), release))
    if (!running) return
    for (const line of lines.filter((line) => !shown.includes(line))) world.log.info(line)
    shown = lines
  }
  const watching = (async () => {
    while (running) {
      await Promise.race([done.catch(() => undefined), world.clock.sleep(interval).catch(() => undefined)])
      // Progress is a courtesy: that it cannot be read must not fail the deploy.
      if (running) await look().catch(() => undefined)
    }
  })()
  const result = await done
  await watching
  return result
}
