import { z } from 'zod'
import type { Label } from '../../../shared/github/labels.js'
import { jsonBlock, readBlock } from '../../../shared/report/block.js'

const askedSchema = z.strictObject({
  schema: z.literal(1),
  /** Number of the pull request upstream, and the commit that it was merged as, 40 hex digits. */
  pull: z.number().int(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** What to type where GitHub cannot revert it by itself. */
  command: z.string(),
})

/** The one pull request that upstream's own workflow is asked to take back. */
export type RequestedRevert = z.infer<typeof askedSchema>

/** An issue with this label starts that workflow. */
export const revertLabel: Label = 'deploy-revert'

const block = 'upstream-revert'

export const requestedRevertBlock = (asked: RequestedRevert): string => jsonBlock(block, asked)

/** The inverse of `askedRevertBlock`. */
export const readRequestedRevert = (body: string | null | undefined): RequestedRevert | undefined =>
  readBlock(block, askedSchema, body)
