import type { Evidence, Reason, Released } from '../../../shared/foundation/result.js'
import type { Revision } from '../../../shared/helm/helm.js'
import type { Identity } from '../../../shared/kube/identity.js'
import type { Verified } from '../../../shared/records/verified.js'
import type { PreparedChart } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import type { Resource } from '../../../shared/render/resources.js'
import type { ReleaseContext } from './with-releases.js'

export interface DeployContext extends ReleaseContext {
  plan: string
}

/** How one release ended. */
export interface ReleaseOutcome {
  /** As it is now; undefined if that cannot be read. */
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

/** What the releases are upgraded to. */
export interface TargetRevision {
  /** Of the deploy repo. */
  commit: string
  /** Of the revision, as Helm keeps it. */
  description: string
  /** The decision if something had to be done, and if it was up to date. */
  done: 'deployed' | 'trial-passed'
  same: 'unchanged' | 'trial-passed'
}

/** What is known of a release and of what it is to be upgraded to. */
export interface ObservedRelease {
  site: ReleaseTarget
  identity: Identity
  verified: Verified
  made: PreparedChart
  /** The newest revision; undefined where it is not installed. */
  latest: Revision | undefined
}

/** A release that may be upgraded to this run's commit. */
export interface ReadyRelease extends ObservedRelease {
  /** Objects with data that Helm would delete in a downgrade. */
  keep: Resource[]
}

export const releasedAs = (
  { site, identity, made }: Pick<ReadyRelease, 'site' | 'identity' | 'made'>,
  revision: number,
): Released => ({
  ...{ name: site.name, namespace: site.namespace, revision, identity },
  ...{ inputDigest: made.inputDigest, components: made.components },
})
