import type { Runtime } from '../../../shared/action/runtime.js'
import { openBreakGlassReview } from '../../../shared/blocks/break-glass-reviews.js'
import { type Command, isCommand, readCommand } from '../../../shared/commands/commands.js'
import { type CommandComment, parseCommand } from '../../../shared/commands/parse-command.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import type { GitHub } from '../../../shared/github/client.js'
import type { Policy } from '../../../shared/policy/policy.js'
import {
  type EvidenceContent,
  isEvidenceWritten,
  writeChangeEvidence,
} from '../../../shared/records/change-evidence.js'
import { noDigest } from '../../../shared/records/gate-check.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import type { Evaluation } from '../check/evaluate.js'
import type { GatePull } from '../check/pull.js'
import { authorizeCommand } from './authorize-command.js'
import { replyToCommand } from './reply.js'

export interface CommandContext {
  github: GitHub
  world: Runtime
  policy: Policy
  pull: GatePull
  evaluation: Evaluation
  /** When this head was checked for the first time, ISO 8601; undefined if that is now. */
  judgedSince: string | undefined
}

/** The outcome of a command: whether evidence was recorded, and what other jobs have to do. */
export interface HandledCommand {
  recorded: boolean
  asks?: 'dry-run' | 'try-staging'
}

/**
 * Carries out an operator's command under a pull request, and records it as the gate App. Undefined if no such command
 * started the run. Safe to repeat: a comment is recorded once.
 */
export async function handleCommand(context: CommandContext): Promise<HandledCommand | undefined> {
  const { github, world, policy, pull, evaluation, judgedSince } = context
  const repo = world.run.repository
  const word = await parseCommand(github, world.run, isCommand)
  const command = word && readCommand(word.line)
  if (!word?.onPull || !command) return undefined
  const standing = await operatorsOf(github, policy)(word.login)
  const change = evaluation.change?.what.tier === 'none' ? undefined : evaluation.change
  const decision = authorizeCommand({
    ...{ command, standing, judgedSince, edited: word.edited, at: word.at },
    ...{ items: change?.items, now: world.clock.now() },
  })
  if (decision.kind === 'refuse' || command.kind === 'unclear') {
    const tell = decision.kind === 'refuse' ? decision.tell : undefined
    world.log.info(`Command rejected: ${tell ?? 'its author is not an operator.'}`)
    await replyToCommand(github, repo, pull.number, word, { tell, reaction: 'confused' })
    return { recorded: false }
  }
  if (command.kind === 'dry-run' || command.kind === 'try-staging') {
    // Another workflow runs the staging trial, and trusts only the record.
    if (command.kind === 'try-staging') await writeOnce(context, word, command)
    await replyToCommand(github, repo, pull.number, word, { tell: undefined, reaction: 'eyes' })
    return { recorded: false, asks: command.kind }
  }
  const recorded = await writeOnce(context, word, command)
  await replyToCommand(github, repo, pull.number, word, { tell: undefined, reaction: 'rocket' })
  return { recorded }
}

/** The result of a dry-run is recorded afterwards. */
type Written = Exclude<Command, { kind: 'dry-run' }>

async function writeOnce(context: CommandContext, word: CommandComment, command: Written): Promise<boolean> {
  const { github, world, policy, pull, evaluation } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const source = `comment/${word.id}`
  if (await isEvidenceWritten(place, pull.number, source)) return false
  const digest = evaluation.change?.digest ?? evaluation.digest ?? noDigest
  const said = await saidBy(context, place, word, command)
  const about = { schema: 1, pull: pull.number, head: pull.head, digest } as const
  await writeChangeEvidence(place, { ...about, by: word.login, at: word.at, source, said }, pull.defaultBranch)
  return true
}

async function saidBy(
  { pull, evaluation }: CommandContext,
  place: RecordPlace,
  word: CommandComment,
  command: Written,
): Promise<EvidenceContent> {
  if (command.kind === 'ack') {
    const items = evaluation.change?.items ?? []
    return {
      kind: 'ack',
      items: items.filter(({ number }) => command.numbers.includes(number)).map(({ key }) => key),
    }
  }
  if (command.kind !== 'break-glass') return command
  const { link, reason } = command
  const debt = { pull: pull.number, branch: pull.defaultBranch, by: word.login, link, reason, comment: word.id }
  // First the review issue, then the record: if the run is cut off between them, no break-glass is in force.
  return { ...command, issue: await openBreakGlassReview(place, debt) }
}
