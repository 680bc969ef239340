import { type EvidenceModule, hoursInMs, isFresh, shownEvidence } from './module.js'

export const startEvidence: EvidenceModule = {
  what: 'somebody who starts it now and stays for an hour',
  how: 'The operator who merges it comments "/start" when everything else is there, and stays.',
  show: ({ start: said, now }) =>
    said && isFresh(now, said.at, hoursInMs(1), `${said.by} said so (${shownEvidence(said.at)})`),
}
