import type { DutyOffer } from '../../../shared/duty/reassign.js'
import { endKey } from './mark.js'

/**
 * Where a bump's pull request stands: it waits to be merged, is merged and not verified everywhere, is so, failed and has not
 * gone back yet, or has: main no longer has what it brought.
 */
export type Phase = 'proposed' | 'deploying' | 'verified' | 'failing' | 'back'

/** Whether nothing is left to do for anybody on duty. */
export const isOver = (phase: Phase): boolean => phase === 'verified' || phase === 'back'

export interface DutyFacts {
  phase: Phase
  /** When the phase began, or the last hold or freeze went: ISO 8601. */
  since: string
  /** A hold or freeze forbids it: there is nothing that somebody on duty could do. */
  shut: boolean
  /** Logins; nobody where it is the operators'. */
  duty: string[]
  /** Handed over, not accepted yet. */
  offers: DutyOffer[]
  /** What was said before, by its key, and when: ISO 8601. */
  said: ReadonlyMap<string, string>
  /** How long a slow deploy takes, in ms; undefined where that is not known. */
  slow: number | undefined
}

/** Something to say, once: the key tells it from all else that is said under the same pull request. */
export type DutyMessage = { key: string } & (
  | { kind: 'greet' /** Undefined: the operators. */; login: string | undefined }
  | { kind: 'offer'; offer: DutyOffer }
  | { kind: 'remind'; login: string }
  | { kind: 'call' }
  | { kind: 'end' }
)

/** In ms, both from when somebody was told of the duty, and not before the phase began. */
export interface Patience {
  remind: number
  escalate: number
}

/** However slow deploys were, one that takes longer is stuck: so long a job of GitHub's own runners runs at most. In ms. */
const mostGrace = 6 * 60 * 60_000

/**
 * What is to be said now. No I/O, no clock. Nothing that was said is said again, and nobody is reminded once the operators
 * are called. The clock of each person starts when they were told, so that what got lost makes nobody late.
 */
export function decideDuty(facts: DutyFacts, { remind, escalate }: Patience, now: Date): DutyMessage[] {
  const { phase, duty, offers, said } = facts
  const fresh = (words: DutyMessage[]): DutyMessage[] => words.filter(({ key }) => !said.has(key))
  if (isOver(phase)) return fresh([{ kind: 'end', key: endKey }])

  const greetings = greetingsFor(duty)
  const told = fresh([
    ...greetings,
    ...offers.map((offer): DutyMessage => ({ kind: 'offer', key: `offer-${offer.id}`, offer })),
  ])
  if (facts.shut) return told

  // A deploy that takes its time is nobody's fault.
  const grace = phase === 'deploying' ? Math.min(facts.slow ?? 0, mostGrace) : 0
  const isDue = (key: string, patience: number): boolean => {
    const begun = Math.max(Date.parse(facts.since), Date.parse(said.get(key) ?? ''))
    return now.getTime() >= begun + grace + patience
  }
  const call = `call-${phase}`
  if (said.has(call)) return told
  // Whoever was told first has had the longest time.
  if (greetings.some(({ key }) => isDue(key, escalate))) return [...told, { kind: 'call', key: call }]
  // What failed goes back by itself, and that tells people its own way.
  const late = phase === 'failing' ? [] : duty.filter((login) => isDue(greetingKey(login), remind))
  return [...told, ...fresh(late.map((login) => ({ kind: 'remind', key: `remind-${phase}-${login}`, login })))]
}

const greetingKey = (login: string): string => `greet-${login}`

const greetingsFor = (duty: string[]): DutyMessage[] =>
  duty.length > 0
    ? duty.map((login) => ({ kind: 'greet', key: greetingKey(login), login }))
    : [{ kind: 'greet', key: 'greet', login: undefined }]
