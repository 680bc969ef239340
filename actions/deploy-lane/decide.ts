import type { Reason } from '../../shared/action/result.js'
import { clear } from './clear.js'
import { fixLabel } from './repairs.js'

/** One change that is merged upstream and not verified on every cluster that counts. Logins are strangers' text. */
export interface Undeployed {
  /** Undefined for a direct push. */
  pull: number | undefined
  /** The commit on the default branch, 40 hex digits. */
  commit: string
  /** Who sees it through; undefined where nobody is known. */
  duty: string | undefined
  /** When it was merged, ISO 8601; undefined where that is not known. */
  since: string | undefined
}

/** Where the oldest undeployed change stands in the deploy repo, and the page that shows it. */
export type Stage =
  | { kind: 'unpublished' }
  | { kind: 'proposed'; pull: number; url: string; since: string }
  | { kind: 'deploying'; verified: string[]; left: string[]; url: string }
  | { kind: 'failed'; cluster: string; url: string }

/** What forbids every deploy of the component for now. */
export interface Shut {
  kind: 'held' | 'frozen'
  number: number
  url: string
}

/** All there is to know of one component's lane. */
export interface Lane {
  component: string
  /** The policy's `lane.max-undeployed`: how many may be merged and not verified, the one about to be merged included. */
  max: number
  /** Oldest first. */
  undeployed: Undeployed[]
  /** Of the oldest; undefined where nothing is undeployed. */
  stage: Stage | undefined
  shut: Shut | undefined
  /** How long the last deploys took, in ms; undefined where that is not known. */
  usual: { middle: number; slow: number } | undefined
  /** The policy's `lane.window`: whether it is open, and when that changes, in words; undefined where it never closes. */
  window: { open: boolean; until: string } | undefined
}

/** A lane that could not be looked at. */
export interface Unknown {
  component: string
  problem: string
}

/** A pull request upstream, or what a merge queue is about to merge. */
export interface Candidate {
  /** It may be merged as far as people are concerned: it is no draft, and nobody has yet to approve it. */
  ready: boolean
  /** The components whose version it changes; undefined where that is not known. */
  makes: string[] | undefined
  /** Set for what a merge queue is about to merge: how many changes come before it. It waits there, where a refusal would throw it out. */
  queued: { ahead: number } | undefined
  /** The label that makes it an exception, where it has one. */
  exception: string | undefined
  /** It reverts or fixes one of these changes: commits, 40 hex digits. */
  repairs: string[]
  /** By its label it repairs what is wrong, also where nobody can see what that is. */
  fix: boolean
}

export interface Status {
  state: 'success' | 'failure' | 'error' | 'pending'
  /** At most 140 characters, as GitHub allows. The same facts give the same words, so that nothing is written twice. */
  description: string
  /** The page that clears it, or shows where it stands. */
  url: string | undefined
}

/** A status with the word for it in results. */
export interface Verdict extends Status {
  reason: Reason
}

/** GitHub refuses a longer description of a status. */
const limit = 140

/**
 * May this be merged now? Green only where nothing merged is left undeployed, and nothing is unknown. What repairs an
 * undeployed change always passes: it is the way out.
 */
export function decide(lanes: (Lane | Unknown)[], candidate: Candidate): Verdict {
  if (candidate.exception !== undefined) return green(`Passes as an exception: label "${candidate.exception}".`)
  if (!candidate.ready) return say('pending', 'undeployed', 'Looked at as soon as it is approved, and no draft.')
  const { makes } = candidate
  const touched = makes === undefined ? lanes : lanes.filter(({ component }) => makes.includes(component))
  if (makes !== undefined && touched.length === 0)
    return green('Clear: this makes no new version, so nothing is deployed.')
  const known = touched.filter((lane) => 'max' in lane)
  const repaired = known
    .flatMap(({ undeployed }) => undeployed)
    .find(({ commit }) => candidate.repairs.includes(commit))
  if (repaired) return green(`Clear: it repairs ${nameOf(repaired)}, which is not deployed.`)
  const unknown = touched.find((lane) => 'problem' in lane)
  const [stop] = unknown
    ? [say('error', 'lane-unknown', `Not known: ${unknown.problem}`)]
    : known.flatMap((lane) => waitingFor(lane, candidate.queued?.ahead ?? 0) ?? [])
  if (!stop) return green(clear(known))
  if (candidate.fix) return green(`Passes as a fix: label "${fixLabel}".`)
  return candidate.queued && !unknown ? { ...stop, state: 'pending' } : stop
}

function waitingFor(lane: Lane, ahead: number): Verdict | undefined {
  const { shut, stage, undeployed, max, component } = lane
  if (shut?.kind === 'frozen')
    return say('failure', 'frozen', `Deploys are frozen: #${shut.number} in the deploy repo.`, shut.url)
  if (shut)
    return say(
      'failure',
      'held',
      `${held(undeployed, component)} Clears by a fix or revert: #${shut.number}.`,
      shut.url,
    )
  if (undeployed.length + ahead + 1 <= max) return undefined
  const [first] = undeployed
  if (!first) return say('failure', 'undeployed', `Waits for the ${ahead} before it in the merge queue to be deployed.`)
  return say(
    'failure',
    'undeployed',
    `${nameOf(first)}${by(first)} is not verified${count(undeployed)}: ${where(stage)}.`,
    urlOf(stage),
  )
}

const held = ([first]: Undeployed[], component: string): string =>
  first ? `${nameOf(first)}${by(first)} failed to deploy.` : `A version of ${component} is held.`

const nameOf = ({ pull, commit }: Undeployed): string => (pull === undefined ? commit.slice(0, 7) : `#${pull}`)

/** Names people, without calling them: a description notifies nobody. */
const by = ({ duty, since }: Undeployed): string =>
  [duty === undefined ? '' : ` by ${duty}`, since === undefined ? '' : `, ${at(since)},`].join('')

const count = ({ length }: Undeployed[]): string => (length > 1 ? ` (nor ${length - 1} more)` : '')

function where(stage: Stage | undefined): string {
  if (stage === undefined || stage.kind === 'unpublished') return 'no deploy PR yet'
  if (stage.kind === 'proposed') return `deploy PR #${stage.pull} waits to be merged`
  if (stage.kind === 'failed') return `failed on ${stage.cluster}, and goes back`
  const { verified, left } = stage
  return verified.length === 0 ? 'being deployed' : `deploying ${left[0] ?? 'the last'}, ${verified.at(-1)} is verified`
}

const urlOf = (stage: Stage | undefined): string | undefined => (stage && 'url' in stage ? stage.url : undefined)

/** The same whenever it is asked: "2 h ago" would be another text every minute. */
const at = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

const green = (description: string): Verdict => say('success', 'ok', description)

const say = (state: Status['state'], reason: Reason, description: string, url?: string): Verdict => {
  const letters = [...description.replace(/\s+/g, ' ')]
  const cut = letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : letters.join('')
  return { state, reason, description: cut, url }
}
