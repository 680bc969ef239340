import { isDeepStrictEqual } from 'node:util'
import type { Exec } from '../exec/exec.js'
import { clusterValues } from '../policy/cluster-values.js'
import type { Cluster } from '../policy/policy.js'
import { namespaceOf } from '../policy/releases.js'
import type { Cause, ClusterPlan } from './cluster-plan.js'
import { compare, nothing } from './compare.js'
import { type DiffRoom, usualRoom } from './diff.js'
import { type Sheet, sheet } from './sheet.js'
import { type ClusterInputs, inputsOf, render, type Side } from './side.js'

export interface Sides {
  /** What the cluster has: the commit, and its files, or why they cannot be used. */
  base: { commit: string; side: Side | Missing }
  head: Side
}

export interface PlanOptions {
  exec: Exec
  target?: string | undefined
  room?: DiffRoom | undefined
  /** Used again for the next cluster; without them their own. */
  sheets?: Sheets | undefined
}

/** Memory for the two renderings of one cluster. */
export interface Sheets {
  before: Sheet
  after: Sheet
}

export const twoSheets = (): Sheets => ({ before: sheet(), after: sheet() })

/**
 * What `head` does to one release on one cluster that has `base`. Judged by what comes out and not by paths: equal inputs are
 * not even rendered, unless a target version asks what is in use.
 *
 * @throws UserError where head cannot be rendered. That the base cannot is a finding: it must not stop the way forward.
 */
export async function planCluster({ base, head }: Sides, cluster: Cluster, options: PlanOptions): Promise<ClusterPlan> {
  const { exec, target, room = usualRoom, sheets = twoSheets() } = options
  const about = { cluster: cluster.name, role: cluster.role, release: head.release.name, base: base.commit }
  const now = await inputsOf(head, cluster)
  const old = await beforeOf(base.side, cluster)
  const same = 'inputs' in old && old.inputs.digest === now.digest
  if (same && target === undefined) return { ...about, affected: false, cause: 'same-inputs', files: [], ...nothing }

  const after = (into: Sheet): Promise<Buffer> => render(exec, head, cluster, now.values, into, target)
  const before =
    'inputs' in old
      ? await render(exec, old.side, cluster, old.inputs.values, sheets.before, target).catch(missing)
      : old
  const found = await compare({
    before: 'missing' in before ? undefined : before,
    after: await after(sheets.after),
    again: () => after(sheet()),
    namespace: namespaceOf(head.release, cluster),
    target,
    room,
  })
  // As in resourcesIn: a copy of the lines lets go of the texts that they were cut out of.
  const findings = structuredClone(found)
  if ('missing' in before || 'missing' in old) {
    const why = 'missing' in before ? before.missing : ''
    const notes = [...findings.notes, `What ${cluster.name} has now cannot be rendered: ${why}`]
    return { ...about, affected: true, cause: 'no-base', files: [], ...findings, notes }
  }
  const cause = same ? 'same-inputs' : await causeOf(findings.counts, old, { side: head, inputs: now }, cluster)
  const affected = cause !== 'same-inputs' && cause !== 'same-result'
  return { ...about, affected, cause, files: changedFiles(old, { side: head, inputs: now }), ...findings }
}

interface State {
  side: Side
  inputs: ClusterInputs
}

export interface Missing {
  missing: string
}

const beforeOf = async (side: Side | Missing, cluster: Cluster): Promise<State | Missing> =>
  'missing' in side ? side : await inputsOf(side, cluster).then((inputs) => ({ side, inputs }), missing)

export const missing = (error: unknown): Missing => ({
  missing: error instanceof Error ? error.message.slice(0, 500) : String(error),
})

async function causeOf(counts: ClusterPlan['counts'], old: State, now: State, cluster: Cluster): Promise<Cause> {
  if (counts.added + counts.changed + counts.removed > 0) return 'rendering'
  const encrypted = new Set([...old.inputs.encrypted, ...now.inputs.encrypted])
  if ([...encrypted].some((file) => old.inputs.files.get(file) !== now.inputs.files.get(file))) return 'encrypted'
  const values = async ({ release, workspace }: Side): Promise<unknown> =>
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
