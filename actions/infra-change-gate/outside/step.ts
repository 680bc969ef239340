import type { Standing } from '../../../shared/duty/operators.js'
import type { ChangeRecord } from '../../../shared/records/outside.js'
import type { OutsideWord } from './words.js'

export interface StepFacts {
  record: Pick<ChangeRecord, 'begun' | 'ended' | 'change'>
  word: OutsideWord | undefined
  standing: Standing
  /** Whether it has all that it needs now. */
  green: boolean
  /** Issues of other changes that have begun and not ended. */
  busy: readonly number[]
}

export type Step = { step: 'before' | 'after' } | { step: 'none'; tell: string | undefined }

/** What the newest comment starts: looking at the cluster before or after the change, or nothing. Pure. */
export function decideStep({ record, word, standing, green, busy }: StepFacts): Step {
  const none = (tell?: string): Step => ({ step: 'none', tell })
  if (!word || (word.says !== 'begin' && word.says !== 'done')) return none()
  if (standing !== 'operator') return none()
  const done = record.ended?.outcome === 'success'
  if (done) return none('This change is over. Ask for a new one.')
  if (word.says === 'done') return record.begun ? { step: 'after' } : none('It has not begun: say `/begin` first.')
  if (record.begun) return none('It has begun already. Once it is done, say `/done`.')
  if (!green) return none('It does not have all that it needs yet: see above.')
  if (busy.length > 0) return none(`One at a time: #${busy.join(', #')} has begun and is not done.`)
  return { step: 'before' }
}
