import { type Level, levels } from '../infra/types.js'

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
  tier: Level
}

export const noDigest = '0'.repeat(64)

/** The check run's `external_id`. */
export const externalId = ({ pr, base, digest, tier }: GateCheck): string =>
  `lockstep/1/${pr}/${base}/${digest}/${tier}`

/** The inverse of `externalId`; undefined for every other text. */
export function parseExternalId(text: string | null | undefined): GateCheck | undefined {
  const [, pr, base = '', digest = '', level] =
    /^lockstep\/1\/([1-9]\d{0,9})\/([0-9a-f]{40})\/([0-9a-f]{64})\/(none|T\d)$/.exec(text ?? '') ?? []
  const tier = levels.find((one) => one === level)
  return tier && { pr: Number(pr), base, digest, tier }
}
