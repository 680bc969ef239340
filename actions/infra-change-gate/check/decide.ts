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
  /** Absent where it was not looked for, or could not be found out. */
  proof?: Proof | PureRevert
  /** What else it is; only where it is neither a bump nor the way back. */
  change?: Pick<ChangeEvaluation, 'what' | 'derivation' | 'effects' | 'items'>
  /** An open hold that forbids the proven version. */
  held?: { number: number; title: string; url: string; doubt?: string | undefined } | undefined
  /** An operator said that this bump has to wait. */
  waits?: PullRequestHold | undefined
  /** Why it could not be found out. */
  problem?: { reason: Reason; message: string; fix: string }
}

/** What the check says, in plain words. Strangers' text may be in `why`: escape before showing. */
export interface GateVerdict {
  conclusion: 'success' | 'failure'
  reason: Reason
  title: string
  why: string
  next: string
  /** What it changes and what it needs, to be told item by item. */
  change?: Pick<ChangeEvaluation, 'what' | 'derivation' | 'effects' | 'items'>
}

/** A bump and nothing else, that something else speaks against. */
const bumpTitles: Partial<Record<Reason, string>> = {
  'transitive-change': 'A bump that carries other changes',
  'upstream-checks': 'A bump whose checks upstream are not green',
}

/** Green only for what is proven; everything else, and everything unknown, is red. */
export function decideGate({ into, defaultBranch, proof, change, held, waits, problem }: GateFacts): GateVerdict {
  if (into !== defaultBranch) {
    return {
      conclusion: 'failure',
      reason: 'not-a-pure-bump',
      title: `Not judged: it does not go into ${defaultBranch}`,
      // A check stays with its commit: anything but red would still be there after the pull request is retargeted.
      why: `This pull request goes into ${into}, and only what goes into ${defaultBranch} is deployed.`,
      next: `If it is to be deployed, let it go into ${defaultBranch}: this check then runs again.`,
    }
  }
  if (problem || !proof) {
    return {
      conclusion: 'failure',
      reason: problem?.reason ?? 'internal-error',
      title: 'Could not be judged',
      why: `${problem?.message ?? 'It was not looked at.'} What is not known counts as not safe.`,
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
      why: `Computed again from the trees: every release input is as it was at ${proof.verified.slice(0, 7)}, which is verified on every cluster, and nothing else changes.`,
      next: 'No approval is needed, and no hold or freeze stops the way back: merge it.',
    }
  }
  if (held) {
    return {
      conclusion: 'failure',
      reason: 'version-blocked',
      title: `Held: ${proof.component} ${proof.to}`,
      why: `It is a pure bump, but #${held.number} "${held.title}" forbids this version: ${held.doubt ?? 'it contains what failed.'}`,
      next: 'Fix it upstream or revert it there. If this version contains the fix, an operator closes the hold and runs this check again.',
    }
  }
  if (waits) {
    return {
      conclusion: 'failure',
      reason: 'version-blocked',
      title: `Held by ${waits.by}`,
      why: `It is a pure bump, but ${waits.by} said that it has to wait: ${waits.reason}`,
      next: 'Once that is settled, an operator comments "/unhold".',
    }
  }
  return {
    conclusion: 'success',
    reason: 'pure-bump',
    title: `Pure bump of ${proof.component}`,
    why: `Computed again from the base and the registry: it takes ${proof.component} from ${proof.from} to ${proof.to} and changes nothing else. Upstream merged it by a pull request, the checks there that the policy asks for are green, and the registry's bytes are the pinned ones.`,
    next: 'No approval is needed: the review upstream was the approval. Whoever is on duty merges it and sees the deploy through.',
  }
}

/** What is no bump is green once it has what its tier asks for; what no cluster reads asks for nothing. */
function reviewed(proof: NotPure, change: NonNullable<GateFacts['change']>): GateVerdict {
  const { green, tier, needs } = change.derivation
  const missing = needs.filter(({ state }) => state !== 'met')
  const list = missing.map(({ what }) => what).join('; ')
  if (green && tier === 'none') {
    return {
      conclusion: 'success',
      reason: 'no-cluster-effect',
      title: 'Nothing to review',
      why: 'No cluster reads what this changes.',
      next: 'No approval is needed: merge it.',
      change,
    }
  }
  if (green && change.derivation.breakGlass) {
    return {
      conclusion: 'success',
      reason: 'break-glass',
      title: `Break-glass: ${tierNames[tier]}`,
      why: `An operator lets it go first: ${needs.map(({ what }) => what).join('; ')}.`,
      next: 'Merge it within two hours, and see the deploy through. Another operator looks at it afterwards.',
      change,
    }
  }
  if (green) {
    return {
      conclusion: 'success',
      reason: 'reviewed',
      title: `Reviewed: ${tierNames[tier]}`,
      why: `It has all that it needs: ${needs.map(({ what }) => what).join('; ')}.`,
      next: 'Merge it, and see the deploy through.',
      change,
    }
  }
  return {
    conclusion: 'failure',
    reason: proof.reason,
    title: bumpTitles[proof.reason] ?? `Not a pure bump: it needs review (${tierNames[tier]})`,
    why: proof.why,
    next: proof.reason === 'upstream-checks' ? `${proof.fix} Or else you need ${list}.` : `You need ${list}.`,
    change,
  }
}
