import { isDeepStrictEqual } from 'node:util'
import type { Exec } from '../exec/exec.js'
import { clusterValues } from '../policy/cluster-values.js'
import type { Cluster } from '../policy/policy.js'
import { namespaceOf } from '../policy/releases.js'
import type { ChangeCause, ClusterPlan } from './cluster-plan.js'
import { compareRenders, noFindings } from './compare.js'
import { type DiffRoom, usualRoom } from './diff.js'
import { type ObjectList, objectList } from './object-list.js'
import { type ClusterInputs, inputsOf, type RenderSide, renderSide } from './side.js'

export interface RenderSides {
  /** What the cluster has: the commit, and its files, or why they cannot be used. */
  base: { commit: string; side: RenderSide | MissingInput }
  head: RenderSide
}

export interface PlanOptions {
  exec: Exec
  target?: string | undefined
  room?: DiffRoom | undefined
  /** Used again for the next cluster; without them their own. */
  sheets?: ObjectLists | undefined
}

/** Memory for the two renderings of one cluster. */
export interface ObjectLists {
  before: ObjectList
  after: ObjectList
}

export const bothObjectLists = (): ObjectLists => ({ before: objectList(), after: objectList() })

/**
 * What `head` changes for one release on one cluster that has `base`. Decided by the rendered result and not by paths: equal
 * inputs are not even rendered, unless a target version is given.
 *
 * @throws UserError if head cannot be rendered. If the base cannot, that is a finding: it must not block a fix.
 */
export async function planCluster(
  { base, head }: RenderSides,
  cluster: Cluster,
  options: PlanOptions,
): Promise<ClusterPlan> {
  const { exec, target, room = usualRoom, sheets = bothObjectLists() } = options
  const about = { cluster: cluster.name, wave: cluster.wave, release: head.release.name, base: base.commit }
  const now = await inputsOf(head, cluster)
  const old = await beforeOf(base.side, cluster)
  const same = 'inputs' in old && old.inputs.digest === now.digest
  if (same && target === undefined) return { ...about, affected: false, cause: 'same-inputs', files: [], ...noFindings }

  const after = (into: ObjectList): Promise<Buffer> => renderSide(exec, head, cluster, now.values, into, target)
  const before =
    'inputs' in old
      ? await renderSide(exec, old.side, cluster, old.inputs.values, sheets.before, target).catch(missingInput)
      : old
  const found = await compareRenders({
    before: 'missing' in before ? undefined : before,
    after: await after(sheets.after),
    again: () => after(objectList()),
    namespace: namespaceOf(head.release, cluster),
    target,
    room,
  })
  // As in resourcesIn: a copy of the lines lets go of the texts that they were cut out of.
  const findings = structuredClone(found)
  if ('missing' in before || 'missing' in old) {
    const why = 'missing' in before ? before.missing : ''
    const notes = [...findings.notes, `The state of ${cluster.name} before this change cannot be rendered: ${why}`]
    return { ...about, affected: true, cause: 'no-base', files: [], ...findings, notes }
  }
  const cause = same ? 'same-inputs' : await causeOf(findings.counts, old, { side: head, inputs: now }, cluster)
  const affected = cause !== 'same-inputs' && cause !== 'same-result'
  return { ...about, affected, cause, files: changedFiles(old, { side: head, inputs: now }), ...findings }
}

interface State {
  side: RenderSide
  inputs: ClusterInputs
}

export interface MissingInput {
  missing: string
}

const beforeOf = async (side: RenderSide | MissingInput, cluster: Cluster): Promise<State | MissingInput> =>
  'missing' in side ? side : await inputsOf(side, cluster).then((inputs) => ({ side, inputs }), missingInput)

export const missingInput = (error: unknown): MissingInput => ({
  missing: error instanceof Error ? error.message.slice(0, 500) : String(error),
})

async function causeOf(counts: ClusterPlan['counts'], old: State, now: State, cluster: Cluster): Promise<ChangeCause> {
  if (counts.added + counts.changed + counts.removed > 0) return 'rendering'
  const encrypted = new Set([...old.inputs.encrypted, ...now.inputs.encrypted])
  if ([...encrypted].some((file) => old.inputs.files.get(file) !== now.inputs.files.get(file))) return 'encrypted'
  const values = async ({ release, workspace }: RenderSide): Promise<unknown> =>
    (await clusterValues(release, cluster, workspace.read, await workspace.list())).values
  return isDeepStrictEqual(await values(old.side), await values(now.side)) ? 'same-result' : 'values'
}

/** Files of chart and values that are not the same on both sides, sorted. */
function changedFiles(old: State, now: State): string[] {
  const before = new Map([...old.side.chartFiles, ...old.inputs.files])
  const after = new Map([...now.side.chartFiles, ...now.inputs.files])
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((path) => before.get(path) !== after.get(path))
    .toSorted()
    .slice(0, 100)
}
