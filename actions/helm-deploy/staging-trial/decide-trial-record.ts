import { resultLost } from '../../../shared/action/needs.js'
import type { Result } from '../../../shared/foundation/result.js'
import { isBlamed } from '../../../shared/records/rollback-causes.js'

/** What the steps of a rehearsal said, in their order; undefined for one that did not come to its end, or did not run. */
export interface TrialResults {
  there: Result | undefined
  thereSmoke: Result | undefined
  back: Result | undefined
  backSmoke: Result | undefined
  again: Result | undefined
  againSmoke: Result | undefined
  /** The last way back, to main. */
  end: Result | undefined
  endSmoke: Result | undefined
}

export type TrialRecordDecision =
  | { kind: 'passed'; message: string }
  | { kind: 'failed'; message: string }
  /** It was interrupted, or could not begin: that tells nothing of the change. */
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
 * Whether main is on the cluster again, whatever became of the rehearsal: only what was seen counts. A job that takes it back
 * and succeeds has seen it, also where its results did not arrive.
 */
export function isMainRestored({ there, again, end, endSmoke }: TrialResults, jobs: TrialJobEndings = {}): boolean {
  const isLost = jobs.back === 'success' && (end === undefined || (end.decision === 'rolled-back' && !endSmoke))
  if (isLost) return true
  const untouched = there?.decision === 'refused' && again === undefined
  const nothing = end?.decision === 'nothing-to-roll-back'
  return untouched || nothing || (end?.decision === 'rolled-back' && passed(endSmoke))
}

/** Whether a change went there, back and there again, and main is back on the cluster. */
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
    return { kind: 'passed', message: 'It changes nothing on this cluster, which passes its tests.' }
  const isBack = (way: Result | undefined, smoke: Result | undefined): boolean =>
    way?.decision === 'rolled-back' && passed(smoke)
  const whole =
    tested && isThere(there) && isThere(again) && isBack(back, steps.backSmoke) && isBack(end, steps.endSmoke)
  if (whole) return { kind: 'passed', message: 'It went there, back and there again, and every test passed.' }
  const stopped = all.find(({ decision }) => ['refused', 'failed', 'not-verified'].includes(decision))
  if (!stopped && isIncomplete(steps) && jobs.rehearse === 'success' && jobs.back === 'success')
    return { kind: 'lost', message: resultLost('The rehearsal') }
  return { kind: 'untold', message: stopped?.message ?? 'It was interrupted.' }
}

/** A result is missing that jobs which succeeded have set: only what went back is tested afterwards. */
function isIncomplete({ there, thereSmoke, back, backSmoke, again, againSmoke, end, endSmoke }: TrialResults): boolean {
  const untested = (way: Result | undefined, smoke: Result | undefined): boolean =>
    way?.decision === 'rolled-back' && smoke === undefined
  const always = [there, thereSmoke, back, again, againSmoke, end]
  return always.includes(undefined) || untested(back, backSmoke) || untested(end, endSmoke)
}
