import type { Reason } from '../../../shared/foundation/result.js'
import type { Revision } from '../../../shared/helm/helm.js'
import { sameRun, type Verified, type VerifiedState } from '../../../shared/records/verified.js'

export interface RollbackFacts {
  cluster: string
  /** `<run id>/<attempt>` */
  run: string
  /** What the cluster's ConfigMap says. */
  verified: Verified | undefined
  /** Every revision that Helm remembers, oldest first. */
  history: Revision[]
  /** What somebody asked for; undefined after a deploy that failed. */
  asked?: VerifiedState | undefined
}

export type RollbackDecision =
  /** Helm has to roll back to `target.revision`, unless another operation is in progress on `latest`. */
  | { kind: 'roll-back'; target: VerifiedState; latest: Revision }
  /** The release is there already, as `revision`; what is recorded of it is not. */
  | { kind: 'restored'; target: VerifiedState; revision: number }
  /** Helm no longer has it: its commit has to be deployed again. `why` says so in a sentence. */
  | { kind: 'redeploy'; target: VerifiedState; latest: Revision; why: string }
  | { kind: 'nothing'; target: VerifiedState }
  | { kind: 'not-reversible'; reason: Reason; message: string; fix: string }

/**
 * Which revision a cluster is rolled back to: the last one that was verified before this run, or what was asked for. Never simply
 * the one before, which may have failed as well.
 */
export function decideCluster({ cluster, run, verified, history, asked }: RollbackFacts): RollbackDecision {
  const inThisRun = verified !== undefined && sameRun(verified.run, run)
  const target = asked ?? (inThisRun ? verified.previous : verified)
  const latest = history.at(-1)
  if (!target) {
    return stuck(
      'not-adopted',
      `Nothing was ever verified on ${cluster}, so there is nothing to roll back to. The release is not changed: uninstalling it could delete data.`,
      `Inspect the release (helm status). Fix it forward, or uninstall it by hand if it holds no data.`,
    )
  }
  if (!latest) {
    return stuck(
      'revision-not-found',
      `${target.release} is not installed on ${cluster} any more.`,
      `Install it by hand from ${target.commit.slice(0, 7)} (helm upgrade --install), and adopt ${cluster} again.`,
    )
  }
  const brought = [`Rollback to ${target.revision}`, deployedAgain(target)]
  const there =
    latest.status === 'deployed' && (latest.revision === target.revision || brought.includes(latest.description))
  if (there) {
    // Verified in this run: the cluster's ConfigMap still names what is rolled back, whether or not Helm had anything to do.
    const remembered = asked ? verified?.commit === asked.commit : !inThisRun
    const recorded = remembered && latest.revision === target.revision
    return recorded ? { kind: 'nothing', target } : { kind: 'restored', target, revision: latest.revision }
  }
  const found = history.find(({ revision }) => revision === target.revision)
  if (!found || !['deployed', 'superseded'].includes(found.status)) {
    const oldest = history[0]?.revision
    const why = `Revision ${target.revision} (${asked ? 'requested' : 'last verified'}) is ${found ? `"${found.status}"` : `no longer in Helm's history (it begins with ${oldest})`} on ${cluster}.`
    return { kind: 'redeploy', target, latest, why }
  }
  return { kind: 'roll-back', target, latest }
}

/** How Helm's description of a revision reads that was made from the recorded commit. */
export const deployedAgain = ({ commit, revision }: VerifiedState): string =>
  `lockstep ${commit} again, as revision ${revision} was`

const stuck = (reason: Reason, message: string, fix: string): RollbackDecision => ({
  kind: 'not-reversible',
  reason,
  message,
  fix,
})

export interface PathFacts {
  path: string
  /** Git's names of the content (blob and mode); undefined where the path is not there. */
  verified: string | undefined
  failed: string | undefined
  main: string | undefined
  /** Whether all that differs between main and verified are versions of components, which are simply set back. */
  onlyVersions: boolean
}

/** What stands against setting these release inputs back: paths that somebody changed again after the failed commit. */
export const conflictsOf = (paths: PathFacts[]): string[] =>
  paths
    .filter(({ verified, failed, main, onlyVersions }) => main !== verified && main !== failed && !onlyVersions)
    .map(({ path }) => path)
