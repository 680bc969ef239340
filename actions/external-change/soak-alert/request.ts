import { z } from 'zod'
import { deploymentSchema } from '../../../shared/records/deployments.js'

/** What the job with a cluster's key is asked to look at, in the day after a dangerous change came there by a merge. */
export const soakRequestSchema = z.object({
  cluster: z.string(),
  /** The deploy repo's commit that brought the change. */
  change: z.string().regex(/^[0-9a-f]{40}$/),
  /** What is verified there now: the same, or what came after it. */
  deployed: deploymentSchema,
})

export type SoakRequest = z.infer<typeof soakRequestSchema>
