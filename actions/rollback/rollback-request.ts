import { z } from 'zod'
import { UserError } from '../../shared/foundation/errors.js'
import { parseJson } from '../../shared/foundation/parse-json.js'
import { type RunFacts, runKey } from '../../shared/foundation/run-facts.js'
import { jsonBlock, readBlock } from '../../shared/report/block.js'

const commit = z.string().regex(/^[0-9a-f]{40}$/)

const orderSchema = z.strictObject({
  schema: z.literal(1),
  /** `<run id>/<attempt>` of the dispatch. */
  run: z.string(),
  /** Login of whoever asked. */
  by: z.string(),
  /** In their words. */
  reason: z.string(),
  /** The deploy repo's commits: what is to be there again, and what was main's newest when it was asked for. */
  to: commit,
  from: commit,
  /** In wave order. */
  clusters: z.array(z.string()).min(1),
  /** Whether these are all: then main follows. */
  all: z.boolean(),
})

/** What somebody asked for by hand, after it was found to be allowed. */
export type RollbackRequest = z.infer<typeof orderSchema>

const block = 'rollback'

/** The part of the freeze's issue that machines read. */
export const requestBlock = (order: RollbackRequest): string => jsonBlock(block, order)

/** The inverse of `orderBlock`. */
export const readRequest = (body: string | null | undefined): RollbackRequest | undefined =>
  readBlock(block, orderSchema, body)

/**
 * The order that a job was given by the one that judged it.
 *
 * @throws UserError `input-invalid`, or `stale-plan` for that of another attempt: nobody has judged this one.
 */
export function givenRequest(text: string, run: RunFacts): RollbackRequest | undefined {
  if (text.trim() === '') return undefined
  const order = parse(text)
  if (!order) {
    throw new UserError('input-invalid', 'Input "request" is not a rollback request.', {
      fix: 'Pass the output "request" of the job with mode "start" as "request".',
    })
  }
  if (order.run === runKey(run)) return order
  throw new UserError('stale-plan', `The rollback was requested in attempt ${order.run}, but this is ${runKey(run)}.`, {
    fix: 'Re-run all jobs, not only the failed ones: permission and target are then checked again.',
  })
}

function parse(text: string): RollbackRequest | undefined {
  return orderSchema.safeParse(parseJson(text)).data
}
