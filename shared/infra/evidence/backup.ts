import { type EvidenceModule, fresh, hours, shown } from './module.js'

export const backup: EvidenceModule = {
  what: 'a backup not older than 24 hours',
  how: 'An operator makes one and comments "/backup ID TIME", as "/backup hub-db-17 2026-03-02T09:30Z".',
  show: ({ backup: said, now }) => said && fresh(now, said.made, hours(24), `${said.id}, made ${shown(said.made)}`),
}
