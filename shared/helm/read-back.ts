import { explain } from '../action/errors.js'
import type { Revision } from './helm.js'
import type { Site } from './sites.js'

/** A release as it is after Helm gave up. */
export interface Found {
  /** Undefined where there is none, or it cannot be read. */
  latest: Revision | undefined
  /** Why it cannot be read: a cluster that does not answer any more, or credentials that have expired. */
  unreadable: 'cluster-unreachable' | 'missing-permission' | undefined
}

/** Looks what Helm has left, whatever it said itself: its answer may have been lost. */
export const readBack = ({ helm, name }: Pick<Site, 'helm' | 'name'>): Promise<Found> =>
  helm.latest(name).then(
    (latest) => ({ latest, unreadable: undefined }),
    (error: unknown) => {
      const { reason } = explain(error)
      return { latest: undefined, unreadable: reason === 'missing-permission' ? reason : 'cluster-unreachable' }
    },
  )
