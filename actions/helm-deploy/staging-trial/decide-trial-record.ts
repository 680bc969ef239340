import { resultLost } from '../../../shared/action/needs.js'
import type { Result } from '../../../shared/foundation/result.js'
import { isBlamed } from '../../../shared/records/rollback-causes.js'

/** The results of a staging trial's steps, in their order; undefined for a step that did not end, or did not run. */
export interface TrialResults {
  there: Result | undefined
  thereSmoke: Result | undefined
  back: Result | undefined
  backSmoke: Result | undefined
  again: Result | undefined
  againSmoke: Result | undefined
  /** The last rollback, to main. */
  end: Result | undefined
  endSmoke: Result | undefined
}

export type TrialRecordDecision =
  | { kind: 'passed'; message: string }
  | { kind: 'failed'; message: string }
  /** It was interrupted, or could not start: that says nothing about the change. */
  | { kind: 'untold'; message: string }
  /** Both jobs succeeded, and their results did not arrive. */
  | { kind: 'lost'; message: string }

/** How GitHub says the two jobs ended; undefined where the workflow does not tell. */
export interface TrialJobEndings {
  rehearse?: string | undefined
  back?: string | undefined
}

const passed = (smoke: Result | undefined): boolean => smoke?.verdict === 'pass'

/**
 * Whether main is on the cluster again, whatever the outcome of the trial: only what was observed counts. A job that rolls back
 * and succeeds has observed it, even if its results did not arrive.
 */
export function isMainRestored({ there, again, end, endSmoke }: TrialResults, jobs: TrialJobEndings = {}): boolean {
  const isLost = jobs.back === 'success' && (end === undefined || (end.decision === 'rolled-back' && !endSmoke))
  if (isLost) return true
  const untouched = there?.decision === 'refused' && again === undefined
  const nothing = end?.decision === 'nothing-to-roll-back'
  return untouched || nothing || (end?.decision === 'rolled-back' && passed(endSmoke))
}

/** Whether a change was upgraded, rolled back and upgraded again, and main is back on the cluster. */
export function decideTrialRecord(steps: TrialResults, jobs: TrialJobEndings = {}): TrialRecordDecision {
  const all = Object.values(steps).filter((one): one is Result => one !== undefined)
  const bad = all.find(
    ({ decision, reason }) =>
      decision === 'rollback-failed' || decision === 'irreversible' || (isBlamed(reason) && reason !== 'cancelled'),
  )
  if (bad) return { kind: 'failed', message: bad.message }
  const { there, back, again, end } = steps
  const tested = passed(steps.thereSmoke) && passed(steps.againSmoke)
  const isThere = (step: Result | undefined): boolean => step?.decision === 'trial-passed' && step.reason === 'ok'
  const wasThere = (step: Result | undefined): boolean =>
    step?.decision === 'trial-passed' && step.reason === 'up-to-date'
  if (tested && wasThere(there) && wasThere(again))
    return { kind: 'passed', message: 'It changes nothing on this cluster, and its tests passed.' }
  const isBack = (way: Result | undefined, smoke: Result | undefined): boolean =>
    way?.decision === 'rolled-back' && passed(smoke)
  const whole =
    tested && isThere(there) && isThere(again) && isBack(back, steps.backSmoke) && isBack(end, steps.endSmoke)
  if (whole)
    return { kind: 'passed', message: 'Upgrade, rollback and second upgrade succeeded, and every test passed.' }
  const stopped = all.find(({ decision }) => ['refused', 'failed', 'not-verified'].includes(decision))
  if (!stopped && isIncomplete(steps) && jobs.rehearse === 'success' && jobs.back === 'success')
    return { kind: 'lost', message: resultLost('The staging trial') }
  return { kind: 'untold', message: stopped?.message ?? 'The staging trial was interrupted.' }
}

/** A result is missing although both jobs succeeded. Smoke tests run only after a real rollback. */
function isIncomplete({ there, thereSmoke, back, backSmoke, again, againSmoke, end, endSmoke }: TrialResults): boolean {
  const untested = (way: Result | undefined, smoke: Result | undefined): boolean =>
    way?.decision === 'rolled-back' && smoke === undefined
  const always = [there, thereSmoke, back, again, againSmoke, end]
  return always.includes(undefined) || untested(back, backSmoke) || untested(end, endSmoke)
}
