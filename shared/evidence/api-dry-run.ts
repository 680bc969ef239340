import { daysInMs, type EvidenceModule, isFresh, shownEvidence } from './module.js'

/** A cluster is not the same for ever. */
const lasts = daysInMs(7)

export const apiDryRunEvidence: EvidenceModule = {
  what: "every cluster's word that it would take it (API dry-run)",
  how: 'An operator comments "/dry-run": every cluster is asked, and changes nothing.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok) return { ok: false, why: `not every cluster would take it, or could be asked (${shownEvidence(at)})` }
    return isFresh(now, at, lasts, `all would take it (${shownEvidence(at)})`)
  },
}
