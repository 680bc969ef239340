import { isDowntime } from '../risk/effects.js'
import { daysInMs, type EvidenceModule, isFresh, shownEvidence } from './module.js'

export const renderedDiffEvidence: EvidenceModule = {
  what: 'the rendered diff of every cluster',
  how: 'The gate renders it automatically. If that failed, the job "render" says why: fix the cause and push.',
  show({ rendered }) {
    if (!rendered) return undefined
    const affected = new Set(rendered.clusters.flatMap(({ cluster, affected }) => (affected ? [cluster] : [])))
    const all = new Set(rendered.clusters.map(({ cluster }) => cluster))
    return { ok: true, why: `it changes ${affected.size} of ${all.size} clusters` }
  },
}

/** Clusters change, so an old answer does not count. */
const lasts = daysInMs(7)

export const apiDryRunEvidence: EvidenceModule = {
  what: 'a successful API dry-run on every cluster',
  how: 'An operator comments "/dry-run": each API server checks the change without applying it.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok) return { ok: false, why: `a cluster rejected it or could not be reached (${shownEvidence(at)})` }
    return isFresh(now, at, lasts, `every cluster accepts it (${shownEvidence(at)})`)
  },
}

export const disruptionEvidence: EvidenceModule = {
  what: 'an estimate of the disruption for users',
  how: 'The gate computes it from the rendered objects. If rendering failed, the job "render" says why.',
  show({ rendered }) {
    if (!rendered) return undefined
    const restarts = rendered.clusters.some(({ disruptions }) => disruptions.length > 0)
    const how = restarts ? 'workloads restart without downtime' : 'nothing restarts'
    return { ok: true, why: isDowntime(rendered) ? 'there is a short downtime, see above' : how }
  },
}

export const immutableFieldsEvidence: EvidenceModule = {
  what: 'proof that no immutable field changes',
  how: 'Give the object another name, so that a new one is created. Delete the old one in a separate change.',
  show({ rendered }) {
    if (!rendered) return undefined
    const blind = rendered.clusters.find(({ cause }) => cause === 'no-base')
    // The API servers still check it in the dry-run.
    if (blind) return { ok: true, why: `${blind.cluster} has no state to compare with, so only the dry-run can tell` }
    const [first] = rendered.clusters.flatMap(({ dangers }) => dangers.filter(({ kind }) => kind === 'immutable-field'))
    return first ? { ok: false, why: first.text.replace(/\.$/, '') } : { ok: true, why: 'none does' }
  },
}

export const removedApisEvidence: EvidenceModule = {
  what: 'proof that the clusters serve every API that is used',
  how: 'Use a chart version with the newer API, or fix the template.',
  show({ rendered }) {
    if (!rendered) return undefined
    const [first] = rendered.clusters.flatMap(({ removedApis }) => removedApis)
    if (!first) {
      const by = rendered.target === undefined ? 'every released Kubernetes' : `Kubernetes ${rendered.target}`
      return { ok: true, why: `${by} serves all of them` }
    }
    const { object, apiVersion, removedIn, instead } = first
    const use = instead === undefined ? '' : `; use ${instead}`
    return { ok: false, why: `${object} uses ${apiVersion}, which Kubernetes ${removedIn} removed${use}` }
  },
}

/** Checked by the dry-run jobs if the change names a Kubernetes version; see version-skew.ts. */
export const versionSkewEvidence: EvidenceModule = {
  what: 'proof that kubelets, kubectl and Helm support the new API server',
  how: 'An operator comments "/dry-run": each job names what must be upgraded first on its cluster.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok) return { ok: false, why: `a cluster is incompatible or could not be reached (${shownEvidence(at)})` }
    return isFresh(now, at, lasts, `every cluster is compatible (${shownEvidence(at)})`)
  },
}
