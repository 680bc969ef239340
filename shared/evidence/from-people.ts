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
  what: 'an announcement 24 hours ahead, if there is downtime',
  how: 'Announce it to the users. An operator then comments "/announced LINK". It counts 24 hours later.',
  show({ rendered, announced, now }) {
    if (rendered && !isDowntime(rendered)) return { ok: true, why: 'no downtime is expected' }
    if (!announced) return undefined
    const from = new Date(announced.getTime() + ahead)
    return from <= now
      ? { ok: true, why: `announced ${shownEvidence(announced)}` }
      : { ok: false, why: `it counts from ${shownEvidence(from)}`, from }
  },
}

export const backupEvidence: EvidenceModule = {
  what: 'a backup not older than 24 hours',
  how: 'An operator makes one and comments "/evidence backup ID TIME", for example "/evidence backup hub-db-17 2026-03-02T09:30Z".',
  show: ({ backup, now }) =>
    backup && isFresh(now, backup.made, hoursInMs(24), `${backup.id}, made ${shownEvidence(backup.made)}`),
}

export const releaseNotesEvidence: EvidenceModule = {
  what: 'an acknowledgement of each numbered item (effects, release notes)',
  how: 'An operator reads them and comments "/ack" with the numbers, for example "/ack 1 2".',
  show({ items, acked }) {
    const left = items.filter(({ key }) => !acked.has(key)).map(({ number }) => number)
    if (left.length === 0) return { ok: true, why: items.length === 0 ? 'there are no items' : 'all are acknowledged' }
    return { ok: false, why: `not acknowledged: ${left.slice(0, 20).join(', ')}${left.length > 20 ? ', ...' : ''}` }
  },
}

export const runbookEvidence: EvidenceModule = {
  what: 'a restore runbook',
  how: 'Write down how to restore it, and set "runbook" in the policy to the address of that page.',
  show: ({ runbook }) => (runbook === undefined ? undefined : { ok: true, why: runbook }),
}

export const startEvidence: EvidenceModule = {
  what: 'an operator who starts it now and stays for an hour',
  how: 'When everything else is met, the operator who merges it comments "/start" and stays for an hour.',
  show: ({ start, now }) =>
    start && isFresh(now, start.at, hoursInMs(1), `started by ${start.by} (${shownEvidence(start.at)})`),
}

export const stagingTrialEvidence: EvidenceModule = {
  what: 'a staging trial (upgrade, rollback, upgrade)',
  how: 'An operator comments "/try-staging": staging is upgraded, rolled back and upgraded again, in about 30 minutes.',
  show: ({ trialPassed: at, now }) => at && isFresh(now, at, daysInMs(7), `passed ${shownEvidence(at)}`),
}

const apart = hoursInMs(24)

export const stagingDayEvidence: EvidenceModule = {
  what: 'two staging trials, at least 24 hours apart',
  how: 'Comment "/try-staging" again a day after the first trial: a slow leak is visible by then.',
  show({ trialPassed: last, trialSince }) {
    if (!last || !trialSince) return undefined
    const ok = last.getTime() - trialSince.getTime() >= apart
    const again = new Date(trialSince.getTime() + apart)
    return {
      ok,
      why: ok
        ? `first ${shownEvidence(trialSince)}, last ${shownEvidence(last)}`
        : `a second trial counts from ${shownEvidence(again)}`,
    }
  },
}

/** Either change alone would break something. */
export const linkedPullRequestEvidence = {
  what: 'the linked pull request, merged or ready to merge',
  how: 'Get its check green, or merge it. Then comment "/start".',
  show({ linkedPullRequest: other }: Pick<EvidenceFacts, 'linkedPullRequest'>): Shown | undefined {
    if (!other) return undefined
    const { number, state } = other
    return { ok: state === 'merged' || state === 'green', why: `#${number} ${linkedPullRequestStates[state]}` }
  },
} satisfies EvidenceModule
