import type { OperatorStanding } from '../../shared/duty/operators.js'
import type { ExternalChangeRecord } from '../../shared/records/external-changes.js'
import type { ChangeCommand } from './commands.js'

export interface StepFacts {
  record: Pick<ExternalChangeRecord, 'begun' | 'ended' | 'change'>
  word: ChangeCommand | undefined
  standing: OperatorStanding
  /** Whether it has all that it needs now. */
  green: boolean
  /** Issues of other changes that have begun and not ended. */
  busy: readonly number[]
}

export type ChangeStep = { step: 'before' | 'after' } | { step: 'none'; tell: string | undefined }

/** What the newest comment starts: looking at the cluster before or after the change, or nothing. Pure. */
export function decideStep({ record, word, standing, green, busy }: StepFacts): ChangeStep {
  const none = (tell?: string): ChangeStep => ({ step: 'none', tell })
  if (!word || (word.says !== 'start' && word.says !== 'done')) return none()
  if (standing !== 'operator') return none()
  const done = record.ended?.outcome === 'success'
  if (done) return none('This change is finished. To change more, request a new one.')
  if (word.says === 'done')
    return record.begun ? { step: 'after' } : none('The change has not started. Comment `/start` first.')
  if (record.begun) return none('The change has started already. When it is made, comment `/done`.')
  if (!green) return none('Not all requirements are met yet: see the checklist above.')
  if (busy.length > 0) return none(`Only one change at a time. Not done yet: #${busy.join(', #')}.`)
  return { step: 'before' }
}
