import { z } from 'zod'
import { UserError } from '../../shared/action/errors.js'
import { type Run, runKey } from '../../shared/action/facts.js'
import { parseJson } from '../../shared/action/parse-json.js'
import { parseResult, type Released } from '../../shared/action/result.js'
import { deploymentSchema } from '../../shared/records/deployments.js'

/** What helm-deploy says is there now: only that may be called verified. */
export interface Deployed {
  /** In the order they were deployed. */
  releases: [Released, ...Released[]]
  commit: string
  run: string
  /** Only what a run deploys is verified by a pass: not what it rehearses, nor what it looks at once more. */
  aim: 'verify' | 'rehearse' | 'look'
}

const testable: Partial<Record<string, string[]>> = {
  'helm-deploy': ['deployed', 'unchanged', 'adopted', 'staged'],
  rollback: ['rolled_back'],
}

/** @throws UserError `input-invalid` where it is not a good deploy of this very run on this cluster. */
export function readDeployed(text: string, cluster: string, run: Run): Deployed {
  const refuse = (message: string): UserError =>
    new UserError('input-invalid', message, {
      fix: 'Pass the output "result" of the helm-deploy or rollback step of this job as "deployed", and run this step only if that one succeeded.',
    })
  const result = parseResult(text)
  if (!result) throw refuse('Input "deployed" is not a result of helm-deploy or rollback.')
  if (!testable[result.action]?.includes(result.decision)) {
    throw refuse(`Input "deployed" says "${result.decision}" (${result.message}): there is nothing to test.`)
  }
  if (result.cluster !== cluster)
    throw refuse(`Input "deployed" is about the cluster "${result.cluster}", not "${cluster}".`)
  const rehearsed = result.decision === 'staged'
  // A rollback is about the commit that it went back to, a rehearsal about a pull request's.
  const elsewhere = result.action === 'rollback' || rehearsed
  if (result.run !== runKey(run) || (!elsewhere && result.commit !== run.sha)) {
    throw refuse(`Input "deployed" is of run ${result.run}, not of this one (${runKey(run)}).`)
  }
  const [first, ...others] = result.releases ?? []
  if (!first) throw refuse('Input "deployed" does not say what was deployed.')
  const aim = rehearsed ? 'rehearse' : 'verify'
  return { releases: [first, ...others], commit: result.commit, run: result.run, aim }
}

/** @throws UserError `input-invalid` where it is no record of what an earlier run deployed on this cluster. */
export function readRecorded(text: string, cluster: string): Deployed {
  const { data } = orderSchema.safeParse(parseJson(text))
  const [first, ...others] = data?.deployed.releases ?? []
  if (!data || !first || data.deployed.cluster !== cluster) {
    throw new UserError('input-invalid', `Input "deployed" is no record of what is deployed on "${cluster}".`, {
      fix: 'With "look", pass the part of this cluster of the output "orders" of infra-change-gate (`about: outside`, by its schedule).',
    })
  }
  const { commit, run } = data.deployed
  return { releases: [first, ...others], commit, run, aim: 'look' }
}

const orderSchema = z.object({ deployed: deploymentSchema })
