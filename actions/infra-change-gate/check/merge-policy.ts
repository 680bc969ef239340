import type { Policy } from '../../../shared/policy/policy.js'
import type { MergeCommand } from '../commands/merge-command.js'
import type { GateVerdict } from './decide.js'

export interface MergePolicyFacts {
  how: Policy['merge']['bump']
  verdict: Pick<GateVerdict, 'conclusion' | 'reason' | 'title'>
  draft: boolean
  go: Pick<MergeCommand, 'login' | 'at' | 'edited'> | undefined
  /** Who must see the bump through, and the operators that are known by name. */
  duty: string[]
  operators: string[]
  /** When this very head was judged for the first time, ISO 8601; undefined where it is only now. */
  judgedSince: string | undefined
  /** Why the App merges nothing now; undefined where it does. */
  shut: string | undefined
}

export type MergeDecision =
  | { merge: true }
  /** `tell` is for whoever said `/merge`; undefined where nobody did, or a stranger. */
  | { merge: false; tell: string | undefined }

/** Whether the App merges now. No I/O, no clock. */
export function mayMerge({
  how,
  verdict,
  draft,
  go,
  duty,
  operators,
  judgedSince,
  shut,
}: MergePolicyFacts): MergeDecision {
  const no = (tell?: string): MergeDecision => ({ merge: false, tell: go && tell })
  // Others are not answered: they could make the App write as often as they like.
  if (go && !includes([...duty, ...operators], go.login)) return no()
  const pure = verdict.conclusion === 'success' && verdict.reason === 'pure-bump'
  if (!pure) return no(`The gate does not say that this is a pure bump, but: ${verdict.title}.`)
  if (how === 'person') return no('The policy lets people merge bumps ("merge.bump: person"): press the button.')
  if (draft) return no('It is a draft. Press "Ready for review", then say /merge again.')
  if (shut !== undefined) return no(`It is green, but ${shut}. Merge it by hand, or say /merge then.`)
  if (how === 'auto') return { merge: true }

  if (!go) return no()
  if (go.edited) return no('The comment was changed after it was written. Say /merge in a new one.')
  // The word was about what one could see: a green check on another commit says nothing about this one.
  if (judgedSince === undefined || Date.parse(judgedSince) > Date.parse(go.at)) {
    return no('The pull request got another commit since, or was not judged yet. Look at it, then say /merge again.')
  }
  return { merge: true }
}

const includes = (logins: string[], login: string): boolean =>
  logins.some((one) => one.toLowerCase() === login.toLowerCase())
