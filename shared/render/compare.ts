import { changedObjectName, changesBetween } from './changes.js'
import type { ClusterPlan } from './cluster-plan.js'
import { type Danger, dangersIn } from './dangers.js'
import { type DiffRoom, diffOf } from './diff.js'
import { type Disruption, disruptionsOf } from './disruption.js'
import { mayBeRandom, withoutNoise } from './noise.js'
import { isCovered, newestRelease, type RemovedApi, removedApisIn } from './removed-apis.js'
import { type Rendering, resourcesIn } from './resources.js'

export interface RenderComparison {
  /** Undefined where the old state could not be rendered. */
  before: Buffer | undefined
  after: Buffer
  /** Renders the new state once more; called only where something may be random. */
  again(): Promise<Buffer>
  namespace: string
  /** Kubernetes version of the cluster, as `1.35`; undefined where nobody said. */
  target: string | undefined
  room: DiffRoom
}

export type RenderFindings = Pick<ClusterPlan, 'counts' | 'diffs' | 'disruptions' | 'removedApis' | 'dangers' | 'notes'>

// Longer lists help nobody, and the counts tell how many there are.
const most = 200

/** What the difference between two renderings means. Pure, but for asking for another rendering. */
export async function compareRenders({
  before,
  after,
  again,
  namespace,
  target,
  room,
}: RenderComparison): Promise<RenderFindings> {
  const head = resourcesIn(after, namespace)
  const notes = notesOn(head, namespace, target)
  const removed = removedApisIn(head.resources.values(), target)
  if (before === undefined) return { ...noFindings, removedApis: bounded(removed, notes, 'removed APIs'), notes }

  const base = resourcesIn(before, namespace)
  const all = changesBetween(base, head)
  const { changes, random } = mayBeRandom(all)
    ? withoutNoise(all, head, resourcesIn(await again(), namespace))
    : { changes: all, random: [] }
  if (random.length > 0) {
    notes.push(
      `Different in each rendering, so left out: ${random.slice(0, 5).map(shown).join(', ')}${random.length > 5 ? ', ...' : ''}.`,
    )
  }
  const count = (kind: string): number => changes.filter((change) => change.kind === kind).length
  return {
    counts: { added: count('added'), changed: count('changed'), removed: count('removed') },
    diffs: bounded(diffOf(changes, namespace, room), notes, 'objects'),
    disruptions: bounded<Disruption>(disruptionsOf(changes, base, head, namespace), notes, 'disruptions'),
    removedApis: bounded<RemovedApi>(removed, notes, 'removed APIs'),
    dangers: bounded<Danger>(dangersIn(changes, namespace), notes, 'dangers'),
    notes,
  }
}

export const noFindings: RenderFindings = {
  counts: { added: 0, changed: 0, removed: 0 },
  diffs: [],
  disruptions: [],
  removedApis: [],
  dangers: [],
  notes: [],
}

function bounded<T>(list: T[], notes: string[], what: string): T[] {
  if (list.length > most) notes.push(`${list.length - most} more ${what} are left out.`)
  return list.slice(0, most)
}

function notesOn(head: Rendering, namespace: string, target: string | undefined): string[] {
  const notes: string[] = []
  const twice = head.duplicates.flatMap((key) => head.resources.get(key) ?? [])
  if (twice.length > 0) {
    notes.push(
      `Rendered more than once: ${twice
        .slice(0, 5)
        .map((resource) => changedObjectName(resource, namespace))
        .join(', ')}.`,
    )
  }
  if (head.unknown.length > 0) notes.push(`Objects without kind or name: ${head.unknown.slice(0, 5).join(', ')}.`)
  if (target !== undefined && !isCovered(target)) {
    notes.push(`The APIs removed in Kubernetes ${target} are unknown: the list ends at ${newestRelease}.`)
  }
  return notes
}

const shown = (key: string): string => {
  const [, kind = '', , name = ''] = key.split('|')
  return `${kind} ${name}`
}
