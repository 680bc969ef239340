import type { Evidence, Reason, Released } from '../../shared/action/result.js'
import type { Revision } from '../../shared/helm/helm.js'
import type { Package } from '../../shared/helm/prepare.js'
import type { Site } from '../../shared/helm/sites.js'
import type { Identity } from '../../shared/kube/identity.js'
import type { Verified } from '../../shared/records/verified.js'
import type { Resource } from '../../shared/render/resources.js'
import type { SiteContext } from './with-sites.js'

export interface DeployContext extends SiteContext {
  plan: string
}

/** How one release ended. */
export interface Brought {
  /** As it is now; undefined where that cannot be read. */
  released: Released | undefined
  changed: boolean
  evidence: Evidence[]
  failure?: Failure
}

export interface Failure {
  reason: Reason
  /** The first cause in one sentence. */
  headline: string
  details: string[]
  fix: string
}

/** What the releases are brought to. */
export interface Aim {
  /** Of the deploy repo. */
  commit: string
  /** Of the revision, as Helm keeps it. */
  description: string
  /** The decision where something had to be done, and where it was there already. */
  done: 'deployed' | 'staged'
  same: 'unchanged' | 'staged'
}

/** What is known of a release and of what it is to be brought to. */
export interface Found {
  site: Site
  identity: Identity
  verified: Verified
  made: Package
  /** The newest revision; undefined where it is not installed. */
  latest: Revision | undefined
}

/** A release that may be brought to this run's commit. */
export interface Ready extends Found {
  /** What holds data, and Helm would delete on a way back. */
  keep: Resource[]
}

export const releasedAs = (
  { site, identity, made }: Pick<Ready, 'site' | 'identity' | 'made'>,
  revision: number,
): Released => ({
  ...{ name: site.name, namespace: site.namespace, revision, identity },
  ...{ inputDigest: made.inputDigest, components: made.components },
})
