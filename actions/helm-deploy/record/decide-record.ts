import { isDeepStrictEqual } from 'node:util'
import { resultLost } from '../../../shared/action/needs.js'
import type { Reason, Result } from '../../../shared/foundation/result.js'

export interface RecordFacts {
  cluster: string
  /** What the job was there for. */
  of: 'deploy' | 'rollback'
  /** How GitHub says the job ended: `success`, `failure`, `cancelled`, `skipped`; undefined where the workflow does not tell. */
  job: string | undefined
  /** This attempt, `<run id>/<attempt>`. */
  run: string
  /** The results that arrived. */
  done: Result | undefined
  smoke: Result | undefined
}

/** How a job with a cluster's key ended. */
export type RecordDecision =
  | { kind: 'verified'; done: Result }
  | { kind: 'failed'; reason: Reason; message: string }
  /** The job succeeded, and nothing proves it: neither verified nor a failure. Nothing goes back for it; it is tested again. */
  | { kind: 'lost'; reason: 'result-lost'; message: string }

/** Pure. A failed step gives its own reason; without a result, the job's conclusion tells whether it was interrupted or lost. */
export function decideRecord({ cluster, of, job, run, ...arrived }: RecordFacts): RecordDecision {
  // A17, A35: a job that is run again and dies may keep what it said in the attempt before. One that succeeded and is not run again
  // keeps that rightly.
  const isKept = (result: Result | undefined): boolean => job !== undefined && job !== 'success' && result?.run !== run
  const [done, smoke] = [arrived.done, arrived.smoke].map((result) => (isKept(result) ? undefined : result))
  if (isVerified(done, smoke)) return { kind: 'verified', done }
  const said = smoke && smoke.decision !== 'verified' ? smoke : done && !isDone(done) ? done : undefined
  if (said) return { kind: 'failed', reason: said.reason, message: said.message }
  // Both arrived, and are not about the same.
  if (done && smoke) return { kind: 'failed', reason: smoke.reason, message: smoke.message }
  if (job === 'success') return { kind: 'lost', reason: 'result-lost', message: resultLost(cluster) }
  const what = done ? 'The smoke test' : of === 'deploy' ? 'The deploy' : 'The rollback'
  const how = job === 'failure' ? 'failed, and its result did not arrive' : 'was interrupted'
  return { kind: 'failed', reason: 'cancelled', message: `${what} of ${cluster} ${how}.` }
}

const isDone = ({ decision }: Result): boolean => ['deployed', 'unchanged', 'adopted', 'rolled-back'].includes(decision)

/** A pass counts only for the deploy it is about: same cluster, commit and run, and a cluster that has told who it is. */
const isVerified = (deployed: Result | undefined, smoke: Result | undefined): deployed is Result =>
  deployed !== undefined &&
  isDone(deployed) &&
  deployed.releases !== undefined &&
  deployed.releases.length > 0 &&
  smoke?.decision === 'verified' &&
  smoke.verdict === 'pass' &&
  isDeepStrictEqual(smoke.releases, deployed.releases) &&
  smoke.run === deployed.run
