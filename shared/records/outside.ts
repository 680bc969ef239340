import { z } from 'zod'
import { outsideDigest, outsideSchema } from '../infra/outside.js'
import { healthSchema } from '../kube/health.js'
import {
  createDeployment,
  gateDeployments,
  type Outcome,
  type Place,
  readPayload,
  setState,
  statesOf,
} from './gate-deployments.js'

const changeSchema = z.object({
  schema: z.literal(1),
  /** Number of the issue that people talk in. */
  issue: z.int().positive(),
  /** Login of who asked for it. */
  by: z.string(),
  change: outsideSchema,
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
export interface ChangeRecord extends Change {
  id: number
  digest: string
  /** ISO 8601 */
  at: string
  /** How it ended last, and when; undefined where it did not. */
  ended: { outcome: Outcome; at: string } | undefined
  begun: (Begun & { at: string }) | undefined
  /** What people said, oldest first. Comments can be edited by others; these cannot. */
  words: Word[]
}

// Not `deploy`: none of it is a verified state of the cluster.
const task = 'change'
const begunTask = 'change-begun'
const wordTask = 'change-word'

/** Every change of the clusters that was asked for, newest first, of at most the last 100. */
export async function outsideChanges(place: Place): Promise<ChangeRecord[]> {
  const begun = (await gateDeployments(place, { task: begunTask })).flatMap(({ payload, at }) => {
    const read = readPayload(payload, begunSchema)
    return read ? [{ ...read, at }] : []
  })
  const spoken = await gateDeployments(place, { task: wordTask })
  const words = spoken.toReversed().flatMap(({ payload }) => readPayload(payload, wordSchema) ?? [])
  const all = await gateDeployments(place, { task })
  return Promise.all(
    all.flatMap(({ id, payload, at, environment }) => {
      const read = readPayload(payload, changeSchema)
      if (read?.change.cluster !== environment) return []
      const about = {
        begun: begun.find(({ issue }) => issue === read.issue),
        words: words.filter(({ issue }) => issue === read.issue),
      }
      return [withEnd(place, { ...read, ...about, id, at, digest: outsideDigest(read.change) })]
    }),
  )
}

async function withEnd(place: Place, record: Omit<ChangeRecord, 'ended'>): Promise<ChangeRecord> {
  const [last] = record.begun ? await statesOf(place, record.id) : []
  const ended = last && { outcome: last.state === 'success' ? ('success' as const) : ('failure' as const), at: last.at }
  return { ...record, ended }
}

interface Written {
  /** Branch or commit of the deploy repo that it is recorded at. */
  ref: string
  description: string
}

export const recordChange = (place: Place, { issue, by, change }: Omit<Change, 'schema'>, written: Written) =>
  createDeployment(place, {
    ...{ ...written, task, environment: change.cluster },
    payload: { schema: 1, issue, by, change } satisfies Change,
  })

export const recordBegun = (
  place: Place,
  record: ChangeRecord,
  { by, health }: Omit<Begun, 'schema' | 'issue'>,
  written: Written,
) =>
  createDeployment(place, {
    ...{ ...written, task: begunTask, environment: record.change.cluster },
    payload: { schema: 1, issue: record.issue, by, health } satisfies Begun,
  })

/** Safe to repeat: a comment has one record. */
export async function recordWord(
  place: Place,
  record: ChangeRecord,
  word: Omit<Word, 'schema' | 'issue'>,
  ref: string,
): Promise<void> {
  if (record.words.some(({ comment }) => comment === word.comment)) return
  await createDeployment(place, {
    ...{ ref, task: wordTask, environment: record.change.cluster, description: `${word.by} said ${word.line}` },
    payload: { schema: 1, issue: record.issue, ...word } satisfies Word,
  })
}

export const recordEnd = (place: Place, { id }: ChangeRecord, outcome: Outcome, description: string, logUrl: string) =>
  // What main deployed there stays what the environment shows.
  setState(place, id, outcome, { logUrl, description, replaces: false })
