import { z } from 'zod'
import { allWaves } from '../policy/types.js'
import { dangerKinds } from './dangers.js'

/** Why a cluster is affected, or is not. */
export const changeCauses = {
  'same-inputs': 'Chart and values are identical.',
  'same-result': 'Files changed, but the rendered manifests and values are the same.',
  rendering: 'The rendered manifests change.',
  values: 'The manifests are the same, but values change, which other tools may read.',
  encrypted: 'An encrypted file changed; its effect cannot be shown.',
  'no-base': 'The state before this change could not be rendered, so everything may change.',
} as const

export type ChangeCause = keyof typeof changeCauses

const text = z.string()
const count = z.number().int()

const diff = z.strictObject({
  kind: z.enum(['added', 'removed', 'changed']),
  of: text,
  object: text,
  source: text.optional(),
  hook: text.optional(),
  lines: z.array(text),
  added: count,
  removed: count,
  left: text,
})

const disruption = z.strictObject({
  object: text,
  effect: z.enum(['restarts', 'starts', 'stops', 'scales', 'waits']),
  replicas: count.optional(),
  away: count.optional(),
  downtime: z.boolean(),
  because: z.array(text),
  budgets: z.array(z.strictObject({ name: text, allows: count.optional() })),
  text,
})

const removedApi = z.strictObject({
  object: text,
  apiVersion: text,
  source: text.optional(),
  removedIn: text,
  instead: text.optional(),
})

/** What a commit does to one release on one cluster: facts for the gate, texts for people; no secrets. */
export const clusterPlanSchema = z.strictObject({
  cluster: text,
  wave: z.enum(allWaves),
  /** Its key in the policy. */
  release: text,
  /** The commit that it is compared with. */
  base: text,
  affected: z.boolean(),
  cause: z.enum(Object.keys(changeCauses) as [ChangeCause, ...ChangeCause[]]),
  /** Files of the deploy repo that differ for this cluster. */
  files: z.array(text),
  counts: z.strictObject({ added: count, changed: count, removed: count }),
  diffs: z.array(diff),
  disruptions: z.array(disruption),
  removedApis: z.array(removedApi),
  dangers: z.array(z.strictObject({ kind: z.enum(dangerKinds), object: text, text })),
  /** What else a person should know, such as objects that are rendered twice. */
  notes: z.array(text),
})

export type ClusterPlan = z.infer<typeof clusterPlanSchema>
