import type { EvidenceFacts } from '../evidence/module.js'
import type { ChangeEvidence, EvidenceContent } from '../records/change-evidence.js'
import type { Person, Standing } from './person.js'

/** A word, and what its speaker is now: who is no operator any more does not count any more. */
export type RecordedCommand = ChangeEvidence & { standing: Standing }

type Of<K extends EvidenceContent['kind']> = RecordedCommand & { said: Extract<EvidenceContent, { kind: K }> }

/** Somebody's word that this change has to wait. */
export interface PullRequestHold {
  by: string
  reason: string
}

/** An operator's word that this change goes first and is looked at afterwards. */
export interface BreakGlass extends Person {
  link: string
  reason: string
  issue: number
  until: Date
}

export interface ApprovalFacts {
  evidence: Pick<EvidenceFacts, 'dryRun' | 'acked' | 'start' | 'backup' | 'announced'>
  standby: Person | undefined
  holds: PullRequestHold[]
  breakGlass: BreakGlass | undefined
}

const glassLasts = 2 * 60 * 60_000

/** What the words about a change say now. Pure; a word counts only for the very change that it was said about. */
export function approvalFacts(words: readonly RecordedCommand[], digest: string, now: Date): ApprovalFacts {
  const believed = words.filter(({ standing }) => standing === 'operator')
  const last = <K extends EvidenceContent['kind']>(kind: K): Of<K> | undefined => ofKind(believed, kind, digest).at(-1)
  const [dryRun, start, backup, announced, standby] = [
    last('dry-run'),
    last('start'),
    last('backup'),
    ofKind(believed, 'announced', digest)[0],
    last('standby'),
  ]
  return {
    evidence: {
      dryRun: dryRun && { ok: dryRun.said.ok, at: new Date(dryRun.at) },
      acked: new Set(ofKind(believed, 'ack', digest).flatMap(({ said }) => said.items)),
      start: start && { by: start.by, at: new Date(start.at) },
      backup: backup && { id: backup.said.id, made: new Date(backup.said.made) },
      announced: announced && new Date(announced.at),
    },
    standby: standby && { login: standby.by, standing: standby.standing },
    // Of whom it cannot be seen whether they are an operator: their no counts, their yes does not.
    holds: holdsIn(words.filter(({ standing, said }) => said.kind !== 'unhold' || standing === 'operator')),
    breakGlass: glassOf(last('break-glass'), now),
  }
}

const ofKind = <K extends EvidenceContent['kind']>(
  words: readonly RecordedCommand[],
  kind: K,
  digest: string,
): Of<K>[] => words.filter((word): word is Of<K> => word.said.kind === kind && word.digest === digest)

/** It stands whatever was changed since, until an operator lifts it. */
function holdsIn(words: readonly RecordedCommand[]): PullRequestHold[] {
  const lifted = words.findLastIndex(({ said }) => said.kind === 'unhold')
  return words
    .slice(lifted + 1)
    .flatMap(({ by, standing, said }) =>
      said.kind === 'hold' && standing !== 'other' ? [{ by, reason: said.reason }] : [],
    )
}

function glassOf(word: Of<'break-glass'> | undefined, now: Date): BreakGlass | undefined {
  if (!word) return undefined
  const until = new Date(Date.parse(word.at) + glassLasts)
  if (until <= now) return undefined
  const { link, reason, issue } = word.said
  return { login: word.by, standing: word.standing, link, reason, issue, until }
}
