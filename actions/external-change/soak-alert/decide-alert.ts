import { escapeMarkdown } from '../../../shared/report/markdown.js'
import type { SoakRequest } from './request.js'

/** The dangerous change that is watched, and where. */
export type SoakedDeploy = Pick<SoakRequest, 'cluster' | 'change'>

/** The issue that tells of a cluster in the day after one change: there is one of them at most. */
export interface Alert {
  number: number
  state: 'open' | 'closed'
  body: string
}

/** What a look came to. `unsure`: as good as no look. `lost`: it was looked, and what was seen did not arrive. */
export type SoakResult = { is: 'well' | 'unsure' | 'lost' } | { is: 'ill'; problems: string[] }

export type PostedAlert =
  | { kind: 'nothing' }
  | { kind: 'open'; body: string }
  | { kind: 'change'; number: number; body: string; state: 'open' | 'closed' }

const mark = '<!-- lockstep:deploy-watch '

export const markerOf = ({ cluster, change }: SoakedDeploy): string => `${mark}${cluster} ${change} -->`

/** Which change on which cluster an issue tells of; undefined where it is none of these. */
export function soakedIn(body: string): SoakedDeploy | undefined {
  const [, cluster, change] = /^<!-- lockstep:deploy-watch (\S+) ([0-9a-f]{40}) -->/.exec(body) ?? []
  return cluster === undefined || change === undefined ? undefined : { cluster, change }
}

const overWith = (watched: SoakedDeploy, why: string): string => `${markerOf(watched)}\n\nResolved: ${why}`

const well = (watched: SoakedDeploy): string =>
  overWith(watched, `${escapeMarkdown(watched.cluster)} is healthy again.`)

export const movedOn = (watched: SoakedDeploy): string =>
  overWith(watched, `the change is no longer on ${escapeMarkdown(watched.cluster)}, or a newer change soaks there.`)

const isOver = (watched: SoakedDeploy, body: string): boolean => body.startsWith(overWith(watched, ''))

/**
 * What becomes of the issue after a look. One request does it, so that whoever is cut off and comes again ends the same. What
 * somebody closed stays closed until the cluster was well in between. Pure.
 *
 * @param ill the text while the cluster is not well
 */
export function decideAlert(
  watched: SoakedDeploy,
  present: Alert | undefined,
  seen: SoakResult['is'],
  ill: string,
): PostedAlert {
  if (seen === 'unsure' || seen === 'lost' || (seen === 'well' && !present)) return { kind: 'nothing' }
  if (!present) return { kind: 'open', body: ill }
  if (seen === 'ill' && present.state === 'closed' && !isOver(watched, present.body)) return { kind: 'nothing' }
  const state = seen === 'ill' ? 'open' : 'closed'
  const body = seen === 'ill' ? ill : well(watched)
  if (present.state === state && (present.body === body || (state === 'closed' && isOver(watched, present.body))))
    return { kind: 'nothing' }
  return { kind: 'change', number: present.number, body, state }
}
