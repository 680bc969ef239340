import { isDowntime } from '../risk/effects.js'
import {
  daysInMs,
  type EvidenceFacts,
  type EvidenceModule,
  hoursInMs,
  isFresh,
  linkedPullRequestStates,
  type Shown,
  shownEvidence,
} from './module.js'

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

export const backupEvidence: EvidenceModule = {
  what: 'a backup not older than 24 hours',
  how: 'An operator makes one and comments "/evidence backup ID TIME", as "/evidence backup hub-db-17 2026-03-02T09:30Z".',
  show: ({ backup: said, now }) =>
    said && isFresh(now, said.made, hoursInMs(24), `${said.id}, made ${shownEvidence(said.made)}`),
}

export const releaseNotesEvidence: EvidenceModule = {
  what: 'what it does, and the release notes, acknowledged item by item',
  how: 'An operator reads them and comments "/ack" with the numbers, as "/ack 1 2".',
  show({ items, acked }) {
    const left = items.filter(({ key }) => !acked.has(key)).map(({ number }) => number)
    if (left.length === 0) return { ok: true, why: items.length === 0 ? 'there is nothing to read' : 'all are' }
    return { ok: false, why: `not yet: ${left.slice(0, 20).join(', ')}${left.length > 20 ? ', ...' : ''}` }
  },
}

export const runbookEvidence: EvidenceModule = {
  what: 'a runbook for restoring it',
  how: 'Write down how it is restored, and put the page\'s address into the policy as "runbook".',
  show: ({ runbook: page }) => (page === undefined ? undefined : { ok: true, why: page }),
}

export const startEvidence: EvidenceModule = {
  what: 'somebody who starts it now and stays for an hour',
  how: 'The operator who merges it comments "/start" when everything else is there, and stays.',
  show: ({ start: said, now }) =>
    said && isFresh(now, said.at, hoursInMs(1), `${said.by} said so (${shownEvidence(said.at)})`),
}

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

/** Done alone, either of the two would break something. */
export const linkedPullRequestEvidence = {
  what: 'the pull request that goes with it, merged or ready to be',
  how: 'Get its check green, or merge it; then say "/start".',
  show({ linkedPullRequest: other }: Pick<EvidenceFacts, 'linkedPullRequest'>): Shown | undefined {
    if (!other) return undefined
    const { number, state } = other
    return { ok: state === 'merged' || state === 'green', why: `#${number} ${linkedPullRequestStates[state]}` }
  },
} satisfies EvidenceModule
