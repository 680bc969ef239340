import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { parseJson } from '../foundation/parse-json.js'
import { type ChangeCause, type ClusterPlan, changeCauses } from '../render/cluster-plan.js'
import { dangerKinds } from '../render/dangers.js'

const text = z.string()
const count = z.number().int().nonnegative()
const commit = z.string().regex(/^[0-9a-f]{40}$/)

const onClusterSchema = z.strictObject({
  cluster: text,
  /** The release's key in the policy. */
  release: text,
  affected: z.boolean(),
  cause: z.enum(Object.keys(changeCauses) as [ChangeCause, ...ChangeCause[]]),
  counts: z.strictObject({ added: count, changed: count, removed: count }),
  dangers: z.array(z.strictObject({ kind: z.enum(dangerKinds), object: text, text })),
  removedApis: z.array(z.strictObject({ object: text, apiVersion: text, removedIn: text, instead: text.optional() })),
  disruptions: z.array(z.strictObject({ object: text, downtime: z.boolean(), text })),
})

const renderedSchema = z.strictObject({
  schema: z.literal(1),
  /** What was rendered, and what it was compared with. */
  head: commit,
  base: commit,
  /** Kubernetes version that it was rendered for, as `1.35`; left out where nobody said. */
  target: text.optional(),
  clusters: z.array(onClusterSchema),
})

/** What merging a change does to every release on every cluster, as a job without keys rendered it. Strangers' text is in it. */
export type Rendered = z.infer<typeof renderedSchema>

/** One environment variable, which an input is, holds no more than 128 KiB. */
const limit = 100_000

/**
 * For the gate, as JSON of at most 100,000 bytes. Lists are cut where there is too much, but every kind of danger stays, and
 * of every list its first: what is decided from it stays the same.
 *
 * @throws UserError `target-missing` where even that is too much.
 */
export function showRendered(about: Pick<Rendered, 'head' | 'base' | 'target'>, plans: readonly ClusterPlan[]): string {
  for (const [most, letters] of [
    [50, 300],
    [10, 200],
    [1, 120],
  ] as const) {
    const clusters = plans.map((plan) => onCluster(plan, most, letters))
    const shown = JSON.stringify({ schema: 1, ...about, clusters } satisfies Rendered)
    if (Buffer.byteLength(shown) <= limit) return shown
  }
  throw new UserError('target-missing', 'The rendered change is too large to evaluate at once.', {
    fix: 'Split the change: fewer clusters or releases at a time.',
  })
}

function onCluster(plan: ClusterPlan, most: number, letters: number): Rendered['clusters'][number] {
  const { cluster, release, affected, cause, counts } = plan
  const cut = (long: string): string => long.slice(0, letters)
  const firsts = plan.dangers.filter(
    ({ kind }, index) => plan.dangers.findIndex((other) => other.kind === kind) === index,
  )
  const dangers = [...new Set([...firsts, ...plan.dangers])].slice(0, Math.max(most, firsts.length))
  return {
    ...{ cluster, release, affected, cause, counts },
    dangers: dangers.map((one) => ({ ...one, object: cut(one.object), text: cut(one.text) })),
    removedApis: plan.removedApis.slice(0, most).map(({ object, apiVersion, removedIn, instead }) => ({
      ...{ object: cut(object), apiVersion: cut(apiVersion), removedIn },
      ...(instead === undefined ? {} : { instead }),
    })),
    disruptions: plan.disruptions
      .toSorted((one, other) => Number(other.downtime) - Number(one.downtime))
      .slice(0, most)
      .map(({ object, downtime, text: said }) => ({ object: cut(object), downtime, text: cut(said) })),
  }
}

/** Undefined for everything else; empty is nothing that was rendered. */
export function parseRendered(json: string): Rendered | undefined {
  return renderedSchema.safeParse(parseJson(json)).data
}
