import type { Word } from '../../shared/records/adoption-words.js'

/** How long an operator's word counts, in milliseconds: operators live in several time zones. */
export const wordsCountFor = 24 * 60 * 60_000

export interface WordFacts {
  /** Login of the operator who asks now. */
  operator: string
  commit: string
  now: Date
  /** Unused words for the cluster, by who still is an operator, newest first. */
  words: Pick<Word, 'operator' | 'commit' | 'given'>[]
}

export type WordDecision =
  | { kind: 'approved'; other: string; say: boolean }
  | {
      kind: 'waiting'
      /** Whether this word was not said before. */
      say: boolean
      /** Until when it counts. */
      until: Date
      /** Somebody else's word that does not count, because it is for another commit. */
      elsewhere: { operator: string; commit: string } | undefined
    }

/** Whether two different operators want the same: this commit adopted. One of them twice is one. */
export function decideWords({ operator, commit, now, words }: WordFacts): WordDecision {
  const isMine = (word: { operator: string }): boolean => word.operator.toLowerCase() === operator.toLowerCase()
  const inTime = words.filter(({ given }) => now.getTime() - given.getTime() < wordsCountFor)
  const forThis = inTime.filter((word) => word.commit === commit)
  const mine = forThis.find(isMine)
  const other = forThis.find((word) => !isMine(word))
  if (other) return { kind: 'approved', other: other.operator, say: mine === undefined }
  const since = mine?.given ?? now
  return {
    kind: 'waiting',
    say: mine === undefined,
    until: new Date(since.getTime() + wordsCountFor),
    elsewhere: inTime.find((word) => !isMine(word)),
  }
}
