import { type EvidenceModule, hoursInMs, isFresh, shownEvidence } from './module.js'

export const backupEvidence: EvidenceModule = {
  what: 'a backup not older than 24 hours',
  how: 'An operator makes one and comments "/evidence backup ID TIME", as "/evidence backup hub-db-17 2026-03-02T09:30Z".',
  show: ({ backup: said, now }) =>
    said && isFresh(now, said.made, hoursInMs(24), `${said.id}, made ${shownEvidence(said.made)}`),
}
