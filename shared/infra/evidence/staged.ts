import { days, type EvidenceModule, fresh, hours, shown } from './module.js'

export const staged: EvidenceModule = {
  what: 'staging brought there and back with it',
  how: 'An operator comments "/stage": staging gets it, goes back, and gets it again. It takes about half an hour.',
  show: ({ staged: at, now }) => at && fresh(now, at, days(7), `done ${shown(at)}`),
}

const apart = hours(24)

export const stagedForADay: EvidenceModule = {
  what: 'staging brought there and back with it on two days, 24 hours apart',
  how: 'Say "/stage" once more a day after the first time: what grows slowly shows by then.',
  show({ staged: last, stagedSince }) {
    if (!last || !stagedSince) return undefined
    const ok = last.getTime() - stagedSince.getTime() >= apart
    const again = new Date(stagedSince.getTime() + apart)
    return {
      ok,
      why: ok ? `first ${shown(stagedSince)}, last ${shown(last)}` : `the second time counts from ${shown(again)}`,
    }
  },
}
