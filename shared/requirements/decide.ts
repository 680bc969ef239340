import type { EvidenceFact, EvidenceName } from '../evidence/modules.js'
import { windowClosed, windowTurns } from '../policy/deploy-windows.js'
import type { Policy, Tier } from '../policy/policy.js'
import type { Classification } from '../risk/classify.js'
import type { SemverLevel } from '../risk/types.js'
import type { BreakGlass, PullRequestHold } from './approvals.js'
import type { Person } from './person.js'
import { approvalsFor, evidenceFor } from './tiers.js'

/** What somebody said last about a change. */
export interface ReviewFacts extends Person {
  says: 'approved' | 'changes-requested'
  /** Of the change as it was when they said so, see `changeDigest`; undefined where that cannot be computed any more. */
  digest: string | undefined
}

export interface ChangeFacts {
  what: Pick<Classification, 'findings' | 'kinds' | 'tier' | 'infrastructure' | 'split'>
  /** sha256 of the change as it is now. */
  digest: string
  /** Who opened it and who wrote its commits. */
  authors: readonly Person[]
  /** One of each person: the latest. */
  reviews: readonly ReviewFacts[]
  evidence: readonly EvidenceFact[]
  /** What of the evidence can be asked of such a change at all; all of it where not given. */
  asked?: readonly EvidenceName[]
  standby: Person | undefined
  holds: readonly PullRequestHold[]
  /** Set while an operator lets it go first; see `skipped`. */
  breakGlass: BreakGlass | undefined
  /** Titles of the issues about a break-glass that nobody looked at in time. */
  debts: readonly string[]
  /** Titles of the freezes that are in force. */
  freezes: readonly string[]
  /** Of each tier that has a file of holidays, its dates; nothing where it cannot be read. */
  holidays: { readonly [T in Tier]?: readonly string[] | undefined }
}

/** One thing that the change needs. `never`: nothing can give it. */
export interface ReviewNeed {
  state: 'met' | 'missing' | 'never'
  /** What, as the end of "You need ...". */
  what: string
  /** Who can give it and how; strangers' text may be in it, as in `why`. */
  who: string
  why: string
  /** Where nothing but time is missing: when it is there. */
  from?: Date
}

export interface Derivation {
  green: boolean
  /** `none`: nobody's word is needed. */
  process: 'none' | 'infra'
  tier: SemverLevel
  kinds: readonly string[]
  needs: ReviewNeed[]
  split: string | undefined
  /** Whether an operator lets it go first. */
  breakGlass: boolean
  /**
   * Until when this is so if nobody does anything: where it is green, the end of the first fact or window; where nothing but
   * time is missing, when that is over. Undefined where nothing is known that ends it.
   */
  until: Date | undefined
}

/** What break-glass skips: staging and waiting. Never the dry-run, a backup, or what the cluster would refuse. */
export const skippedByBreakGlass: readonly EvidenceName[] = ['staging-trial', 'start', 'staging-day', 'announcement']

/** What a change needs and what of it is there. Pure: facts and a moment in, the whole derivation out; unknown is missing. */
export function decideChange(
  policy: Pick<Policy, 'deployWindows' | 'timezone'>,
  facts: ChangeFacts,
  now: Date,
): Derivation {
  const { tier, kinds, split } = facts.what
  const asked = evidence(facts)
  const needs = [
    ...impossible(facts),
    ...(facts.breakGlass ? [oneOperator(facts.breakGlass)] : people(facts)),
    ...objections(facts),
    ...asked.map(({ need }) => need),
    ...time(policy, facts, now),
  ]
  const green = facts.what.findings.length > 0 && needs.every(({ state }) => state === 'met')
  const ends = [facts.breakGlass?.until, ...asked.map(({ until }) => until), ...windowEnds(policy, facts, now)]
  return {
    green,
    process: tier === 'none' ? 'none' : 'infra',
    tier,
    kinds,
    needs,
    split,
    breakGlass: facts.breakGlass !== undefined,
    until: green ? earliest(ends) : overAt(needs),
  }
}

const earliest = (dates: readonly (Date | undefined)[]): Date | undefined =>
  dates.flatMap((one) => one ?? []).toSorted((one, other) => one.getTime() - other.getTime())[0]

/** Where time alone heals it. */
function overAt(needs: readonly ReviewNeed[]): Date | undefined {
  const missing = needs.filter(({ state }) => state !== 'met')
  const dates = missing.flatMap(({ from }) => from ?? [])
  return dates.length < missing.length ? undefined : dates.toSorted((one, other) => other.getTime() - one.getTime())[0]
}

const oneOperator = ({ login, link, reason, until }: BreakGlass): ReviewNeed => ({
  state: 'met',
  what: 'one operator, by break-glass',
  who: 'An operator said so.',
  why: `${login}: ${reason} (${link}); until ${until.toISOString().slice(11, 16)} UTC`,
})

const impossible = ({ what }: ChangeFacts): ReviewNeed[] =>
  what.findings
    .filter(({ never }) => never)
    .map((one) => ({
      state: 'never',
      what: 'another way',
      who: 'Nobody: take it out.',
      why: `${one.what}: ${one.why}`,
    }))

const same = (one: Pick<Person, 'login'>, other: Pick<Person, 'login'>): boolean =>
  one.login.toLowerCase() === other.login.toLowerCase()

