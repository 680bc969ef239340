import type { EvidenceModule } from './module.js'

export const runbookEvidence: EvidenceModule = {
  what: 'a runbook for restoring it',
  how: 'Write down how it is restored, and put the page\'s address into the policy as "runbook".',
  show: ({ runbook: page }) => (page === undefined ? undefined : { ok: true, why: page }),
}
