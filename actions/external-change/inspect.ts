import { z } from 'zod'
import type { Runtime } from '../../shared/action/runtime.js'
import { UserError } from '../../shared/foundation/errors.js'
import { type ClusterHealth, healthSchema, readHealth } from '../../shared/kube/health.js'
import { withKubeconfig } from '../../shared/kube/kubeconfig.js'
import type { Policy } from '../../shared/policy/policy.js'
import { releasesOn } from '../../shared/policy/releases.js'
import { externalChangeSchema } from '../../shared/risk/external-change.js'
import { afterProblems, beforeProblems } from '../../shared/risk/external-change-health.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import type { definition } from './io.js'

/** What the job that holds the cluster's key is asked; the gate's own job says it. */
export const inspectionRequestSchema = z.object({
  issue: z.int().positive(),
  change: externalChangeSchema,
  /** `soak`: one of the inspections in the day after it. */
  step: z.enum(['before', 'after', 'soak']),
  /** Who said it. */
  by: z.string(),
  /** What the cluster was before the change; not for the look before it. */
  before: healthSchema.optional(),
  /** How long (ms) it soaks afterwards. */
  soak: z.number(),
})

export type InspectionRequest = z.infer<typeof inspectionRequestSchema>

/** What it saw, for the gate's own job. */
export const observationSchema = inspectionRequestSchema
  .omit({ before: true })
  .extend({ health: healthSchema, problems: z.array(z.string()) })

export type Observation = z.infer<typeof observationSchema>

const every = 5 * 60_000

/**
 * Looks at the cluster before or after the change; afterwards again and again, as long as it is watched. Changes nothing.
 *
 * @throws UserError where the cluster does not answer or does not show itself: then it is neither well nor ill.
 */
export async function inspectCluster(
  { policy, world }: { policy: Policy; world: Runtime },
  input: { request: string; kubeconfig: string },
): Promise<ActionOutcome<typeof definition.outputs>> {
  const request = readRequest(input.request)
  const { change, before } = request
  const releases = releasesOn(policy, { name: change.cluster })
  const seen = await withKubeconfig(input.kubeconfig, world.run.temp, async (path) => {
    const ask = (): Promise<ClusterHealth> => readHealth(world.exec, path, releases)
    if (request.step === 'before' || !before) {
      const health = await ask()
      return { health, problems: beforeProblems(change, health) }
    }
    return soakedCluster(ask, (health) => afterProblems(change, before, health), request.soak, world)
  })
  const { before: _, ...about } = request
  const problem = seen.problems.join('; ')
  const message = problem === '' ? `${change.cluster} is as expected.` : `${change.cluster}: ${problem}.`
  world.log.info(message)
  return {
    finding: {
      ...{ decision: problem === '' ? 'success' : 'failure', reason: problem === '' ? 'ok' : 'unhealthy', message },
      ...{ commit: world.run.sha, cluster: change.cluster },
    },
    outputs: { observation: JSON.stringify({ ...about, ...seen } satisfies Observation) },
  }
}

/** The first round with a problem ends it. */
export async function soakedCluster(
  ask: () => Promise<ClusterHealth>,
  judge: (health: ClusterHealth) => string[],
  time: number,
  { clock, log }: Pick<Runtime, 'clock' | 'log'>,
): Promise<{ health: ClusterHealth; problems: string[] }> {
  const end = clock.now().getTime() + time
  for (;;) {
    const health = await ask()
    const problems = judge(health)
    const left = end - clock.now().getTime()
    log.info(
      problems.length === 0 ? `Healthy; ${Math.max(0, Math.round(left / 60_000))} min left.` : problems.join('; '),
    )
    if (problems.length > 0 || left <= 0) return { health, problems }
    await clock.sleep(Math.min(every, left))
  }
}

function readRequest(text: string): InspectionRequest {
  try {
    return inspectionRequestSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new UserError('input-invalid', 'Input "request" has the wrong format.', {
      fix: 'Pass the output "request" of the first job of this workflow.',
      cause: error,
    })
  }
}
