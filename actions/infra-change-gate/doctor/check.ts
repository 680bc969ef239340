/** What GitHub let us see, or why it did not: the words of its refusal. */
export type Seen<T> = { value: T } | { unseen: string }

/** One setting that Lockstep relies on. GitHub's words may be in `says`: escape before showing. */
export interface Check {
  /** What is looked at, in a few words. */
  about: string
  state: 'ok' | 'wrong' | 'unseen'
  /** What was found, as a sentence. */
  says: string
  /** What to do: clicks or a command. Empty where all is well. */
  fix: string
}

/** What is wrong with a setting, and how to mend it. */
export interface Wrong {
  wrong: string
  fix: string
}

/**
 * Judges one setting. What cannot be seen is neither well nor wrong.
 *
 * @param judge answers with a sentence where all is well.
 * @param byHand where a person looks at it.
 */
export function check<T>(about: string, seen: Seen<T>, byHand: string, judge: (value: T) => string | Wrong): Check {
  if ('unseen' in seen) return { about, state: 'unseen', says: seen.unseen, fix: byHand }
  const found = judge(seen.value)
  return typeof found === 'string'
    ? { about, state: 'ok', says: found, fix: '' }
    : { about, state: 'wrong', says: found.wrong, fix: found.fix }
}
