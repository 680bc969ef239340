import { podTrouble } from './trouble.js'
import { isComplete, type Workload } from './workloads.js'

/** One line for each workload that is not complete yet: how far it is, and which pod holds it up. */
export function progressLines(workloads: Workload[]): string[] {
  return workloads.filter((workload) => !isComplete(workload)).map(line)
}

function line(workload: Workload): string {
  const what = workload.kind === 'Job' ? 'done' : 'ready'
  const counts = `${workload.kind} ${workload.name}: ${workload.ready} of ${workload.wanted} ${what}`
  if (workload.failed) return `${counts}; it failed: ${workload.failed}`
  const troubles = workload.pods.flatMap((pod) => {
    const trouble = podTrouble(pod)
    return trouble ? [{ pod: pod.metadata.name, ...trouble }] : []
  })
  const [worst] = troubles.toSorted((a, b) => b.weight - a.weight)
  return worst ? `${counts}; pod ${worst.pod}: ${worst.text}` : counts
}
