import type { Revision } from '../../../shared/helm/helm.js'
import { type Identity, sameIdentity } from '../../../shared/kube/identity.js'
import type { Ending } from '../../../shared/records/deployments.js'
import type { VerifiedState } from '../../../shared/records/verified.js'
import type { RollbackRequest } from '../rollback-request.js'

interface AskedFacts {
  order: Pick<RollbackRequest, 'to'>
  release: string
  /** Of the cluster that the kubeconfig leads to. */
  identity: Identity
  /** Every revision that Helm remembers. */
  history: Revision[]
}

/**
 * What the cluster had when the commit that is asked for was verified on it, by the gate App's records; of several, the newest
 * that Helm can still bring back. Undefined where it never was, or on another cluster of that name.
 *
 * Helm's own description does not tell: a commit that changed nothing on this cluster made no revision.
 *
 * @param endings of this cluster, newest first
 */
export function requestedState(facts: AskedFacts, endings: Ending[]): VerifiedState | undefined {
  const { order, release, identity, history } = facts
  const states = endings.flatMap(({ record, success, at }): VerifiedState[] => {
    const known = record.releases.find(({ name }) => name === release)
    if (!success || record.commit !== order.to || !known || !sameIdentity(known.identity, identity)) return []
    const { name, identity: _, ...state } = known
    return [{ ...state, schema: 1, cluster: record.cluster, release: name, commit: order.to, run: record.run, at }]
  })
  return states.find((state) => history.some((revision) => isIt(revision, state))) ?? states[0]
}

/** A release that was installed anew counts its revisions from the beginning: one that is younger than the record is another. */
const isIt = ({ revision, status, updated }: Revision, state: VerifiedState): boolean =>
  revision === state.revision &&
  ['deployed', 'superseded'].includes(status) &&
  !(updated !== undefined && Date.parse(updated) > Date.parse(state.at))
