import { podTrouble } from './trouble.js'
import { isComplete, type Workload } from './workloads.js'

/** One line for each workload that is not complete yet: how far it is, and which pod holds it up. */
export function progressLines(workloads: Workload[]): string[] {
  return workloads.filter((workload) => !isComplete(workload)).map(line)
}

/** What was told of each workload that is not complete, and how many looks ago. */
export type ReportedProgress = ReadonlyMap<string, { gist: string; looks: number }>

/** Lines a look: a chart may have hundreds of workloads. */
const most = 8
/** Looks after which something that does not change is told again. */
const patience = 30

/**
 * What is new since the last look: a workload that gets further, or has another trouble, or has been the same for long.
 *
 * @param told what this returned at the last look; an empty map at the first.
 */
export function progressNews(
  told: ReportedProgress,
  workloads: Workload[],
): { lines: string[]; told: ReportedProgress } {
  const lines: string[] = []
  const now = new Map<string, { gist: string; looks: number }>()
  for (const workload of workloads) {
    const name = `${workload.kind} ${workload.name}`
    const before = told.get(name)
    if (isComplete(workload)) {
      if (before) lines.push(counts(workload))
      continue
    }
    const text = line(workload)
    const gist = gistOf(text)
    const looks = before?.gist === gist ? before.looks + 1 : 0
    if (looks === 0) lines.push(text)
    if (looks === patience) lines.push(`Still ${text}`)
    now.set(name, { gist, looks: looks % patience })
  }
  const rest = lines.length - most
  return { lines: rest > 1 ? [...lines.slice(0, most), `and ${rest} more workloads`] : lines, told: now }
}

/** Without what changes all the time: how often a container was restarted, and whether its image is just being tried again. */
const gistOf = (text: string): string => text.replace(/ \(.*\)$|, restarted \d+ times?$/, '')

function counts({ kind, name, ready, wanted }: Workload): string {
  return `${kind} ${name}: ${ready} of ${wanted} ${kind === 'Job' ? 'done' : 'ready'}`
}

function line(workload: Workload): string {
  if (workload.failed) return `${counts(workload)}; it failed: ${workload.failed}`
  const troubles = workload.pods.flatMap((pod) => {
    const trouble = podTrouble(pod)
    return trouble ? [{ pod: pod.metadata.name, ...trouble }] : []
  })
  const [worst] = troubles.toSorted((a, b) => b.weight - a.weight)
  return worst ? `${counts(workload)}; pod ${worst.pod}: ${worst.text}` : counts(workload)
}