/** Operators who know of it: who approved it as it is and, where the tier lets them count, who opened it. */
function people({ what, digest, authors, reviews, standby }: ChangeFacts): ReviewNeed[] {
  const { what: whose, operators, others, standby: needsStandby } = approvalsFor(what.tier)
  const isAuthor = (person: Person): boolean => authors.some((author) => same(author, person))
  const approved = reviews.filter(({ says, digest: of }) => says === 'approved' && of === digest)
  const candidates = [...approved, ...authors.slice(0, 1)]
  const known = candidates.filter(({ standing }) => standing === 'operator')
  const distinct = known.filter((one, index) => known.findIndex((other) => same(one, other)) === index)
  const enough = distinct.length >= operators && distinct.filter((one) => !isAuthor(one)).length >= others
  const unseen = candidates.some(({ standing }) => standing === 'unknown')
  const stale = reviews.filter((one) => one.says === 'approved' && one.digest !== digest && one.standing === 'operator')
  const needs: ReviewNeed[] = []
  if (operators > 0) {
    needs.push({
      state: enough ? 'met' : 'missing',
      what: whose,
      who: unseen
        ? 'It cannot be seen who is an operator: the gate App needs the permission "members: read".'
        : 'An operator approves it by a review of the newest commit.',
      why: reasonFor(distinct, stale),
    })
  }
  if (needsStandby) {
    needs.push({
      state: standby?.standing === 'operator' ? 'met' : 'missing',
      what: 'somebody who stands by in the first hour',
      who: 'An operator who can help in the first hour comments "/standby".',
      why: standby ? `${standby.login} does` : 'it is dangerous',
    })
  }
  return needs
}

function reasonFor(counted: readonly Person[], stale: readonly Person[]): string {
  const names = (some: readonly Person[]): string => some.map(({ login }) => login).join(', ')
  const of = counted.length === 0 ? 'nobody counts so far' : `counted: ${names(counted)}`
  return stale.length === 0 ? of : `${of}; approved something else than this: ${names(stale)}`
}

/** An operator's "no" stands until they take it back, whatever was changed since. */
function objections({ reviews, holds }: ChangeFacts): ReviewNeed[] {
  const asked = reviews.filter(({ says, standing }) => says === 'changes-requested' && standing !== 'other')
  return [
    ...asked.map(
      ({ login }): ReviewNeed => ({
        state: 'missing',
        what: `${login} to agree`,
        who: `${login} approves it, or their review is dismissed.`,
        why: `${login} asked for changes`,
      }),
    ),
    ...holds.map(
      ({ by, reason }): ReviewNeed => ({
        state: 'missing',
        what: `the end of the hold by ${by}`,
        who: 'An operator comments "/unhold" once it is settled.',
        why: reason,
      }),
    ),
  ]
}

/** Only what is about this very change counts. */
function evidence({
  what,
  digest,
  evidence: given,
  asked,
  breakGlass,
}: ChangeFacts): { need: ReviewNeed; until?: Date }[] {
  const wanted = evidenceFor(what.findings).filter(
    ({ name }) => (asked === undefined || asked.includes(name)) && !(breakGlass && skippedByBreakGlass.includes(name)),
  )
  return wanted.map(({ name, what: shown, how }) => {
    const about = given.filter((one) => one.name === name && one.digest === digest)
    const failed = about.find(({ ok }) => !ok)
    const [first] = about
    const so = failed ?? first
    const state = first && !failed ? 'met' : 'missing'
    const why = so ? (so.why ?? (failed ? 'it was looked at, and is not so' : 'shown for this very change')) : ''
    const until = earliest(about.map((one) => one.until))
    const from = failed?.from ? { from: failed.from } : {}
    return {
      need: { state, what: shown, who: how, why: so ? why : `${what.tier} asks for it`, ...from },
      ...(until ? { until } : {}),
    }
  })
}

const deployedTiers = ({ what }: Pick<ChangeFacts, 'what'>): Tier[] =>
  [...new Set(what.findings.map(({ tier }) => tier))].filter((tier) => tier !== 'none')

/** When the windows that it is in close. */
const windowEnds = (policy: Pick<Policy, 'deployWindows' | 'timezone'>, facts: ChangeFacts, now: Date) =>
  facts.breakGlass ? [] : deployedTiers(facts).map((tier) => windowTurns(policy, tier, now, facts.holidays[tier]))

function time(policy: Pick<Policy, 'deployWindows' | 'timezone'>, facts: ChangeFacts, now: Date): ReviewNeed[] {
  const { what, freezes, holidays, breakGlass, debts } = facts
  if (what.tier === 'none') return []
  const shut = (breakGlass ? [] : deployedTiers(facts)).flatMap((tier) => {
    const why = windowClosed(policy, tier, now, holidays[tier])
    return why === undefined ? [] : { why, from: windowTurns(policy, tier, now, holidays[tier]) }
  })
  const frozen = freezes.map((title): ReviewNeed => {
    return {
      state: 'missing',
      what: 'the end of a freeze',
      who: 'An operator closes its issue.',
      why: `"${title}" is in force`,
    }
  })
  const waiting = shut.map(({ why, from }): ReviewNeed => {
    const need = { what: 'a time when it may be deployed', who: 'Nobody: wait.', why }
    return { state: 'missing', ...need, ...(from ? { from } : {}) }
  })
  const careful = what.tier === 'T2' || what.tier === 'T3'
  const overdue = (careful ? debts : []).map((title): ReviewNeed => {
    return {
      state: 'missing',
      what: 'a look at what went first by break-glass',
      who: 'An operator who did not say it looks at that change, and closes its issue.',
      why: `${title} is overdue`,
    }
  })
  return [...frozen, ...waiting, ...overdue]
}
