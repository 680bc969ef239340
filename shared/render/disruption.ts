import { isDeepStrictEqual } from 'node:util'
import { getPath } from '../yaml/get-path.js'
import { type Budget, budgetsOf } from './budgets.js'
import { changedObjectName, type ObjectChange } from './changes.js'
import type { Rendering, Resource } from './resources.js'
import { podReasons } from './restart-reasons.js'
import { type Rollout, replicasOf, rolloutOf } from './rollout.js'

/** What a change does to the pods of one workload. */
export interface Disruption {
  /** `Kind name` */
  object: string
  /** `waits`: the new version comes only when somebody deletes the pods. */
  effect: 'restarts' | 'starts' | 'stops' | 'scales' | 'waits'
  /** How many pods it has, at least where an autoscaler decides; undefined for a DaemonSet. */
  replicas: number | undefined
  /** How many of them are away at the same time; undefined where it cannot be told. */
  away: number | undefined
  /** Nothing of it serves for a moment, or for good. */
  downtime: boolean
  /** Why, as `image of hub` or `annotation checksum/config`: names, never values. */
  because: string[]
  budgets: Budget[]
  /** All of it in one sentence for people. */
  text: string
}

const workloads = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'ReplicationController']

/** Which workloads the changes start, stop, restart or scale, as far as manifests can tell. */
export function disruptionsOf(
  changes: ObjectChange[],
  base: Rendering,
  head: Rendering,
  namespace: string,
): Disruption[] {
  return changes.flatMap((change) => {
    const resource = change.after ?? change.before
    if (!workloads.includes(resource.kind) || resource.hook !== undefined) return []
    const object = changedObjectName(resource, namespace)
    if (change.kind === 'removed') return [stops(object, replicasOf(resource, base))]
    const replicas = replicasOf(resource, head)
    if (change.kind === 'added') return [starts(object, replicas)]
    if (!isDeepStrictEqual(templateOf(change.before), templateOf(change.after))) {
      return [restarts(change.before, change.after, object, replicas, budgetsOf(resource, head, replicas))]
    }
    return scales(object, replicasOf(change.before, base), replicas)
  })
}

const templateOf = (workload: Resource): unknown => getPath(workload.object(), 'spec', 'template')

function starts(object: string, replicas: number | undefined): Disruption {
  const text = `${object} is new: ${pods(replicas)} ${replicas === 1 ? 'starts' : 'start'}.`
  return { object, effect: 'starts', replicas, away: 0, downtime: false, because: [], budgets: [], text }
}

function stops(object: string, replicas: number | undefined): Disruption {
  const text = `${object} is deleted: ${pods(replicas)} ${replicas === 1 ? 'stops' : 'stop'}.`
  return { object, effect: 'stops', replicas, away: replicas, downtime: true, because: [], budgets: [], text }
}

function scales(object: string, before: number | undefined, replicas: number | undefined): Disruption[] {
  if (before === undefined || replicas === undefined || before === replicas) return []
  const downtime = replicas === 0
  const text = `${object} is scaled from ${before} to ${pods(replicas)}${downtime ? ', so it is down' : ''}.`
  const away = Math.max(0, before - replicas)
  return [{ object, effect: 'scales', replicas, away, downtime, because: [], budgets: [], text }]
}

function restarts(
  before: Resource,
  after: Resource,
  object: string,
  replicas: number | undefined,
  budgets: Budget[],
): Disruption {
  const because = podReasons(before.object(), after.object())
  const why = because.length === 0 ? '' : ` (${shortened(because).join(', ')})`
  const rollout = rolloutOf(after, replicas)
  const common = { object, replicas, because, budgets }
  if (rollout.kind === 'by hand') {
    const text = `${object} changes${why}, but its pods keep the old version until somebody deletes them.`
    return { ...common, effect: 'waits', away: 0, downtime: false, text }
  }
  const { away } = rollout
  const downtime = replicas !== undefined && replicas > 0 && away !== undefined && away >= replicas
  const sentences = [
    `${object} restarts${why}: ${inWords(rollout, replicas, downtime)}`,
    ...budgets.flatMap(above(away)),
  ]
  return { ...common, effect: 'restarts', away, downtime, text: sentences.join(' ') }
}

const shortened = (reasons: string[]): string[] =>
  reasons.length <= 4 ? reasons : [...reasons.slice(0, 3), `${reasons.length - 3} more`]

function inWords(
  rollout: Exclude<Rollout, { kind: 'by hand' }>,
  replicas: number | undefined,
  downtime: boolean,
): string {
  const { kind, away } = rollout
  if (replicas === 0) return 'it has no replicas, so no pod restarts.'
  if (away === 0) return 'new pods are ready before old ones stop.'
  if (kind === 'by node') return `on ${away === 1 ? 'one node' : `${away} nodes`} at a time.`
  const share = replicas === undefined ? `${away ?? 'some'}` : `${away ?? 'some'} of ${pods(replicas)}`
  return downtime ? `${share} at once, so it is down for a short time.` : `${share} at a time.`
}

/** Budgets guard against drains; a controller's own rollout does not ask them, so it may do what a drain may not. */
const above =
  (away: number | undefined) =>
  ({ name, allows }: Budget): string[] =>
    away === undefined || allows === undefined || away <= allows
      ? []
      : [`Its PodDisruptionBudget ${name} would allow ${allows}; a rollout ignores it.`]

const pods = (replicas: number | undefined): string =>
  replicas === undefined ? 'a pod on every node' : `${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`
