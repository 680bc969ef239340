import { days, type EvidenceModule, fresh, shown } from './module.js'

/** A cluster is not the same for ever. */
const lasts = days(7)

export const apiDryRun: EvidenceModule = {
  what: "every cluster's word that it would take it (API dry-run)",
  how: 'An operator comments "/dry-run": every cluster is asked, and changes nothing.',
  show({ dryRun, now }) {
    if (!dryRun) return undefined
    const { ok, at } = dryRun
    if (!ok) return { ok: false, why: `not every cluster would take it, or could be asked (${shown(at)})` }
    return fresh(now, at, lasts, `all would take it (${shown(at)})`)
  },
}
