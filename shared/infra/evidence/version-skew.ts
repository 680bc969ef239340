import { days, type EvidenceModule, fresh, shown } from './module.js'

const lasts = days(7)

/** The jobs that ask the clusters look at it where a change says which Kubernetes it leads to; see version-skew.ts. */
export const versionSkew: EvidenceModule = {
  what: 'that kubelets, kubectl and Helm go together with the new API server',
  how: 'An operator comments "/dry-run": every cluster is looked at. Upgrade first what its job names.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok) return { ok: false, why: `not every cluster could be asked, or goes together with it (${shown(at)})` }
    return fresh(now, at, lasts, `they do on every cluster (${shown(at)})`)
  },
}
