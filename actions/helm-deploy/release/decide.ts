import type { Reason } from '../../../shared/foundation/result.js'
import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import type { Revision } from '../../../shared/helm/helm.js'
import { type Identity, sameIdentity } from '../../../shared/kube/identity.js'

export interface DeployFacts {
  cluster: string
  /** Helm's name of the release. */
  release: string
  head: string
  /** Of the gate App's last record; undefined where it has none. */
  recorded: Identity | undefined
  found: Identity
  /** What the cluster's own ConfigMap says; undefined where nothing was verified. */
  verified: { commit: string; inputDigest: string } | undefined
  /** How head relates to that commit. */
  relation: 'ahead' | 'behind' | 'identical' | 'diverged' | undefined
}

export type DeployDecision = { kind: 'go' } | { kind: 'refuse'; reason: Reason; message: string; fix: string }

/** May this commit go to this cluster? It is decided by what the cluster itself says, not by what the plan assumed. */
export function decideDeploy({
  cluster,
  release,
  head,
  recorded,
  found,
  verified,
  relation,
}: DeployFacts): DeployDecision {
  const refuse = (reason: Reason, message: string, fix: string): DeployDecision => ({
    kind: 'refuse',
    reason,
    message,
    fix,
  })
  if (!recorded || !verified) {
    return refuse(
      'not-adopted',
      `Nothing is ${recorded ? 'verified' : 'recorded'} of ${release} on ${cluster} yet.`,
      `Start the workflow that adopts a cluster (adopt.yml) for ${cluster}.`,
    )
  }
  if (!sameIdentity(recorded, found)) {
    const what = recorded.ca === found.ca ? 'the namespace is another one than' : 'it is another cluster than'
    return refuse(
      'cluster-identity-mismatch',
      `The kubeconfig does not lead to ${cluster}: ${what} the one recorded by the last deploy.`,
      `Put the kubeconfig of ${cluster} into the secret KUBECONFIG of its environment. If the cluster was rebuilt, adopt it again.`,
    )
  }
  if (relation === 'behind') {
    return refuse(
      'outdated-commit',
      `${head.slice(0, 7)} is older than ${verified.commit.slice(0, 7)}, which is verified on ${cluster}.`,
      'Run the deploy of the newest commit. To go back, revert the change with a pull request.',
    )
  }
  if (relation === 'diverged' || relation === undefined) {
    return refuse(
      'not-a-descendant',
      `${head.slice(0, 7)} does not contain ${verified.commit.slice(0, 7)}, which is verified on ${cluster}.`,
      `Deploy a commit that contains it, or adopt ${cluster} again.`,
    )
  }
  return { kind: 'go' }
}

export interface ReleaseFacts {
  /** The newest revision, in Helm's words. */
  latest: Revision | undefined
  verified: { revision: number; inputDigest: string } | undefined
  digest: string
  run: Pick<RunFacts, 'id' | 'sha'>
}

/** How Helm's description of a revision begins that a run has brought; the number of its attempt follows. */
export const upgradedBy = ({ sha, id }: Pick<RunFacts, 'id' | 'sha'>): string => `lockstep ${sha} run ${id}/`

/**
 * Whether exactly these inputs are deployed: verified (the revision counts as well: after a deploy whose smoke test failed, a
 * revert has the verified inputs, but not what is running), or brought by an earlier attempt of this run. That is only tested
 * again, and its restarts and metrics still count from when it came.
 */
export function isUnchanged({ latest, verified, digest, run }: ReleaseFacts): boolean {
  if (latest?.status !== 'deployed') return false
  if (latest.description.startsWith(upgradedBy(run))) return true
  return latest.revision === verified?.revision && verified.inputDigest === digest
}
