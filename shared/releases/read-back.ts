import { explainError } from '../foundation/errors.js'
import type { Revision } from '../helm/helm.js'
import type { ReleaseTarget } from './release-targets.js'

/** A release as it is after Helm gave up. */
export interface ReadBack {
  /** Undefined where there is none, or it cannot be read. */
  latest: Revision | undefined
  /** Why it cannot be read: a cluster that does not answer any more, or credentials that have expired. */
  unreadable: 'cluster-unreachable' | 'missing-permission' | undefined
}

/** Looks what Helm has left, whatever it said itself: its answer may have been lost. */
export const readBack = ({ helm, name }: Pick<ReleaseTarget, 'helm' | 'name'>): Promise<ReadBack> =>
  helm.latest(name).then(
    (latest) => ({ latest, unreadable: undefined }),
    (error: unknown) => {
      const { reason } = explainError(error)
      return { latest: undefined, unreadable: reason === 'missing-permission' ? reason : 'cluster-unreachable' }
    },
  )
