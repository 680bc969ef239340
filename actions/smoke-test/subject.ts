import type { Runtime } from '../../shared/action/runtime.js'
import { allSettledOrThrow } from '../../shared/foundation/all-settled.js'
import { UserError } from '../../shared/foundation/errors.js'
import type { Released } from '../../shared/foundation/result.js'
import { sameIdentity } from '../../shared/kube/identity.js'
import { type Kubectl, kubectlFor } from '../../shared/kube/kubectl.js'
import { readClusterState } from '../../shared/records/cluster-state.js'
import { type Verified, verifiedBefore, writeVerified } from '../../shared/records/verified.js'
import type { DeployResult } from './deployed.js'

/** A release that is tested, with kubectl in its namespace. */
export interface TestedRelease extends Released {
  kubectl: Kubectl
  /** What is verified of it so far. */
  verified: Verified | undefined
}

/**
 * Looks at each release on the cluster.
 *
 * @param kubeconfig the file's content, and its path
 * @throws UserError `cluster-identity-mismatch` where they are not on the cluster that was deployed to.
 */
export async function findReleases(
  { releases }: DeployResult,
  kubeconfig: { content: string; path: string },
  world: Runtime,
): Promise<TestedRelease[]> {
  return allSettledOrThrow(releases.map((release) => find(release, kubeconfig, world)))
}

async function find(
  release: Released,
  { content, path }: { content: string; path: string },
  world: Runtime,
): Promise<TestedRelease> {
  const kubectl = kubectlFor(world.exec, path, release.namespace)
  const { identity, verified } = await readClusterState(content, kubectl, release)
  if (!sameIdentity(identity, release.identity)) throw elsewhere()
  return { ...release, kubectl, verified }
}

const elsewhere = (): UserError =>
  new UserError(
    'cluster-identity-mismatch',
    'The kubeconfig is for another cluster than the one that was deployed to.',
    {
      fix: 'Pass the same secret KUBECONFIG to helm-deploy and smoke-test, in one job.',
    },
  )

/** What Helm keeps of a revision; undefined where there is none. It writes each one down before anything else. */
export const storedRevision = ({ kubectl, name }: TestedRelease, revision: number): Promise<unknown> =>
  kubectl.get('secret', `sh.helm.release.v1.${name}.v${revision}`)

/** Whether Helm has begun another revision since. */
export async function hasMovedOn(releases: readonly TestedRelease[]): Promise<boolean> {
  const next = await allSettledOrThrow(releases.map((release) => storedRevision(release, release.revision + 1)))
  return next.some((revision) => revision !== undefined)
}

/**
 * Writes down that all releases of a cluster passed. A run that is cut off in between is completed by its next attempt:
 * what was verified before it is kept until another run comes.
 */
export async function verifyReleases(
  cluster: string,
  { commit, run }: DeployResult,
  tested: readonly TestedRelease[],
  now: Date,
): Promise<void> {
  for (const { kubectl, verified, name: release, namespace, revision, inputDigest, components } of tested) {
    const previous = verifiedBefore(verified, run)
    await writeVerified(kubectl, {
      ...{ schema: 1, cluster, release, namespace, revision, commit, inputDigest, components },
      ...{ run, at: now.toISOString() },
      ...(previous ? { previous } : {}),
    })
  }
}
