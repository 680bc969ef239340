import { isDowntime } from '../risk/effects.js'
import { type EvidenceModule, hoursInMs, shownEvidence } from './module.js'

const ahead = hoursInMs(24)

export const announcementEvidence: EvidenceModule = {
  what: 'an announcement 24 hours ahead, where something will be away',
  how: 'Tell the users, then an operator comments "/announced LINK"; after 24 hours it counts.',
  show({ rendered, announced, now }) {
    if (rendered && !isDowntime(rendered)) return { ok: true, why: 'nothing will be away' }
    if (!announced) return undefined
    const from = new Date(announced.getTime() + ahead)
    return from <= now
      ? { ok: true, why: `done ${shownEvidence(announced)}` }
      : { ok: false, why: `it counts from ${shownEvidence(from)}`, from }
  },
}
