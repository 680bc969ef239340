import type { Runtime } from '../../../shared/action/runtime.js'
import type { Kubectl } from '../../../shared/kube/kubectl.js'
import { progressNews, type ReportedProgress } from '../../../shared/kube/progress.js'
import { readWorkloads, workloadKinds } from '../../../shared/kube/workloads.js'

/** Short upgrades need no progress report, and each report starts a program beside Helm. Milliseconds. */
const [first, interval] = [4_000, 2_000]

/** Reports how far the workloads are while `work` runs; only changes are reported. */
export async function reportProgressWhile<T>(
  work: Promise<T>,
  kubectl: Kubectl,
  release: string,
  world: Runtime,
): Promise<T> {
  const since = world.clock.now()
  const ended = new AbortController()
  const done = work.finally(() => ended.abort())
  let reported: ReportedProgress = new Map()
  const report = async (): Promise<void> => {
    const news = progressNews(reported, readWorkloads(await kubectl.all(...workloadKinds), release, since))
    if (ended.signal.aborted) return
    for (const line of news.lines) world.log.info(line)
    reported = news.told
  }
  const reporting = (async () => {
    for (let pause = first; !ended.signal.aborted && !world.cancelled.aborted; pause = interval) {
      await world.clock.sleep(pause, ended.signal).catch(() => undefined)
      // Progress is optional: if it cannot be read, the deploy must not fail.
      if (!ended.signal.aborted) await report().catch(() => undefined)
    }
  })()
  const result = await done
  await reporting
  return result
}
