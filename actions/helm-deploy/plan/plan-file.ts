import { z } from 'zod'
import { UserError } from '../../../shared/foundation/errors.js'
import { type RunFacts, runKey } from '../../../shared/foundation/run-facts.js'

const planSchema = z.strictObject({
  schema: z.literal(1),
  /** `<run id>/<attempt>` that planned. */
  run: z.string(),
  commit: z.string(),
  clusters: z.array(z.strictObject({ name: z.string(), from: z.string() })),
})

/** What the job that plans, or counts the approvals of an adoption, passes to the jobs with a cluster's key of the same run. */
export type Plan = z.infer<typeof planSchema>

/**
 * Reads a plan and checks that it is of this very attempt (A17): since an older one, a version may have been blocked or a
 * newer commit deployed.
 *
 * @throws UserError `stale-plan`, or `input-invalid` where it is no plan.
 */
export function readPlan(text: string, run: RunFacts, cluster: string): Plan {
  const plan = parsePlan(text)
  if (plan.run !== runKey(run) || plan.commit !== run.sha) {
    throw new UserError(
      'stale-plan',
      `The plan belongs to run ${plan.run} and commit ${plan.commit.slice(0, 7)}; this is run ${runKey(run)} and commit ${run.sha.slice(0, 7)}.`,
      { fix: 'Re-run all jobs of the workflow, not only the failed ones, to make a new plan.' },
    )
  }
  if (!plan.clusters.some(({ name }) => name === cluster)) {
    throw new UserError('stale-plan', `The plan does not contain the cluster "${cluster}".`, {
      fix: "Take the matrix of this job from the plan job's outputs.",
    })
  }
  return plan
}

function parsePlan(text: string): Plan {
  try {
    return planSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw new UserError('input-invalid', 'Input "plan" is not the output of a plan job.', {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a workflow writes it.
      fix: 'Pass the output "plan" of the plan job: ${{ needs.plan.outputs.plan }}.',
      cause,
    })
  }
}
