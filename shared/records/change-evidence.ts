import { z } from 'zod'
import { firstInPages } from '../github/pages.js'
import { eachDeployment, endStatementOnce, type RecordPlace, writeStatement } from './gate-deployments.js'

const text = z.string().min(1)
const moment = z.iso.datetime({ offset: true })

/** What an operator can say about a change, as they said it. */
export const evidenceContentSchema = z.discriminatedUnion('kind', [
  /** `items`: keys of what they acknowledge, see `ackItems`. */
  z.strictObject({ kind: z.literal('ack'), items: z.array(text) }),
  z.strictObject({ kind: z.literal('standby') }),
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('backup'), id: text, made: moment }),
  z.strictObject({ kind: z.literal('announced'), link: text }),
  z.strictObject({ kind: z.literal('hold'), reason: text }),
  z.strictObject({ kind: z.literal('unhold') }),
  /** That it is tried on staging: the gate itself starts the trial. */
  z.strictObject({ kind: z.literal('try-staging') }),
  /** `issue`: number of the issue that another operator closes afterwards. */
  z.strictObject({ kind: z.literal('break-glass'), link: text, reason: text, issue: z.int().positive() }),
  /** What the clusters answered when an operator had them asked. */
  z.strictObject({ kind: z.literal('dry-run'), ok: z.boolean() }),
])

export type EvidenceContent = z.infer<typeof evidenceContentSchema>

const wordSchema = z.object({
  schema: z.literal(1),
  pull: z.int().positive(),
  /** The commit that it was said about. */
  head: z.string().regex(/^[0-9a-f]{40}$/),
  /** What that commit changes, see `changeDigest`: after a rebase without effect the word still counts. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** Login of who said it. */
  by: text,
  /** When: ISO 8601. */
  at: moment,
  /** What it was heard by, `comment/<id>` or `run/<id>/<attempt>`: the same is written down once. */
  source: text,
  said: evidenceContentSchema,
})

/** A word about a change: a GitHub Deployment of the gate App, which nobody else can make or edit. */
export type ChangeEvidence = z.infer<typeof wordSchema>

/** The environment of the gate's own jobs, which is there wherever the gate is. */
const environment = 'lockstep'

/** One list a pull request, and none that whoever looks for what was deployed would see. */
const taskOf = (pull: number): string => `evidence/${pull}`

const wordsOf = (place: RecordPlace, pull: number) =>
  eachDeployment(place, { task: taskOf(pull), environment }, wordSchema)

/** Every word that was ever said about a pull request, the oldest first. */
export async function readChangeEvidence(place: RecordPlace, pull: number): Promise<ChangeEvidence[]> {
  const found = await firstInPages(wordsOf(place, pull))
  return found.toReversed().flatMap(({ payload }) => (payload.pull === pull ? [payload] : []))
}

/** Whether a word with this source is written down. Where the run that wrote it was cut off, the rest is done now. */
export async function isEvidenceWritten(place: RecordPlace, pull: number, source: string): Promise<boolean> {
  for await (const { id, payload } of wordsOf(place, pull)) {
    if (payload.pull !== pull || payload.source !== source) continue
    await endStatementOnce(place, id)
    return true
  }
  return false
}

/**
 * Recorded at the deploy repo's own branch: whether GitHub takes the commit of a fork for a Deployment is open (D1), and in the pull
 * request it would look like a deploy. Which commit it was said about is in the payload, in full.
 *
 * @param branch the deploy repo's default branch
 */
export async function writeChangeEvidence(place: RecordPlace, word: ChangeEvidence, branch: string): Promise<void> {
  const description = `${word.by}: ${word.said.kind}`
  const payload = { ...wordSchema.parse(word) }
  await writeStatement(place, { ref: branch, task: taskOf(word.pull), environment, description, payload })
}
