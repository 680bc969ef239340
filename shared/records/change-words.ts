import { z } from 'zod'
import { createDeployment, gateDeployments, type Place, readPayload } from './gate-deployments.js'

const text = z.string().min(1)
const moment = z.iso.datetime({ offset: true })

/** What an operator can say about a change, as they said it. */
export const saidSchema = z.discriminatedUnion('kind', [
  /** `items`: keys of what they acknowledge, see `ackItems`. */
  z.strictObject({ kind: z.literal('ack'), items: z.array(text) }),
  z.strictObject({ kind: z.literal('standby') }),
  z.strictObject({ kind: z.literal('start') }),
  z.strictObject({ kind: z.literal('backup'), id: text, made: moment }),
  z.strictObject({ kind: z.literal('announced'), link: text }),
  z.strictObject({ kind: z.literal('hold'), reason: text }),
  z.strictObject({ kind: z.literal('unhold') }),
  /** That it is rehearsed on staging: whoever starts the rehearsal is the gate itself. */
  z.strictObject({ kind: z.literal('stage') }),
  /** `issue`: number of the issue that another operator closes afterwards. */
  z.strictObject({ kind: z.literal('break-glass'), link: text, reason: text, issue: z.int().positive() }),
  /** What the clusters answered when an operator had them asked. */
  z.strictObject({ kind: z.literal('dry-run'), ok: z.boolean() }),
])

export type Said = z.infer<typeof saidSchema>

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
  said: saidSchema,
})

/** A word about a change: a GitHub Deployment of the gate App, which nobody else can make or edit. */
export type ChangeWord = z.infer<typeof wordSchema>

/** The environment of the gate's own jobs, which is there wherever the gate is. */
const environment = 'lockstep'

/** One list a pull request, and none that whoever looks for what was deployed would see. */
const taskOf = (pull: number): string => `word/${pull}`

/** Every word that was ever said about a pull request, the oldest first; at most 100, the newest. */
export async function readChangeWords(place: Place, pull: number): Promise<ChangeWord[]> {
  const found = await gateDeployments(place, { task: taskOf(pull), environment })
  return found.toReversed().flatMap(({ payload, sha }) => {
    const word = readPayload(payload, wordSchema)
    return word && word.pull === pull && word.head === sha ? [word] : []
  })
}

export async function writeChangeWord(place: Place, word: ChangeWord): Promise<void> {
  const description = `${word.by}: ${word.said.kind}`
  const payload = { ...wordSchema.parse(word) }
  await createDeployment(place, { ref: word.head, task: taskOf(word.pull), environment, description, payload })
}
