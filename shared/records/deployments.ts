import { z } from 'zod'
import { inParallel } from '../foundation/in-parallel.js'
import { allVerdicts, releasedSchema } from '../foundation/result.js'
import { firstInPages } from '../github/pages.js'
import { allTiers, type Tier } from '../policy/types.js'
import {
  createDeployment,
  eachDeployment,
  type GateDeployment,
  lastState as lastStateOf,
  lookBack,
  newestDeployments,
  type RecordOutcome,
  type RecordPlace,
  setRecordState,
} from './gate-deployments.js'
import { sameRun } from './verified.js'

/** What a GitHub Deployment of ours carries. */
export const deploymentSchema = z.object({
  schema: z.literal(1),
  cluster: z.string(),
  /** `<run id>/<attempt>` of the deploy. */
  run: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  releases: z.array(releasedSchema),
  verdict: z.enum(allVerdicts).optional(),
  /** Why it ended so, one of the closed list of reasons; absent for a success. */
  reason: z.string().optional(),
  /** The highest tier of what the run brought; absent where nothing but proven changes is. */
  tier: z.enum(allTiers).optional(),
})

export type DeploymentRecord = z.infer<typeof deploymentSchema>

const task = 'deploy'

/**
 * The newest record of a cluster with a success. Believed only where the deployment and the status are both by the gate
 * App's bot; beyond `lookBack` failures the cluster has to be adopted again.
 */
export const lastSuccess = async (place: RecordPlace, cluster: string): Promise<DeploymentRecord | undefined> =>
  (await lastSuccessOn(place, cluster))?.record

/** The same of many clusters: those that were deployed to lately are found in one list. */
export async function lastSuccesses(
  place: RecordPlace,
  clusters: readonly string[],
): Promise<Map<string, DeploymentRecord | undefined>> {
  const newest = (await newestDeployments(place, task, deploymentSchema)).flatMap(recordedIn)
  const records = await inParallel(clusters, 8, async (cluster) => {
    for (const recorded of newest.filter(({ record }) => record.cluster === cluster)) {
      if (await isSuccess(place, recorded.id)) return recorded.record
    }
    // What it was verified with is older, or there is nothing.
    return lastSuccess(place, cluster)
  })
  return new Map(clusters.map((cluster, index) => [cluster, records[index]]))
}

/** The same with when that was said; with `tier`, of those that brought a change of that tier. */
export async function lastSuccessOn(place: RecordPlace, cluster: string, tier?: Tier): Promise<Ending | undefined> {
  for await (const recorded of eachRecord(place, { environment: cluster })) {
    if (tier !== undefined && recorded.record.tier !== tier) continue
    const ending = await endingOf(place, recorded)
    if (ending.success) return ending
  }
  return undefined
}

/**
 * Commits that are verified on every one of these clusters, newest first; at most `limit`. What failed after it was
 * verified is none.
 */
export async function verifiedCommits(place: RecordPlace, clusters: string[], limit = 10): Promise<string[]> {
  const lists = await Promise.all(clusters.map((cluster) => recordsWhere(place, { environment: cluster })))
  const commits = [...new Set((lists[0] ?? []).map(({ record }) => record.commit))]
  const verified: string[] = []
  for (const commit of commits) {
    if (verified.length === limit) break
    const states = lists.map((list) => lastState(place, list, commit))
    const everywhere = (await Promise.all(states)).every((state) => state === 'success')
    if (everywhere) verified.push(commit)
  }
  return verified
}

/**
 * What was said last of a commit. A record has no status where its writer was killed: then its payload tells a failure, and
 * a success is not said yet.
 */
async function lastState(place: RecordPlace, records: Recorded[], commit: string): Promise<string | undefined> {
  for (const { id, record } of records) {
    if (record.commit !== commit) continue
    const state = (await lastStateOf(place, id))?.state ?? (record.reason === undefined ? undefined : 'failure')
    if (state !== undefined) return state
  }
  return undefined
}

/** How one cluster ended in a run. */
export interface Ending {
  record: DeploymentRecord
  success: boolean
  /** At most 140 characters. */
  description: string
  /** When that was said last, ISO 8601. */
  at: string
}

/**
 * Every record that a run (`<id>/<attempt>`, in whichever attempt) wrote for `commit`, newest first; without `run`, those
 * of all runs.
 */
