import { z } from 'zod'
import {
  createDeployment,
  eachDeployment,
  gateDeployments,
  lastState,
  type RecordPlace,
  setRecordState,
} from './gate-deployments.js'

const payloadSchema = z.object({
  schema: z.literal(1),
  /** Number of the pull request. */
  pull: z.int().positive(),
  /** Its head's commit when it was staged. */
  head: z.string().regex(/^[0-9a-f]{40}$/),
  /** What it changes (`changeDigest`): a rebase without effect keeps it. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** `<run id>/<attempt>` */
  run: z.string(),
})

/** A change that went there, back and there again on a cluster, every time with a smoke test that passed. */
export type TrialRecord = z.infer<typeof payloadSchema>

export interface TrialEvidence extends TrialRecord {
  /** When the last of it passed, ISO 8601. */
  at: string
}

/** Not `deploy`: what is staged was never main, and is no verified state of the cluster. */
const task = 'staging-trial'

const eachStaging = (place: RecordPlace, cluster: string) =>
  eachDeployment(place, { task, environment: cluster }, payloadSchema)

/**
 * The proof that exactly this change went there and back on a cluster; undefined where there is none, or where it failed when
 * it was tried last. Believed only where both the deployment and its status are the gate App's.
 *
 * @param digest of the change, as the gate computes it now.
 */
export async function trialsAt(
  place: RecordPlace,
  cluster: string,
  digest: string,
): Promise<TrialEvidence | undefined> {
  for await (const { id, payload: staging } of eachStaging(place, cluster)) {
    if (staging.digest !== digest) continue
    const last = await lastState(place, id)
    if (last) return last.state === 'success' ? { ...staging, at: last.at } : undefined
  }
  return undefined
}

/** When it passed there, in any of the last tries, the newest first; ISO 8601. What failed later does not take that back. */
export async function trialsOf(place: RecordPlace, cluster: string, digest: string): Promise<string[]> {
  const dates: string[] = []
  const tries = await gateDeployments(place, { task, environment: cluster }, payloadSchema)
  for (const { id, payload: staging } of tries) {
    if (staging.digest !== digest) continue
    const last = await lastState(place, id)
    if (last?.state === 'success') dates.push(last.at)
  }
  return dates
}

/** What was recorded on a cluster, however it ended: the record's id, and the pull request that it is about. */
export async function trialsOn(place: RecordPlace, cluster: string): Promise<{ id: number; pull: number }[]> {
  const all = await gateDeployments(place, { task, environment: cluster }, payloadSchema)
  return all.map(({ id, payload }) => ({ id, pull: payload.pull }))
}

export interface NewTrialRecord extends TrialRecord {
  cluster: string
  /** A commit of the deploy repo's default branch: whether GitHub takes one that only a fork has is open (D1). */
  ref: string
  passed: boolean
  logUrl: string
  /** In one sentence. */
  description: string
}

/** Writes how a staging ended. Safe to repeat: one run has one record on a cluster. */
export async function writeTrial(place: RecordPlace, staging: NewTrialRecord): Promise<'written' | 'up-to-date'> {
  const { cluster, ref, passed, logUrl, description, ...rest } = staging
  const payload = payloadSchema.parse(rest)
  const outcome = passed ? 'success' : 'failure'
  const found = await findStaging(place, cluster, payload)
  if (found !== undefined && (await lastState(place, found))?.state === outcome) return 'up-to-date'
  const id = found ?? (await createDeployment(place, { ref, task, environment: cluster, description, payload }))
  // What main deployed there stays what the environment shows.
  await setRecordState(place, id, outcome, { logUrl, description, replaces: false })
  return 'written'
}

async function findStaging(place: RecordPlace, cluster: string, staging: TrialRecord): Promise<number | undefined> {
  const same = JSON.stringify(staging)
  const tries = await gateDeployments(place, { task, environment: cluster }, payloadSchema)
  return tries.find(({ payload }) => JSON.stringify(payload) === same)?.id
}
