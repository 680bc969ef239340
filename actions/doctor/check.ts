import { doctorFindings, type FindingId } from './findings.js'

/** What GitHub let us see, or why it did not: the words of its refusal. */
export type Seen<T> = { value: T } | { unseen: string }

export type CheckResult = 'ok' | 'wrong' | 'warning' | 'unseen'

/** One setting that Lockstep relies on. GitHub's words may be in `says`: escape before showing. */
export interface SettingCheck {
  /** What is looked at, in a few words. */
  about: string
  state: CheckResult
  /** What it is that is wrong; undefined where nothing is, or nothing can be seen. */
  finding?: FindingId
  /** What was found, as a sentence. */
  says: string
  /** What to do: clicks or a command. Empty where all is well. */
  fix: string
}

/** What is wrong with a setting, and how to mend it. */
export interface Wrong {
  finding: FindingId
  wrong: string
  fix: string
}

/**
 * Judges one setting. What cannot be seen is neither well nor wrong.
 *
 * @param judge answers with a sentence where all is well.
 * @param byHand where a person looks at it.
 */
export function checkSetting<T>(
  about: string,
  seen: Seen<T>,
  byHand: string,
  judge: (value: T) => string | Wrong,
): SettingCheck {
  if ('unseen' in seen) return { about, state: 'unseen', says: seen.unseen, fix: byHand }
  const found = judge(seen.value)
  if (typeof found === 'string') return { about, state: 'ok', says: found, fix: '' }
  const { finding, wrong, fix } = found
  return { about, state: doctorFindings[finding].severity, finding, says: wrong, fix }
}
