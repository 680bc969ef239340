import type { Policy } from '../../../shared/policy/policy.js'
import type { MergeCommand } from '../commands/merge-command.js'
import type { GateVerdict } from './decide.js'

export interface MergePolicyFacts {
  how: Policy['merge']['bump']
  verdict: Pick<GateVerdict, 'conclusion' | 'reason' | 'title'>
  draft: boolean
  go: Pick<MergeCommand, 'login' | 'at' | 'edited'> | undefined
  /** Who is on duty, and the operators that are known by name. */
  duty: string[]
  operators: string[]
  /** When this head was checked for the first time, ISO 8601; undefined if that is now. */
  judgedSince: string | undefined
  /** Why the App merges nothing now; undefined if it does. */
  shut: string | undefined
}

export type MergeDecision =
  | { merge: true }
  /** `tell` is the reply to `/merge`; undefined if nobody asked, or somebody without the right to. */
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
  if (!pure) return no(`The gate did not find a pure bump: ${verdict.title}.`)
  if (how === 'person') return no('The policy leaves merging to people ("merge.bump: person"): use the merge button.')
  if (draft) return no('It is a draft. Press "Ready for review", then comment /merge again.')
  if (shut !== undefined) return no(`It is green, but ${shut}. Merge it by hand, or comment /merge again then.`)
  if (how === 'auto') return { merge: true }

  if (!go) return no()
  if (go.edited) return no('The comment was edited. Write /merge in a new comment.')
  // The command was about what its author could see: a green check on another commit says nothing about this one.
  if (judgedSince === undefined || Date.parse(judgedSince) > Date.parse(go.at)) {
    return no(
      'The pull request got a new commit after your comment, or was not checked yet. Look at it, then comment /merge again.',
    )
  }
  return { merge: true }
}

const includes = (logins: string[], login: string): boolean =>
  logins.some((one) => one.toLowerCase() === login.toLowerCase())
