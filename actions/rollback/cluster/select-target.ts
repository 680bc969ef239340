import type { OperatorStanding } from '../../../shared/duty/operators.js'
import type { Reason } from '../../../shared/foundation/result.js'

/** A commit of the deploy repo that is verified on every cluster to roll back. */
export interface TargetCandidate {
  commit: string
  /** Its first line, a stranger's text. */
  title: string
  /** Whether its release inputs are main's: a rollback to it changes nothing in git. */
  isMain: boolean
}

export interface RequestFacts {
  /** `verified`, `previous` or the first digits of a commit. */
  target: string
  reason: string
  /** Newest first. */
  candidates: TargetCandidate[]
  /** Whether every cluster to roll back has main's release inputs, as far as the records tell. */
  settled: boolean
}

type Refusal = { kind: 'refuse'; reason: Reason; message: string; fix: string }
export type SelectedTarget = { kind: 'go'; target: TargetCandidate; isLast: boolean } | Refusal

/** Which commit is meant. What was never verified is no target. */
export function selectTarget({ target, reason, candidates, settled }: RequestFacts): SelectedTarget {
  const [last] = candidates
  if (reason.trim() === '') {
    return refuse(
      'input-invalid',
      'No reason is given.',
      'Start it again with a reason: both repositories will show it.',
    )
  }
  if (!last) {
    return refuse(
      'not-adopted',
      'No commit is recorded as verified there, so there is nothing to roll back to.',
      'Fix it forward with a pull request, or adopt the cluster.',
    )
  }
  const chosen = candidateFor(target.trim().toLowerCase(), candidates)
  if (!chosen) {
    return refuse(
      'input-invalid',
      `${JSON.stringify(target)} is not a commit that is verified there.`,
      oneOf(candidates),
    )
  }
  if (chosen.isMain && settled) {
    const short = chosen.commit.slice(0, 7)
    return refuse('up-to-date', `${short} is already deployed and verified.`, oneOf(candidates))
  }
  return { kind: 'go', target: chosen, isLast: chosen.commit === last.commit }
}

function candidateFor(target: string, candidates: TargetCandidate[]): TargetCandidate | undefined {
  if (target === '' || target === 'verified') return candidates[0]
  if (target === 'previous') return candidates.find(({ isMain }) => !isMain)
  if (!/^[0-9a-f]{7,40}$/.test(target)) return undefined
  const found = candidates.filter(({ commit }) => commit.startsWith(target))
  return found.length === 1 ? found[0] : undefined
}

const oneOf = (candidates: TargetCandidate[]): string => {
  const others = candidates.filter(({ isMain }) => !isMain)
  const list = others.map(({ commit, title }) => `${commit.slice(0, 7)} (${title})`)
  return list.length === 0
    ? 'There is no other verified commit to roll back to: fix it forward with a pull request.'
    : `Start it again with one of these as the target: ${list.join(', ')}.`
}

export interface PermissionFacts {
  actor: string
  standing: OperatorStanding
  operators: string
  /** Logins of those on duty for what would be rolled back. */
  duty: string[]
  /** Whether it is the last verified commit that they want. */
  isLast: boolean
}

/** Operators may roll back to any verified commit, whoever is on duty to the last one. Undefined where they may. */
export function mayNotRollBack({ actor, standing, operators, duty, isLast }: PermissionFacts): Refusal | undefined {
  if (standing === 'operator') return undefined
  const onDuty = duty.some((login) => login.toLowerCase() === actor.toLowerCase())
  if (onDuty && isLast) return undefined
  const who = JSON.stringify(actor)
  const ask = `Ask an operator to start it: ${operators}`
  if (onDuty)
    return refuse(
      'not-operator',
      `${who} is on duty and may roll back to the last verified commit only.`,
      `${ask}; or keep the default target, "verified".`,
    )
  const others = duty.length === 0 ? '' : `; on duty for what would be rolled back: ${duty.join(', ')}`
  return refuse(
    'not-operator',
    `${who} is neither an operator nor on duty for what would be rolled back.`,
    `${ask}${others}.`,
  )
}

const refuse = (reason: Reason, message: string, fix: string): Refusal => ({ kind: 'refuse', reason, message, fix })
