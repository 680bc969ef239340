import { z } from 'zod'
import type { CheckFound } from '../repeat.js'

/** One event of BinderHub's build stream. Phases of builders differ; only `built`, `ready`, `failed` and `failure` are fixed. */
const eventSchema = z.object({
  phase: z.string(),
  message: z.string().default(''),
  status_code: z.number().optional(),
  url: z.string().optional(),
  token: z.string().optional(),
})
export type BuildEvent = z.infer<typeof eventSchema>

export const buildEvent = (data: unknown): BuildEvent | undefined => eventSchema.safeParse(data).data

/** A refusal that is about who asks, how often, or somebody else's limits. Whether the service works, it does not say. */
const aboutTheTester = /rate limit|too many users running|invalid build token/i

/** Why there will be no server, or undefined while there may be one. A failure comes as HTTP 200. */
export function buildFailure({ phase, message, status_code: status }: BuildEvent): CheckFound | undefined {
  if (phase !== 'failed' && phase !== 'failure') return undefined
  const text = message.trim() || 'BinderHub does not say why'
  return { is: status === 429 || aboutTheTester.test(message) ? 'unknown' : 'wrong', came: `${phase}: ${text}` }
}

/** How a stream ended that told neither success nor failure. A builder that crashes gives no last event. */
export function buildEnd(how: 'end' | 'cut' | 'late', last: BuildEvent | undefined, ms: number): CheckFound {
  const after = last ? `the last phase was "${last.phase}"` : 'no event arrived'
  const words = {
    end: 'the stream ended without a result',
    cut: 'the connection was cut',
    late: `no result within ${(ms / 1000).toFixed(1)} s`,
  }
  return { is: 'wrong', came: `${words[how]}; ${after}` }
}

/** An image that was there already shows itself by the first phase. */
export const wasBuilt = (first: BuildEvent | undefined): boolean => first !== undefined && first.phase !== 'built'
