import { type EvidenceModule, fresh, hours, shown } from './module.js'

export const start: EvidenceModule = {
  what: 'somebody who starts it now and stays for an hour',
  how: 'The operator who merges it comments "/start" when everything else is there, and stays.',
  show: ({ start: said, now }) => said && fresh(now, said.at, hours(1), `${said.by} said so (${shown(said.at)})`),
}
