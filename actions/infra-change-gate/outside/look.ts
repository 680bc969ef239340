import { z } from 'zod'
import type { Outcome } from '../../../shared/action/action.js'
import { UserError } from '../../../shared/action/errors.js'
import type { World } from '../../../shared/action/world.js'
import { outsideSchema } from '../../../shared/infra/outside.js'
import { afterProblems, beforeProblems } from '../../../shared/infra/outside-health.js'
import { type Health, healthSchema, readHealth } from '../../../shared/kube/health.js'
import { withKubeconfig } from '../../../shared/kube/kubeconfig.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { releasesOn } from '../../../shared/policy/releases.js'
import type { definition } from '../io.js'

/** What the job that holds the cluster's key is asked; the gate's own job says it. */
export const orderSchema = z.object({
  issue: z.int().positive(),
  change: outsideSchema,
  /** `watch`: one of the looks in the day after it. */
  step: z.enum(['before', 'after', 'watch']),
  /** Who said it. */
  by: z.string(),
  /** What the cluster was before the change; not for the look before it. */
  before: healthSchema.optional(),
  /** How long (ms) it is watched afterwards. */
  watch: z.number(),
})

export type Order = z.infer<typeof orderSchema>

/** What it saw, for the gate's own job. */
export const seenSchema = orderSchema
  .omit({ before: true })
  .extend({ health: healthSchema, problems: z.array(z.string()) })

export type Seen = z.infer<typeof seenSchema>

const every = 5 * 60_000

/**
 * Looks at the cluster before or after the change; afterwards again and again, as long as it is watched. Changes nothing.
 *
 * @throws UserError where the cluster does not answer or does not show itself: then it is neither well nor ill.
 */
export async function lookAtCluster(
  { policy, world }: { policy: Policy; world: World },
  input: { order: string; kubeconfig: string },
): Promise<Outcome<typeof definition.outputs>> {
  const order = readOrder(input.order)
  const { change, before } = order
  const releases = releasesOn(policy, { name: change.cluster })
  const seen = await withKubeconfig(input.kubeconfig, world.run.temp, async (path) => {
    const ask = (): Promise<Health> => readHealth(world.exec, path, releases)
    if (order.step === 'before' || !before) {
      const health = await ask()
      return { health, problems: beforeProblems(change, health) }
    }
    return watched(ask, (health) => afterProblems(change, before, health), order.watch, world)
  })
  const { before: _, ...about } = order
  const problem = seen.problems.join('; ')
  const message = problem === '' ? `${change.cluster} is as it has to be.` : `${change.cluster}: ${problem}.`
  world.log.info(message)
  return {
    finding: {
      ...{ decision: problem === '' ? 'green' : 'red', reason: problem === '' ? 'ok' : 'unhealthy', message },
      ...{ commit: world.run.sha, cluster: change.cluster },
    },
    outputs: { seen: JSON.stringify({ ...about, ...seen } satisfies Seen) },
  }
}

/** The first round with a problem ends it. */
export async function watched(
  ask: () => Promise<Health>,
  judge: (health: Health) => string[],
  time: number,
  { clock, log }: Pick<World, 'clock' | 'log'>,
): Promise<{ health: Health; problems: string[] }> {
  const end = clock.now().getTime() + time
  for (;;) {
    const health = await ask()
    const problems = judge(health)
    const left = end - clock.now().getTime()
    log.info(problems.length === 0 ? `Well; ${Math.max(0, Math.round(left / 60_000))} min to go.` : problems.join('; '))
    if (problems.length > 0 || left <= 0) return { health, problems }
    await clock.sleep(Math.min(every, left))
  }
}

function readOrder(text: string): Order {
  try {
    return orderSchema.parse(JSON.parse(text))
  } catch (error) {
    throw new UserError('input-invalid', 'Input "order" is not what the job before it said.', {
      fix: 'Pass the output "order" of the step with `about: outside`.',
      cause: error,
    })
  }
}
