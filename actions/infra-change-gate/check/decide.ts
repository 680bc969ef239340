import type { NotPure, Proof } from '../../../shared/bump/proof.js'
import type { PureRevert } from '../../../shared/bump/revert.js'
import type { Reason } from '../../../shared/foundation/result.js'
import type { PullRequestHold } from '../../../shared/requirements/approvals.js'
import { tierNames } from '../../../shared/requirements/tiers.js'
import type { ChangeEvaluation } from './evaluate-change.js'

export interface GateFacts {
  /** The branch that the pull request is to be merged into. */
  into: string
  defaultBranch: string
  /** Absent if it was not computed, or could not be. */
  proof?: Proof | PureRevert
  /** Its review; only if it is neither a pure bump nor a pure revert. */
  change?: Pick<ChangeEvaluation, 'what' | 'derivation' | 'effects' | 'items'>
  /** An open issue that blocks the proven version. */
  held?: { number: number; title: string; url: string; doubt?: string | undefined } | undefined
  /** An operator's `/hold` on this bump. */
  waits?: PullRequestHold | undefined
  /** Why it could not be checked. */
  problem?: { reason: Reason; message: string; fix: string }
}

/** The result of the check, as text for people. `why` may contain untrusted text: escape it before showing. */
export interface GateVerdict {
  conclusion: 'success' | 'failure'
  reason: Reason
  title: string
  why: string
  next: string
  /** What it changes and needs, shown item by item. */
  change?: Pick<ChangeEvaluation, 'what' | 'derivation' | 'effects' | 'items'>
}

/** Titles for a bump that is blocked for another reason than its files. */
const bumpTitles: Partial<Record<Reason, string>> = {
  'transitive-change': 'A bump with transitive changes',
  'upstream-checks': 'A bump whose upstream checks are not green',
}

/** Green only if proven or reviewed; everything else, and everything unknown, is red. */
export function decideGate({ into, defaultBranch, proof, change, held, waits, problem }: GateFacts): GateVerdict {
  if (into !== defaultBranch) {
    return {
      conclusion: 'failure',
      reason: 'not-a-pure-bump',
      title: `Not checked: the base branch is not ${defaultBranch}`,
      // A check stays with its commit: anything but red would still be there after the pull request is retargeted.
      why: `The base branch of this pull request is ${into}, but only ${defaultBranch} is deployed.`,
      next: `To deploy it, change the base branch to ${defaultBranch}: this check then runs again.`,
    }
  }
  if (problem || !proof) {
    return {
      conclusion: 'failure',
      reason: problem?.reason ?? 'internal-error',
      title: 'Could not be checked',
      why: `${problem?.message ?? 'It was not checked.'} Unknown counts as unsafe.`,
      next: `${problem?.fix ?? 'Report this.'} Then run this check again.`,
    }
  }
  if (!proof.pure && change) return reviewed(proof, change)
  if (!proof.pure) {
    return {
      conclusion: 'failure',
      reason: proof.reason,
      title: bumpTitles[proof.reason] ?? 'Not a pure bump: it needs review',
      why: proof.why,
      next: proof.fix,
    }
  }
  if ('verified' in proof) {
    return {
      conclusion: 'success',
      reason: 'pure-revert',
      title: 'Pure revert',
      why: `Recomputed from the trees: every release input is as it was at ${proof.verified.slice(0, 7)}, which is verified on every cluster, and nothing else changes.`,
      next: 'No approval is needed, and blocked versions and freezes do not stop a revert: merge it.',
    }
  }
  if (held) {
    return {
      conclusion: 'failure',
      reason: 'version-blocked',
      title: `Blocked version: ${proof.component} ${proof.to}`,
      why: `It is a pure bump, but #${held.number} "${held.title}" blocks this version: ${held.doubt ?? 'it contains the failed commits.'}`,
      next: 'Fix or revert it upstream. If this version contains the fix, an operator closes that issue and runs this check again.',
    }
  }
  if (waits) {
    return {
      conclusion: 'failure',
      reason: 'version-blocked',
      title: `On hold by ${waits.by}`,
      why: `It is a pure bump, but ${waits.by} put it on hold: ${waits.reason}`,
      next: 'Once the reason is resolved, an operator comments "/unhold".',
    }
  }
  return {
    conclusion: 'success',
    reason: 'pure-bump',
    title: `Pure bump of ${proof.component}`,
    why: `Recomputed from the base and the registry: it updates ${proof.component} from ${proof.from} to ${proof.to} and changes nothing else. Upstream merged it with a pull request, the upstream checks that the policy requires are green, and the registry's bytes match the pinned digests.`,
    next: 'No approval is needed: the upstream review was the approval. Whoever is on duty merges it and sees the deploy through.',
  }
}

/** A change that is no pure bump is green once it meets its tier's requirements; one that no cluster uses has none. */
function reviewed(proof: NotPure, change: NonNullable<GateFacts['change']>): GateVerdict {
  const { green, tier, needs } = change.derivation
  const missing = needs.filter(({ state }) => state !== 'met')
  const list = missing.map(({ what }) => what).join('; ')
  if (green && tier === 'none') {
    return {
      conclusion: 'success',
      reason: 'no-cluster-effect',
      title: 'Nothing to review',
      why: 'No cluster uses the changed files.',
      next: 'No approval is needed: merge it.',
      change,
    }
  }
  if (green && change.derivation.breakGlass) {
    return {
      conclusion: 'success',
      reason: 'break-glass',
      title: `Break-glass: ${tierNames[tier]}`,
      why: `An operator used break-glass: ${needs.map(({ what }) => what).join('; ')}.`,
      next: 'Merge it within two hours, and see the deploy through. Another operator reviews it afterwards.',
      change,
    }
  }
  if (green) {
    return {
      conclusion: 'success',
      reason: 'reviewed',
      title: `Reviewed: ${tierNames[tier]}`,
      why: `All requirements are met: ${needs.map(({ what }) => what).join('; ')}.`,
      next: 'Merge it, and see the deploy through.',
      change,
    }
  }
  return {
    conclusion: 'failure',
    reason: proof.reason,
    title: bumpTitles[proof.reason] ?? `Not a pure bump: it needs review (${tierNames[tier]})`,
    why: proof.why,
    next: proof.reason === 'upstream-checks' ? `${proof.fix} Otherwise you need ${list}.` : `You need ${list}.`,
    change,
  }
}
