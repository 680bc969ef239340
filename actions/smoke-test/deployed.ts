import { z } from 'zod'
import { UserError } from '../../shared/foundation/errors.js'
import { parseJson } from '../../shared/foundation/parse-json.js'
import { parseResult, type Released } from '../../shared/foundation/result.js'
import { type RunFacts, runKey } from '../../shared/foundation/run-facts.js'
import { deploymentSchema } from '../../shared/records/deployments.js'

/** What helm-deploy says is there now: only that may be called verified. */
export interface DeployResult {
  /** In the order they were deployed. */
  releases: [Released, ...Released[]]
  commit: string
  run: string
  /** Only what a run deploys is verified by a pass: not a staging trial, nor a soak. */
  aim: 'verify' | 'trial' | 'soak'
}

const testable: Partial<Record<string, string[]>> = {
  'helm-deploy': ['deployed', 'unchanged', 'adopted', 'trial-passed'],
  rollback: ['rolled-back'],
}

/** @throws UserError `input-invalid` where it is not a good deploy of this very run on this cluster. */
export function readDeployResult(text: string, cluster: string, run: RunFacts): DeployResult {
  const refuse = (message: string): UserError =>
    new UserError('input-invalid', message, {
      fix: 'Pass the output "result" of the helm-deploy or rollback step of this job as "deploy-result", and run this step only if that one succeeded.',
    })
  const result = parseResult(text)
  if (!result) throw refuse('Input "deploy-result" is not a result of helm-deploy or rollback.')
  if (!testable[result.action]?.includes(result.decision)) {
    throw refuse(`Input "deploy-result" says "${result.decision}" (${result.message}): there is nothing to test.`)
  }
  if (result.cluster !== cluster)
    throw refuse(`Input "deploy-result" is about the cluster "${result.cluster}", not "${cluster}".`)
  const isTrial = result.decision === 'trial-passed'
  // A rollback is about the commit that it went back to, a staging trial about a pull request's.
  const elsewhere = result.action === 'rollback' || isTrial
  if (result.run !== runKey(run) || (!elsewhere && result.commit !== run.sha)) {
    throw refuse(`Input "deploy-result" is from run ${result.run}, not from this one (${runKey(run)}).`)
  }
  const [first, ...others] = result.releases ?? []
  if (!first) throw refuse('Input "deploy-result" does not say what was deployed.')
  const aim = isTrial ? 'trial' : 'verify'
  return { releases: [first, ...others], commit: result.commit, run: result.run, aim }
}

/** @throws UserError `input-invalid` where it is no record of what an earlier run deployed on this cluster. */
export function readRecorded(text: string, cluster: string): DeployResult {
  const { data } = orderSchema.safeParse(parseJson(text))
  const [first, ...others] = data?.deployed.releases ?? []
  if (!data || !first || data.deployed.cluster !== cluster) {
    throw new UserError('input-invalid', `Input "deploy-result" does not record what is deployed on "${cluster}".`, {
      fix: 'With mode "soak", pass the part of this cluster of the output "requests" of external-change (mode `reconcile`).',
    })
  }
  const { commit, run } = data.deployed
  return { releases: [first, ...others], commit, run, aim: 'soak' }
}

const orderSchema = z.object({ deployed: deploymentSchema })
