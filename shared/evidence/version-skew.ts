import { daysInMs, type EvidenceModule, isFresh, shownEvidence } from './module.js'

const lasts = daysInMs(7)

/** The jobs that ask the clusters look at it where a change says which Kubernetes it leads to; see version-skew.ts. */
export const versionSkewEvidence: EvidenceModule = {
  what: 'that kubelets, kubectl and Helm go together with the new API server',
  how: 'An operator comments "/dry-run": every cluster is looked at. Upgrade first what its job names.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok)
      return { ok: false, why: `not every cluster could be asked, or goes together with it (${shownEvidence(at)})` }
    return isFresh(now, at, lasts, `they do on every cluster (${shownEvidence(at)})`)
  },
}
