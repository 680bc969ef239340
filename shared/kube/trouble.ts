import type { ContainerStatus, PodObject } from './objects.js'
import { isWorkloadReady } from './workloads.js'

/**
 * What keeps a pod from being ready, in plain words. `weight` orders causes: the heavier, the more certainly it is
 * the cause and not a consequence.
 */
export interface Trouble {
  weight: number
  text: string
  /** The container whose log tells more; `previous` where it is the crashed run's log. */
  log: { container: string; previous: boolean } | undefined
}

export const troubleWeights = {
  create: 8,
  image: 7,
  config: 6,
  crash: 5,
  job: 4,
  schedule: 3,
  probe: 2,
  starting: 1,
} as const

/** Undefined where the pod is ready, or has done its work. */
export function podTrouble(pod: PodObject): Trouble | undefined {
  if (isWorkloadReady(pod) || pod.status.phase === 'Succeeded') return undefined
  const { conditions, containerStatuses, initContainerStatuses, phase } = pod.status
  const waiting = [...initContainerStatuses, ...containerStatuses].filter((container) => !container.ready)
  const found = waiting.flatMap((container) => containerTrouble(container) ?? [])
  const [heaviest] = found.toSorted((a, b) => b.weight - a.weight)
  if (heaviest) return heaviest

  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (unscheduled)
    return plain(troubleWeights.schedule, `it cannot be scheduled: ${unscheduled.message ?? unscheduled.reason ?? ''}`)
  if (phase === 'Failed') return plain(troubleWeights.crash, 'it failed')
  return plain(troubleWeights.starting, 'it is being created')
}

const plain = (weight: number, text: string): Trouble => ({ weight, text, log: undefined })

function containerTrouble(container: ContainerStatus): Trouble | undefined {
  const { waiting, terminated, running } = container.state
  const reason = waiting?.reason ?? ''
  if (/^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|ImageInspectError)$/.test(reason)) {
    return plain(
      troubleWeights.image,
      `cannot pull the image ${container.image} (${reason}${detail(waiting?.message)})`,
    )
  }
  if (/^(CreateContainerConfigError|CreateContainerError|RunContainerError)$/.test(reason)) {
    return plain(
      troubleWeights.config,
      `container ${container.name} cannot be created (${reason}${detail(waiting?.message)})`,
    )
  }
  if (terminated?.exitCode === 0) return undefined
  const ended =
    terminated ??
    (reason === 'CrashLoopBackOff' || container.restartCount > 0 ? container.lastState.terminated : undefined)
  if (ended && (ended.exitCode !== 0 || reason === 'CrashLoopBackOff')) {
    return {
      weight: troubleWeights.crash,
      text: `container ${container.name} ${howItEnded(ended)}${times(container.restartCount)}`,
      log: { container: container.name, previous: !terminated },
    }
  }
  if (running) {
    const log = { container: container.name, previous: false }
    return { weight: troubleWeights.probe, text: `container ${container.name} runs, but is not ready`, log }
  }
  return undefined
}

const howItEnded = (ended: { exitCode: number; reason?: string | undefined }): string =>
  ended.reason === 'OOMKilled'
    ? 'was killed for using too much memory (OOMKilled)'
    : `crashed with exit code ${ended.exitCode}`

const times = (restarts: number): string =>
  restarts === 0 ? '' : `, restarted ${restarts} time${restarts === 1 ? '' : 's'}`

const detail = (message: string | undefined): string => (message ? `: ${message.slice(0, 200)}` : '')
