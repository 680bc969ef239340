import type { Evidence, Reason, Released } from '../../../shared/foundation/result.js'
import type { Revision } from '../../../shared/helm/helm.js'
import type { Identity } from '../../../shared/kube/identity.js'
import type { Verified } from '../../../shared/records/verified.js'
import type { PreparedChart } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import type { Resource } from '../../../shared/render/resources.js'
import type { DeployFacts } from './decide.js'
import type { ReleaseContext } from './with-releases.js'

export interface DeployContext extends ReleaseContext {
  plan: string
}

/** How one release ended. */
export interface ReleaseOutcome {
  /** As it is now; undefined where that cannot be read. */
  released: Released | undefined
  changed: boolean
  evidence: Evidence[]
  failure?: DeployFailure
}

export interface DeployFailure {
  reason: Reason
  /** The first cause in one sentence. */
  headline: string
  details: string[]
  fix: string
}

/** What the releases are brought to. */
export interface TargetRevision {
  /** Of the deploy repo. */
  commit: string
  /** Of the revision, as Helm keeps it. */
  description: string
  /** The decision where something had to be done, and where it was there already. */
  done: 'deployed' | 'trial-passed'
  same: 'unchanged' | 'trial-passed'
}

/** What the cluster, Helm and GitHub say about a release. */
export interface ObservedRelease extends Pick<DeployFacts, 'recorded' | 'relation'> {
  site: ReleaseTarget
  identity: Identity
  /** Undefined where nothing was verified. */
  verified: Verified | undefined
  /** The newest revision; undefined where it is not installed. */
  latest: Revision | undefined
}

/** A release that may be upgraded, as far as its facts say, with what Helm will be given. */
export interface AcceptedRelease extends ObservedRelease {
  verified: Verified
  made: PreparedChart
}

/** A release that is upgraded now. */
export interface ReadyRelease extends AcceptedRelease {
  /** What holds data, and Helm would delete on a way back. */
  keep: Resource[]
}

export const releasedAs = (
  { site, identity, made }: Pick<ReadyRelease, 'site' | 'identity' | 'made'>,
  revision: number,
): Released => ({
  ...{ name: site.name, namespace: site.namespace, revision, identity },
  ...{ inputDigest: made.inputDigest, components: made.components },
})
