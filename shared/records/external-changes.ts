import { z } from 'zod'
import { healthSchema } from '../kube/health.js'
import { externalChangeDigest, externalChangeSchema } from '../risk/external-change.js'
import {
  createDeployment,
  eachDeployment,
  endStatementOnce,
  type GateDeployment,
  gateDeployments,
  lastState,
  type RecordOutcome,
  type RecordPlace,
  setRecordState,
  writeStatement,
} from './gate-deployments.js'

const changeSchema = z.object({
  schema: z.literal(1),
  /** Number of the issue that people talk in. */
  issue: z.int().positive(),
  /** Login of who asked for it. */
  by: z.string(),
  change: externalChangeSchema,
})

const begunSchema = z.object({
  schema: z.literal(1),
  issue: z.int().positive(),
  by: z.string(),
  /** What the cluster was before. */
  health: healthSchema,
})

const wordSchema = z.object({
  schema: z.literal(1),
  issue: z.int().positive(),
  by: z.string(),
  /** The comment's first line as it was when it was written, and the comment's id. */
  line: z.string(),
  comment: z.int().positive(),
})

type Word = z.infer<typeof wordSchema>
type Change = z.infer<typeof changeSchema>
type Begun = z.infer<typeof begunSchema>

/** A change made outside the repo, as it was asked for: nobody can edit a Deployment's payload. */
export interface ExternalChangeRecord extends Change {
  id: number
  digest: string
  /** ISO 8601 */
  at: string
  /** How it ended last, and when; undefined where it did not. */
  ended: { outcome: RecordOutcome; at: string } | undefined
  begun: (Begun & { id: number; at: string }) | undefined
  /** What people said, oldest first. Comments can be edited by others; these cannot. */
  words: (Word & { id: number })[]
}

// Not `deploy`: none of it is a verified state of the cluster.
const task = 'change'
const begunTask = 'change-begun'
const wordTask = 'change-command'

/** Every change of the clusters that was asked for, newest first, of at most the last 100. */
export async function readExternalChanges(place: RecordPlace): Promise<ExternalChangeRecord[]> {
  const asked = await gateDeployments(place, { task }, changeSchema)
  const all = asked.filter(({ payload, environment }) => payload.change.cluster === environment)
  const oldest = all.at(-1)
  if (!oldest) return []
  const begun = await recordedSince(place, begunTask, begunSchema, oldest.at)
  const words = (await recordedSince(place, wordTask, wordSchema, oldest.at)).toReversed()
  return Promise.all(
    all.map(({ id, payload, at }) => {
      const { issue } = payload
      const start = begun.find((one) => one.payload.issue === issue)
      const about = {
        begun: start && { ...start.payload, id: start.id, at: start.at },
        words: words.flatMap((one) => (one.payload.issue === issue ? [{ ...one.payload, id: one.id }] : [])),
      }
      return withEnd(place, { ...payload, ...about, id, at, digest: externalChangeDigest(payload.change) })
    }),
  )
}

/** What is about a change was written after it: as far back as `since`, newest first. */
async function recordedSince<T>(place: RecordPlace, task: string, schema: z.ZodType<T>, since: string) {
  const found: GateDeployment<T>[] = []
  for await (const one of eachDeployment(place, { task }, schema)) {
    if (Date.parse(one.at) < Date.parse(since)) break
    found.push(one)
  }
  return found
}

async function withEnd(place: RecordPlace, record: Omit<ExternalChangeRecord, 'ended'>): Promise<ExternalChangeRecord> {
  const last = record.begun ? await lastState(place, record.id) : undefined
  const ended = last && { outcome: last.state === 'success' ? ('success' as const) : ('failure' as const), at: last.at }
  return { ...record, ended }
}

interface Written {
  /** Branch or commit of the deploy repo that it is recorded at. */
  ref: string
  description: string
}

/** It shows as pending until it is done, which it is. */
export const recordExternalChange = (
  place: RecordPlace,
  { issue, by, change }: Omit<Change, 'schema'>,
  written: Written,
) =>
  createDeployment(place, {
    ...{ ...written, task, environment: change.cluster },
    payload: { schema: 1, issue, by, change } satisfies Change,
  })

/** Safe to repeat: a change begins once. */
export async function recordChangeStart(
  place: RecordPlace,
  record: ExternalChangeRecord,
  { by, health }: Omit<Begun, 'schema' | 'issue'>,
  written: Written,
): Promise<void> {
  if (record.begun) return endStatementOnce(place, record.begun.id)
  await writeStatement(place, {
    ...{ ...written, task: begunTask, environment: record.change.cluster },
    payload: { schema: 1, issue: record.issue, by, health } satisfies Begun,
  })
}

/** Safe to repeat: a comment has one record. */
export async function recordChangeCommand(
  place: RecordPlace,
  record: ExternalChangeRecord,
  word: Omit<Word, 'schema' | 'issue'>,
  ref: string,
): Promise<void> {
  const present = record.words.find(({ comment }) => comment === word.comment)
  if (present) return endStatementOnce(place, present.id)
  await writeStatement(place, {
    ...{ ref, task: wordTask, environment: record.change.cluster, description: `${word.by} said ${word.line}` },
    payload: { schema: 1, issue: record.issue, ...word } satisfies Word,
  })
}

export const recordChangeEnd = (
  place: RecordPlace,
  { id }: ExternalChangeRecord,
  outcome: RecordOutcome,
  description: string,
  logUrl: string,
) =>
  // What main deployed there stays what the environment shows.
  setRecordState(place, id, outcome, { logUrl, description, replaces: false })
