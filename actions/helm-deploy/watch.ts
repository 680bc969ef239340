import type { World } from '../../shared/action/world.js'
import type { Kubectl } from '../../shared/kube/kubectl.js'
import { progressNews, type Told } from '../../shared/kube/progress.js'
import { readWorkloads, workloadKinds } from '../../shared/kube/workloads.js'

const interval = 2_000

/** Tells how far the workloads are while `work` runs, and little where little changes. */
export async function watchWhile<T>(work: Promise<T>, kubectl: Kubectl, release: string, world: World): Promise<T> {
  const since = world.clock.now()
  let running = true
  const done = work.finally(() => {
    running = false
  })
  let told: Told = new Map()
  const look = async (): Promise<void> => {
    const news = progressNews(told, readWorkloads(await kubectl.all(...workloadKinds), release, since))
    if (!running) return
    for (const line of news.lines) world.log.info(line)
    told = news.told
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
