import { z } from 'zod'
import type { Label } from '../github/labels.js'
import { jsonBlock, readBlock } from '../report/block.js'

const holdSchema = z.strictObject({
  schema: z.literal(1),
  component: z.string(),
  /** The bad version. */
  version: z.string(),
  /** The upstream commit that it was made from (7 to 40 hex digits); where it is left out, the version tells. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{7,40}$/)
    .optional(),
  cause: z.string(),
  /** `<run id>/<attempt>` of the deploy that failed. */
  run: z.string(),
})

/** A bad upstream commit: no version that contains it is deployed until the issue is closed. */
export type BlockedVersion = z.infer<typeof holdSchema>

export const blockedVersionLabel: Label = 'deploy-blocked-version'

const block = 'hold'

/** The part of a hold's issue that machines read. */
export const blockedVersionBlock = (hold: BlockedVersion): string => jsonBlock(block, hold)

/** The inverse of `holdBlock`, wherever it stands in the text; undefined where there is none, or more than one. */
export const readBlockedVersion = (body: string | null | undefined): BlockedVersion | undefined =>
  readBlock(block, holdSchema, body)
