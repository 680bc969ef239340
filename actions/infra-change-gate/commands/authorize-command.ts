import type { Command, Unclear } from '../../../shared/commands/commands.js'
import type { Standing } from '../../../shared/requirements/person.js'
import type { AckItem } from '../../../shared/risk/ack-items.js'

export interface CommandFacts {
  command: Command | Unclear
  standing: Standing
  /** Of the comment: whether it was changed since, and when it was written, ISO 8601. */
  edited: boolean
  at: string
  /** When this very head was judged for the first time, ISO 8601; undefined where it is only now. */
  judgedSince: string | undefined
  /** What has to be acknowledged; undefined where no word of an operator is needed. */
  items: readonly AckItem[] | undefined
  now: Date
}

export type CommandDecision =
  | { kind: 'accept' }
  /** `tell`: what whoever said it has to know; undefined for strangers, who could make the App write as often as they like. */
  | { kind: 'refuse'; tell: string | undefined }

const accept: CommandDecision = { kind: 'accept' }
const refuse = (tell?: string): CommandDecision => ({ kind: 'refuse', tell })

/** Whether a word counts. No I/O, no clock. */
export function authorizeCommand(word: CommandFacts): CommandDecision {
  const { command, standing, edited, at, judgedSince, items, now } = word
  if (standing === 'other') return refuse()
  if (standing === 'unknown') {
    return refuse('It cannot be seen who is an operator: the gate App needs the permission "members: read".')
  }
  if (command.kind === 'unclear') return refuse(`It is written ${command.usage}.`)
  const name = `/${command.kind}`
  if (edited) return refuse(`The comment was changed after it was written. Say ${name} in a new one.`)
  // A no needs no second look.
  if (command.kind === 'hold' || command.kind === 'unhold') return accept
  if (!items) return refuse('As it is now, this pull request needs no such word: see the check "lockstep / gate".')
  // The word was about what one could see then.
  if (judgedSince === undefined || Date.parse(judgedSince) > Date.parse(at)) {
    return refuse(
      `The pull request got another commit since, or was not judged yet. Look at it, then say ${name} again.`,
    )
  }
  if (command.kind === 'ack') return mayAck(command.numbers, items)
  if (command.kind === 'backup') return mayBackUp(Date.parse(command.made), now)
  return accept
}

function mayAck(numbers: readonly number[], items: readonly AckItem[]): CommandDecision {
  const missing = numbers.find((number) => !items.some((item) => item.number === number))
  if (missing === undefined) return accept
  const some = items.length === 0 ? 'There is nothing to acknowledge.' : `There are 1 to ${items.length}.`
  return refuse(`There is no item ${missing}. ${some}`)
}

const day = 24 * 60 * 60_000

function mayBackUp(made: number, now: Date): CommandDecision {
  if (made > now.getTime()) return refuse('That time is in the future.')
  return now.getTime() - made < day ? accept : refuse('That backup is older than 24 hours. Make a new one.')
}
