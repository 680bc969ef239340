import { days, type EvidenceModule, fresh, hours, shown } from './module.js'

export const staged: EvidenceModule = {
  what: 'staging brought there and back with it',
  how: 'An operator comments "/stage": staging gets it, goes back, and gets it again. It takes about half an hour.',
  show: ({ staged: at, now }) => at && fresh(now, at, days(7), `done ${shown(at)}`),
}

const needed = hours(24)

export const stagedForADay: EvidenceModule = {
  what: '24 hours on staging in all',
  how: 'Say "/stage" once more on another day: the time that it is known to work on staging adds up.',
  show({ onStaging }) {
    if (onStaging === undefined) return undefined
    const so = `${Math.floor(onStaging / hours(1))} of 24 hours`
    return { ok: onStaging >= needed, why: so }
  },
}
