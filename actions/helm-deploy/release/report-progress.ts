import type { Runtime } from '../../../shared/action/runtime.js'
import type { Kubectl } from '../../../shared/kube/kubectl.js'
import { progressNews, type ReportedProgress } from '../../../shared/kube/progress.js'
import { readWorkloads, workloadKinds } from '../../../shared/kube/workloads.js'

/** What ends within seconds needs no telling, and each look starts a program beside Helm. Milliseconds. */
const [first, interval] = [4_000, 2_000]

/** Tells how far the workloads are while `work` runs, and little where little changes. */
export async function reportProgressWhile<T>(
  work: Promise<T>,
  kubectl: Kubectl,
  release: string,
  world: Runtime,
): Promise<T> {
  const since = world.clock.now()
  const ended = new AbortController()
  const done = work.finally(() => ended.abort())
  let told: ReportedProgress = new Map()
  const look = async (): Promise<void> => {
    const news = progressNews(told, readWorkloads(await kubectl.all(...workloadKinds), release, since))
    if (ended.signal.aborted) return
    for (const line of news.lines) world.log.info(line)
    told = news.told
  }
  const watching = (async () => {
    for (let pause = first; !ended.signal.aborted && !world.cancelled.aborted; pause = interval) {
      await world.clock.sleep(pause, ended.signal).catch(() => undefined)
      // Progress is a courtesy: that it cannot be read must not fail the deploy.
      if (!ended.signal.aborted) await look().catch(() => undefined)
    }
  })()
  const result = await done
  await watching
  return result
}
