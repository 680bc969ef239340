import type { EvidenceFact, EvidenceName } from '../evidence/modules.js'
import { windowClosed, windowTurns } from '../policy/deploy-windows.js'
import type { Policy, Tier } from '../policy/policy.js'
import type { Classification } from '../risk/classify.js'
import type { SemverLevel } from '../risk/types.js'
import type { BreakGlass, PullRequestHold } from './approvals.js'
import type { Person } from './person.js'
import { approvalsFor, evidenceFor } from './tiers.js'

/** Somebody's latest review of a change. */
export interface ReviewFacts extends Person {
  says: 'approved' | 'changes-requested'
  /** Of the change when they reviewed it, see `changeDigest`; undefined if that cannot be computed any more. */
  digest: string | undefined
}

export interface ChangeFacts {
  what: Pick<Classification, 'findings' | 'kinds' | 'tier' | 'infrastructure' | 'split'>
  /** sha256 of the change as it is now. */
  digest: string
  /** Who opened it and who wrote its commits. */
  authors: readonly Person[]
  /** The latest review of each person. */
  reviews: readonly ReviewFacts[]
  evidence: readonly EvidenceFact[]
  /** The evidence that applies to such a change; all of it by default. */
  asked?: readonly EvidenceName[]
  standby: Person | undefined
  holds: readonly PullRequestHold[]
  /** Set while a break-glass is in force; see `skippedByBreakGlass`. */
  breakGlass: BreakGlass | undefined
  /** Titles of the overdue break-glass reviews. */
  debts: readonly string[]
  /** Titles of the freezes that are in force. */
  freezes: readonly string[]
  /** The holidays of each tier that has a file of them; undefined if the file cannot be read. */
  holidays: { readonly [T in Tier]?: readonly string[] | undefined }
}

/** One thing that the change needs. `never`: nothing can meet it. */
export interface ReviewNeed {
  state: 'met' | 'missing' | 'never'
  /** What, as the end of "You need ...". */
  what: string
  /** Who can provide it and how; may contain untrusted text, as `why` may. */
  who: string
  why: string
  /** If only time is missing: when it is met. */
  from?: Date
}

export interface Derivation {
  green: boolean
  /** `none`: no approval is needed. */
  process: 'none' | 'infra'
  tier: SemverLevel
  kinds: readonly string[]
  needs: ReviewNeed[]
  split: string | undefined
  /** Whether a break-glass is in force. */
  breakGlass: boolean
  /**
   * Until when this result is valid if nobody acts: if green, when the first evidence expires or window closes; if only
   * time is missing, when it is met. Undefined if nothing is known that changes it.
   */
  until: Date | undefined
}

/** What break-glass skips: staging trials and waiting. Never the dry-run, a backup, or a rejection by the cluster. */
export const skippedByBreakGlass: readonly EvidenceName[] = ['staging-trial', 'start', 'staging-day', 'announcement']

/** What a change needs and which of it is met. Pure: facts and a time in, the whole derivation out; unknown is missing. */
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

/** When all that is missing is met, if only time is missing. */
function overAt(needs: readonly ReviewNeed[]): Date | undefined {
  const missing = needs.filter(({ state }) => state !== 'met')
  const dates = missing.flatMap(({ from }) => from ?? [])
  return dates.length < missing.length ? undefined : dates.toSorted((one, other) => other.getTime() - one.getTime())[0]
}

const oneOperator = ({ login, link, reason, until }: BreakGlass): ReviewNeed => ({
  state: 'met',
  what: 'one operator, by break-glass',
  who: 'An operator commented "/break-glass".',
  why: `${login}: ${reason} (${link}); until ${until.toISOString().slice(11, 16)} UTC`,
})

const impossible = ({ what }: ChangeFacts): ReviewNeed[] =>
  what.findings
    .filter(({ never }) => never)
    .map((one) => ({
      state: 'never',
      what: 'a change without the forbidden part',
      who: 'No approval can allow it: remove it from the change.',
      why: `${one.what}: ${one.why}`,
    }))

const same = (one: Pick<Person, 'login'>, other: Pick<Person, 'login'>): boolean =>
  one.login.toLowerCase() === other.login.toLowerCase()

/** The operators who agree: those who approved this exact change and, if the tier allows it, the author. */
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
        ? 'Lockstep cannot see who is an operator: the gate App needs the permission "members: read".'
        : 'An operator approves the newest commit with a review.',
      why: reasonFor(distinct, stale),
    })
  }
  if (needsStandby) {
    needs.push({
      state: standby?.standing === 'operator' ? 'met' : 'missing',
      what: 'an operator on stand-by for the first hour',
      who: 'An operator who can help in the first hour comments "/standby".',
      why: standby ? `${standby.login} stands by` : `${what.tier} requires it`,
    })
  }
  return needs
}

function reasonFor(counted: readonly Person[], stale: readonly Person[]): string {
  const names = (some: readonly Person[]): string => some.map(({ login }) => login).join(', ')
  const of = counted.length === 0 ? 'no operator counts yet' : `counted: ${names(counted)}`
  return stale.length === 0 ? of : `${of}; approved an earlier state: ${names(stale)}`
}

/** An operator's objection stays in force until it is withdrawn, whatever was changed since. */
function objections({ reviews, holds }: ChangeFacts): ReviewNeed[] {
  const asked = reviews.filter(({ says, standing }) => says === 'changes-requested' && standing !== 'other')
  return [
    ...asked.map(
      ({ login }): ReviewNeed => ({
        state: 'missing',
        what: `the agreement of ${login}`,
        who: `${login} approves it, or their review is dismissed.`,
        why: `${login} requested changes`,
      }),
    ),
    ...holds.map(
      ({ by, reason }): ReviewNeed => ({
        state: 'missing',
        what: `the end of the hold by ${by}`,
        who: 'An operator comments "/unhold" once the reason is resolved.',
        why: reason,
      }),
    ),
  ]
}

/** Only evidence about this exact change counts. */
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
    const fact = failed ?? first
    const state = first && !failed ? 'met' : 'missing'
    const why = fact ? (fact.why ?? (failed ? 'it was checked and failed' : 'recorded for this exact change')) : ''
    const until = earliest(about.map((one) => one.until))
    const from = failed?.from ? { from: failed.from } : {}
    return {
      need: { state, what: shown, who: how, why: fact ? why : `${what.tier} requires it`, ...from },
      ...(until ? { until } : {}),
    }
  })
}

const deployedTiers = ({ what }: Pick<ChangeFacts, 'what'>): Tier[] =>
  [...new Set(what.findings.map(({ tier }) => tier))].filter((tier) => tier !== 'none')

/** When the deploy windows that are open for it close. */
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
      what: 'the end of a deploy freeze',
      who: 'An operator closes its issue.',
      why: `"${title}" is in force`,
    }
  })
  const waiting = shut.map(({ why, from }): ReviewNeed => {
    const need = { what: 'an open deploy window', who: 'Wait until it opens.', why }
    return { state: 'missing', ...need, ...(from ? { from } : {}) }
  })
  const careful = what.tier === 'T2' || what.tier === 'T3'
  const overdue = (careful ? debts : []).map((title): ReviewNeed => {
    return {
      state: 'missing',
      what: 'a review of an earlier break-glass',
      who: 'Another operator than the one who used it reviews that change and closes its issue.',
      why: `${title} is overdue`,
    }
  })
  return [...frozen, ...waiting, ...overdue]
}
