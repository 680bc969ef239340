import type { Seen } from '../check.js'
import type { DoctorFacts } from '../facts.js'
import type { Past } from './past.js'

/** How GitHub is here: as Lockstep believes, otherwise, or nothing tells it yet. */
export type Answer = 'believed' | 'other' | 'unseen'

export interface Verdict {
  answer: Answer
  /** What was seen, as a sentence. GitHub's words may be in it. */
  says: string
}

/** What is known here: what GitHub showed, and of the settings as far as they decide. */
export type Known = Past & Pick<DoctorFacts, 'classic' | 'bypassers' | 'policy' | 'rules'>

/** Rows of docs/github-assumptions.md, each with how it is judged. */
export type Readers = Record<string, (known: Known) => Verdict>

export const asBelieved = (says: string): Verdict => ({ answer: 'believed', says })
export const otherwise = (says: string): Verdict => ({ answer: 'other', says })
export const notSeen = (says: string): Verdict => ({ answer: 'unseen', says })

/** Judges what was seen; what was not seen is no answer. */
export const verdictOf = <T>(seen: Seen<T>, judge: (value: T) => Verdict): Verdict =>
  'value' in seen ? judge(seen.value) : notSeen(seen.unseen)

/** Whether a moment (ISO 8601) is after another. */
export const afterRow = (one: string, two: string): boolean => Date.parse(one) > Date.parse(two)
