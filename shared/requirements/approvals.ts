import type { EvidenceFacts } from '../evidence/module.js'
import type { ChangeEvidence, EvidenceContent } from '../records/change-evidence.js'
import type { Person, Standing } from './person.js'

/** A recorded command, and whether its author is an operator now: those of former operators do not count. */
export type RecordedCommand = ChangeEvidence & { standing: Standing }

type Of<K extends EvidenceContent['kind']> = RecordedCommand & { said: Extract<EvidenceContent, { kind: K }> }

/** A `/hold` on this change. */
export interface PullRequestHold {
  by: string
  reason: string
}

/** An operator's `/break-glass`: the change may skip part of its review, and is reviewed afterwards. */
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

/** What the recorded commands mean now. Pure; a command counts only for the exact change that it was given for. */
export function approvalFacts(commands: readonly RecordedCommand[], digest: string, now: Date): ApprovalFacts {
  const believed = commands.filter(({ standing }) => standing === 'operator')
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
    // If it is unknown whether somebody is an operator, their `/hold` counts, and their approval does not.
    holds: holdsIn(commands.filter(({ standing, said }) => said.kind !== 'unhold' || standing === 'operator')),
    breakGlass: glassOf(last('break-glass'), now),
  }
}

const ofKind = <K extends EvidenceContent['kind']>(
  commands: readonly RecordedCommand[],
  kind: K,
  digest: string,
): Of<K>[] => commands.filter((one): one is Of<K> => one.said.kind === kind && one.digest === digest)

/** A hold stays in force after later changes, until an operator's `/unhold`. */
function holdsIn(commands: readonly RecordedCommand[]): PullRequestHold[] {
  const lifted = commands.findLastIndex(({ said }) => said.kind === 'unhold')
  return commands
    .slice(lifted + 1)
    .flatMap(({ by, standing, said }) =>
      said.kind === 'hold' && standing !== 'other' ? [{ by, reason: said.reason }] : [],
    )
}

function glassOf(command: Of<'break-glass'> | undefined, now: Date): BreakGlass | undefined {
  if (!command) return undefined
  const until = new Date(Date.parse(command.at) + glassLasts)
  if (until <= now) return undefined
  const { link, reason, issue } = command.said
  return { login: command.by, standing: command.standing, link, reason, issue, until }
}
