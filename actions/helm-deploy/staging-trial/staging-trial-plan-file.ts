import { z } from 'zod'
import { UserError } from '../../../shared/foundation/errors.js'
import { parseJson } from '../../../shared/foundation/parse-json.js'
import { type RunFacts, runKey } from '../../../shared/foundation/run-facts.js'
import type { Cluster } from '../../../shared/policy/policy.js'

const commit = z.string().regex(/^[0-9a-f]{40}$/)

const stagePlanSchema = z.strictObject({
  schema: z.literal(1),
  /** `<run id>/<attempt>` that planned. */
  run: z.string(),
  /** Number of the pull request. */
  pull: z.int().positive(),
  /** Its head, and its merge with main, which is tried. */
  head: commit,
  merge: commit,
  /** Of the change, as the gate computes it. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  clusters: z.array(z.string()),
})

/** What the job that planned a staging trial passes to the jobs of the same run. */
export type StagingTrialPlan = z.infer<typeof stagePlanSchema>

/**
 * Reads a plan, of this very attempt, for a staging cluster.
 *
 * @throws UserError `stale-plan`, or `input-invalid` where it is no plan or no staging cluster.
 */
export function readStagingTrialPlan(
  text: string,
  run: RunFacts,
  cluster: Pick<Cluster, 'name' | 'wave'>,
): StagingTrialPlan {
  const plan = parse(text)
  if (!plan) {
    throw new UserError('input-invalid', 'Input "plan" is not the output of a job with mode "plan-staging-trial".', {
      fix: 'Pass the output "plan" of that job of the same run.',
    })
  }
  if (cluster.wave !== 'staging') {
    throw new UserError(
      'input-invalid',
      `${cluster.name} is not a staging cluster: staging trials are not allowed there.`,
      {
        fix: 'Take the matrix of this job from the output "clusters" of the job that plans.',
      },
    )
  }
  if (plan.run === runKey(run) && plan.clusters.includes(cluster.name)) return plan
  throw new UserError(
    'stale-plan',
    `The plan belongs to run ${plan.run}, for ${plan.clusters.join(', ')}; this is run ${runKey(run)}, for ${cluster.name}.`,
    { fix: 'Re-run all jobs of the workflow, not only the failed ones, to make a new plan.' },
  )
}

function parse(text: string): StagingTrialPlan | undefined {
  return stagePlanSchema.safeParse(parseJson(text)).data
}
