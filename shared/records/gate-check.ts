import { type SemverLevel, semverLevels } from '../risk/types.js'

/** The check run by which the gate lets a pull request in. A ruleset requires it, with the gate App as its only source. */
export const gateCheckName = 'lockstep / gate'

/** What the gate's check was about. A check belongs to a commit, so without this a retargeted pull request would keep it. */
export interface GateCheck {
  pr: number
  /** The commit that the change was compared with: the merge base, 40 hex digits. */
  base: string
  /** The input digest of the proven change, 64 hex digits; of a change that was not proven 64 zeros. */
  digest: string
  /** Of the change: how dangerous it was found; `none` for a proven one. */
  tier: SemverLevel
  /** Until when this holds if nobody does anything, to the second; undefined where that has no end. */
  until?: Date | undefined
  /** An operator let it go first: windows do not stop it. */
  breakGlass?: boolean | undefined
  /** By which policy it was judged, see `policyDigest`; undefined where that could not be read. */
  policy?: string | undefined
  /** Of the reviews and staging trials that were seen, 12 hex digits; undefined where none were asked for. */
  seen?: string | undefined
}

export const noDigest = '0'.repeat(64)

/** The check run's `external_id`. C5: GitHub tells no limit of its length; this is at most 162 characters. */
export function externalId({ pr, base, digest, tier, until, breakGlass, policy, seen }: GateCheck): string {
  const end = until ? `/until/${Math.floor(until.getTime() / 1000)}` : ''
  const by = policy === undefined ? '' : `/by/${short(policy)}`
  const of = seen === undefined ? '' : `/seen/${short(seen)}`
  return `lockstep/2/${pr}/${short(base)}/${short(digest)}/${tier}${end}${breakGlass ? '/glass' : ''}${by}${of}`
}

const form =
  /^lockstep\/2\/([1-9]\d{0,9})\/([\w-]{27})\/([\w-]{43})\/(none|T\d)(?:\/until\/(\d{1,11}))?(\/glass)?(?:\/by\/([\w-]{22}))?(?:\/seen\/([\w-]{8}))?$/

/** Hex digits as base64url: two thirds of their length. */
const short = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url')
const long = (text: string): string => Buffer.from(text, 'base64url').toString('hex')

/** The inverse of `externalId`; undefined for every other text. */
export function parseExternalId(text: string | null | undefined): GateCheck | undefined {
  const [, pr, base = '', digest = '', level, end, glass, by, seen] = form.exec(text ?? '') ?? []
  const tier = semverLevels.find((one) => one === level)
  // Several texts stand for the same bytes: only the one that is written counts.
  if (!tier || [base, digest, by].some((one) => one !== undefined && short(long(one)) !== one)) return undefined
  const until = end === undefined ? {} : { until: new Date(Number(end) * 1000) }
  const more = {
    ...(glass === undefined ? {} : { breakGlass: true }),
    ...(by === undefined ? {} : { policy: long(by) }),
    ...(seen === undefined ? {} : { seen: long(seen) }),
  }
  return { pr: Number(pr), base: long(base), digest: long(digest), tier, ...until, ...more }
}
