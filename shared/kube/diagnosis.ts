import type { Kubectl } from './kubectl.js'
import { withoutAddresses } from './messages.js'
import { type KubeEvent, warningsIn } from './objects.js'
import { podTrouble, troubleWeights } from './trouble.js'
import { isComplete, readWorkloads, type Workload, workloadKinds } from './workloads.js'

/** What a person would look at after a failed deploy. */
export interface DiagnosisFacts {
  workloads: Workload[]
  /** Warnings since the deploy began, oldest first. */
  events: KubeEvent[]
  /** Last log lines by `<pod>/<container>`. */
  logs: Record<string, string>
}

export interface Diagnosis {
  /** The first cause in one sentence; undefined where nothing wrong is to be seen. */
  cause: string | undefined
  /** Everything else that was found, the most telling first. */
  details: string[]
  /** Whether every workload is ready: then Helm waited for something else, or not long enough. */
  complete: boolean
}

const maxLogs = 3
const maxDetails = 12
const logLines = 5
/** Events that say why, by the trouble's weight: a volume that was late says nothing about a container that runs by now. */
const tellingEvents: Partial<Record<number, RegExp>> = {
  [troubleWeights.starting]: /^(FailedMount|FailedAttachVolume|FailedCreatePodSandBox)$/,
  [troubleWeights.probe]: /^Unhealthy$/,
}
/** Warnings about a node that no pod fails of. */
const noise = ['MissingClusterDNS', 'DNSConfigForming']

/** Inspects the namespace. A cluster that does not answer gives empty facts. */
export async function collectDiagnosis(kubectl: Kubectl, release: string, since: Date): Promise<DiagnosisFacts> {
  const [objects, events] = await Promise.all([kubectl.list(...workloadKinds), kubectl.list('events')])
  const workloads = readWorkloads(objects, release, since)
  const wanted = findings({ workloads, events: [], logs: {} })
    .flatMap(({ log }) => log ?? [])
    .slice(0, maxLogs)
  const logs = await Promise.all(
    wanted.map(async ({ pod, container, previous }) => {
      // A crash loop may have gone on meanwhile, and what was the last run is the one before now.
      const texts = [await kubectl.logs(pod, container, previous), await kubectl.logs(pod, container, !previous)]
      const text = texts.find((one) => one !== '' && !one.startsWith('unable to retrieve container logs')) ?? ''
      return [`${pod}/${container}`, text] as const
    }),
  )
  // Events have whole seconds: one of the deploy's own second counts.
  const recent = warningsIn(events).filter((event) => event.at.getTime() >= since.getTime() - 1000)
  return { workloads, events: recent, logs: Object.fromEntries(logs) }
}

/** Finds the first cause: what Kubernetes refused to make, then images, configuration, crashes, and last what is only slow. */
export function diagnoseCluster(facts: DiagnosisFacts): Diagnosis {
  const [first, ...others] = findings(facts)
  return {
    cause: first?.text,
    details: [
      ...(first?.more ?? []),
      ...others.flatMap((finding) => [finding.text, ...finding.more]),
      ...eventLines(facts),
    ].slice(0, maxDetails),
    complete: facts.workloads.length > 0 && facts.workloads.every(isComplete),
  }
}

interface Finding {
  weight: number
  text: string
  more: string[]
  log?: { pod: string; container: string; previous: boolean }
}

function findings(facts: DiagnosisFacts): Finding[] {
  return facts.workloads
    .filter((workload) => !isComplete(workload))
    .flatMap((workload) => [...refusedPods(workload, facts), ...failedJob(workload), ...troubledPods(workload, facts)])
    .toSorted((a, b) => b.weight - a.weight)
}

/** Quota, admission, a missing service account: Kubernetes says why no pod was made only in an event. */
function refusedPods(workload: Workload, { events }: DiagnosisFacts): Finding[] {
  const event = events.findLast(({ reason, about }) => reason === 'FailedCreate' && workload.about.includes(about))
  if (!event) return []
  return [
    {
      weight: troubleWeights.create,
      text: `${named(workload)}: no pod can be created: ${short(event.message)}`,
      more: [],
    },
  ]
}

const failedJob = (workload: Workload): Finding[] =>
  workload.failed === undefined
    ? []
    : [{ weight: troubleWeights.job, text: `${named(workload)} failed: ${short(workload.failed)}`, more: [] }]

function troubledPods(workload: Workload, { events, logs }: DiagnosisFacts): Finding[] {
  return workload.pods.flatMap((pod) => {
    const trouble = podTrouble(pod)
    if (!trouble) return []
    const name = pod.metadata.name
    const own = events.filter(({ about }) => about === `Pod/${name}`)
    const telling = tellingEvents[trouble.weight]
    const why = telling && own.findLast(({ reason }) => telling.test(reason))
    const weight = why && trouble.weight === troubleWeights.starting ? troubleWeights.config : trouble.weight
    const log = trouble.log && lastLines(logs[`${name}/${trouble.log.container}`] ?? '')
    const because = why ? `: ${short(why.message)}` : ''
    return [
      {
        weight,
        text: `${named(workload)}: pod ${name}: ${trouble.text}${because}`,
        more: (log ?? []).map((line) => `log of ${name}/${trouble.log?.container}: ${line}`),
        ...(trouble.log ? { log: { pod: name, ...trouble.log } } : {}),
      },
    ]
  })
}

const eventLines = ({ workloads, events }: DiagnosisFacts): string[] => {
  const about = new Set(workloads.flatMap((workload) => workload.about))
  const told = events.filter((event) => about.has(event.about) && !noise.includes(event.reason))
  // The same happens again and again, and differs only in names and times: the last one tells all.
  const last = new Map(told.map((event) => [`${event.reason} on ${event.about}`, event.message]))
  return [...last].map(([what, message]) => `event ${what}: ${short(message)}`).slice(-5)
}

const named = (workload: Workload): string => `${workload.kind} ${workload.name}`

const short = (text: string): string =>
  withoutAddresses(text)
    .replace(/^(\(combined from similar events\): )?(Error creating: )?/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 300)

const lastLines = (log: string): string[] =>
  log
    .split('\n')
    .map((line) => line.trim().slice(0, 300))
    .filter((line) => line !== '')
    .slice(-logLines)
