import { daysInMs, type EvidenceModule, hoursInMs, isFresh, shownEvidence } from './module.js'

export const stagingTrialEvidence: EvidenceModule = {
  what: 'staging brought there and back with it',
  how: 'An operator comments "/try-staging": staging gets it, goes back, and gets it again. It takes about half an hour.',
  show: ({ trialPassed: at, now }) => at && isFresh(now, at, daysInMs(7), `done ${shownEvidence(at)}`),
}

const apart = hoursInMs(24)

export const stagingDayEvidence: EvidenceModule = {
  what: 'staging brought there and back with it on two days, 24 hours apart',
  how: 'Say "/try-staging" once more a day after the first time: what grows slowly shows by then.',
  show({ trialPassed: last, trialSince }) {
    if (!last || !trialSince) return undefined
    const ok = last.getTime() - trialSince.getTime() >= apart
    const again = new Date(trialSince.getTime() + apart)
    return {
      ok,
      why: ok
        ? `first ${shownEvidence(trialSince)}, last ${shownEvidence(last)}`
        : `the second time counts from ${shownEvidence(again)}`,
    }
  },
}
