import type { Command, Unclear } from '../../../shared/commands/commands.js'
import type { Standing } from '../../../shared/requirements/person.js'
import type { AckItem } from '../../../shared/risk/ack-items.js'

export interface CommandFacts {
  command: Command | Unclear
  standing: Standing
  /** Of the comment: whether it was changed since, and when it was written, ISO 8601. */
  edited: boolean
  at: string
  /** When this head was checked for the first time, ISO 8601; undefined if that is now. */
  judgedSince: string | undefined
  /** What has to be acknowledged; undefined if no operator is needed. */
  items: readonly AckItem[] | undefined
  now: Date
}

export type CommandDecision =
  | { kind: 'accept' }
  /** `tell`: the reply; undefined for people who are no operators, who could make the App write without limit. */
  | { kind: 'refuse'; tell: string | undefined }

const accept: CommandDecision = { kind: 'accept' }
const refuse = (tell?: string): CommandDecision => ({ kind: 'refuse', tell })

/** Whether a command is accepted. No I/O, no clock. */
export function authorizeCommand(facts: CommandFacts): CommandDecision {
  const { command, standing, edited, at, judgedSince, items, now } = facts
  if (standing === 'other') return refuse()
  if (standing === 'unknown') {
    return refuse('Lockstep cannot see who is an operator: the gate App needs the permission "members: read".')
  }
  if (command.kind === 'unclear') return refuse(`Write it as ${command.usage}.`)
  const name = `/${command.kind}`
  if (edited) return refuse(`The comment was edited. Write ${name} in a new comment.`)
  // A hold is safe, so it is accepted for any commit.
  if (command.kind === 'hold' || command.kind === 'unhold') return accept
  if (!items) return refuse('This pull request does not need that command now: see the check "lockstep / gate".')
  // The command was about what its author could see then.
  if (judgedSince === undefined || Date.parse(judgedSince) > Date.parse(at)) {
    return refuse(
      `The pull request got a new commit after your comment, or was not checked yet. Look at it, then comment ${name} again.`,
    )
  }
  if (command.kind === 'ack') return mayAck(command.numbers, items)
  if (command.kind === 'backup') return mayBackUp(Date.parse(command.made), now)
  return accept
}

function mayAck(numbers: readonly number[], items: readonly AckItem[]): CommandDecision {
  const missing = numbers.find((number) => !items.some((item) => item.number === number))
  if (missing === undefined) return accept
  const some = items.length === 0 ? 'There is nothing to acknowledge.' : `The items are 1 to ${items.length}.`
  return refuse(`There is no item ${missing}. ${some}`)
}

const day = 24 * 60 * 60_000

function mayBackUp(made: number, now: Date): CommandDecision {
  if (made > now.getTime()) return refuse('That time is in the future.')
  return now.getTime() - made < day ? accept : refuse('That backup is older than 24 hours. Make a new one.')
}