export async function endingsOf(place: RecordPlace, commit: string, run?: string): Promise<Ending[]> {
  const all = await recordsWhere(place, { sha: commit })
  return Promise.all(
    all.filter(({ record }) => run === undefined || sameRun(record.run, run)).map((one) => endingOf(place, one)),
  )
}

/** What a cluster's records say, newest first; at most `limit`. */
export async function endingsOn(place: RecordPlace, cluster: string, limit = lookBack): Promise<Ending[]> {
  const records = await firstInPages(eachRecord(place, { environment: cluster }), limit)
  return Promise.all(records.map((one) => endingOf(place, one)))
}

async function endingOf(place: RecordPlace, { id, record, at }: Recorded): Promise<Ending> {
  const last = await lastStateOf(place, id)
  return { record, success: last?.state === 'success', description: last?.description ?? '', at: last?.at ?? at }
}

/** What was recorded last, of whichever cluster, newest first: at most 100 records. Of how it ended nothing is asked. */
export async function newestRecords(place: RecordPlace): Promise<DeploymentRecord[]> {
  return (await recordsWhere(place, {})).map(({ record }) => record)
}

/**
 * Takes back every success that a cluster had after it was last verified at `commit`, by other runs than `run`: it went back to
 * that. Safe to repeat.
 */
export async function takeBackSince(
  place: RecordPlace,
  cluster: string,
  { commit, run }: { commit: string; run: string },
  { description, logUrl }: { description: string; logUrl: string },
): Promise<void> {
  for await (const { id, record } of eachRecord(place, { environment: cluster })) {
    // This run has recorded that it is back there.
    if (record.commit === commit && sameRun(record.run, run)) continue
    const success = await isSuccess(place, id)
    if (record.commit === commit && success) return
    if (success) await setRecordState(place, id, 'failure', { description, logUrl, environmentUrl: undefined })
  }
}

interface Recorded {
  id: number
  record: DeploymentRecord
  /** ISO 8601 */
  at: string
}

/** The gate App's own records, newest first, at most `lookBack`, and read from GitHub only as far as they are taken. */
async function* eachRecord(
  place: RecordPlace,
  where: { environment?: string; sha?: string },
): AsyncGenerator<Recorded> {
  let left = lookBack
  for await (const found of eachDeployment(place, { ...where, task }, deploymentSchema)) {
    yield* recordedIn(found)
    left -= 1
    if (left === 0) return
  }
}

/** What a Deployment records; nothing where it is of another commit or cluster than it says. */
const recordedIn = (found: GateDeployment<DeploymentRecord>): Recorded[] => {
  const { id, payload: record, sha, environment, at } = found
  return record.commit === sha && record.cluster === environment ? [{ id, record, at }] : []
}

const recordsWhere = (place: RecordPlace, where: { environment?: string; sha?: string }): Promise<Recorded[]> =>
  firstInPages(eachRecord(place, where))

const isSuccess = async (place: RecordPlace, id: number): Promise<boolean> =>
  (await lastStateOf(place, id))?.state === 'success'

export interface NewRecord extends DeploymentRecord {
  outcome: RecordOutcome
  logUrl: string
  environmentUrl: string | undefined
  description: string
}

/**
 * Writes the Deployment of one run on one cluster, and its status. Safe to repeat: it looks first for what this run has
 * already written. Says whether anything was written.
 */
export async function writeRecord(place: RecordPlace, record: NewRecord): Promise<'written' | 'up-to-date'> {
  const { outcome, logUrl, environmentUrl, description, ...payload } = record
  const found = await findRecord(place, payload)
  const { commit: ref, cluster: environment } = payload
  const id = found ?? (await createDeployment(place, { ref, task, environment, description, payload }))
  if (found !== undefined && (await lastStateOf(place, found))?.state === outcome) return 'up-to-date'
  await setRecordState(place, id, outcome, { logUrl, environmentUrl, description })
  return 'written'
}

async function findRecord(place: RecordPlace, record: DeploymentRecord): Promise<number | undefined> {
  const where = { environment: record.cluster, sha: record.commit, task }
  // An earlier attempt may have recorded another ending of the same run: only an equal record is this one.
  const text = JSON.stringify(deploymentSchema.parse(record))
  for await (const { id, payload } of eachDeployment(place, where, deploymentSchema)) {
    if (JSON.stringify(payload) === text) return id
  }
  return undefined
}
