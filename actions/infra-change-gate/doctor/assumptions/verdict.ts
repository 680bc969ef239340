import type { Seen } from '../check.js'
import type { Facts } from '../facts.js'
import type { Past } from './past.js'

/** How GitHub is here: as Lockstep believes, otherwise, or nothing tells it yet. */
export type Answer = 'believed' | 'other' | 'unseen'

export interface Verdict {
  answer: Answer
  /** What was seen, as a sentence. GitHub's words may be in it. */
  says: string
}

/** What is known here: what GitHub showed, and of the settings as far as they decide. */
export type Known = Past & Pick<Facts, 'classic' | 'bypassers' | 'policy' | 'rules'>

/** Rows of docs/github-assumptions.md, each with how it is judged. */
export type Readers = Record<string, (known: Known) => Verdict>

export const believed = (says: string): Verdict => ({ answer: 'believed', says })
export const other = (says: string): Verdict => ({ answer: 'other', says })
export const unseen = (says: string): Verdict => ({ answer: 'unseen', says })

/** Judges what was seen; what was not seen is no answer. */
export const of = <T>(seen: Seen<T>, judge: (value: T) => Verdict): Verdict =>
  'value' in seen ? judge(seen.value) : unseen(seen.unseen)

/** Whether a moment (ISO 8601) is after another. */
export const after = (one: string, two: string): boolean => Date.parse(one) > Date.parse(two)
