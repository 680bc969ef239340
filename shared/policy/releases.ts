import type { Cluster, Policy, Release } from './policy.js'

/** A release of the policy, as Helm knows it on one cluster. */
export interface Placed {
  release: Release
  name: string
  namespace: string
}

export const releaseName = (release: Release, cluster: Pick<Cluster, 'name'>): string =>
  release.releaseName.replaceAll('{cluster}', cluster.name)

export const namespaceOf = (release: Release, cluster: Pick<Cluster, 'name'>): string =>
  release.namespace.replaceAll('{cluster}', cluster.name)

/** Every release on a cluster, in the order they are deployed. */
export const releasesOn = (policy: Policy, cluster: Pick<Cluster, 'name'>): Placed[] =>
  policy.releases.map((release) => ({
    release,
    name: releaseName(release, cluster),
    namespace: namespaceOf(release, cluster),
  }))
