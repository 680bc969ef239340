import { isCommand, readCommand } from '../../../shared/commands/commands.js'
import { parseCommand } from '../../../shared/commands/parse-command.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { isEvidenceWritten, writeChangeEvidence } from '../../../shared/records/change-evidence.js'
import type { CommandContext } from './handle-command.js'
import { replyToCommand } from './reply.js'

/** What the jobs that asked the clusters came to, and about which commit. */
export interface DryRunAnswer {
  result: string
  commit: string
}

/**
 * Writes down what the clusters said after an operator's `/dry-run`, which started the run. Returns whether it was written.
 * Safe to repeat.
 */
export async function recordDryRun(
  { github, world, policy, pull, evaluation }: Omit<CommandContext, 'judgedSince'>,
  { result, commit }: DryRunAnswer,
): Promise<boolean> {
  // What was asked about another commit says nothing about this one, and a job that was stopped nothing at all.
  if (commit !== pull.head || (result !== 'success' && result !== 'failure') || !evaluation.change) return false
  const word = await parseCommand(github, world.run, isCommand)
  if (!word || word.edited || readCommand(word.line)?.kind !== 'dry-run') return false
  if ((await operatorsOf(github, policy)(word.login)) !== 'operator') return false
  const repo = world.run.repository
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const source = `run/${runKey(world.run)}`
  if (await isEvidenceWritten(place, pull.number, source)) return false
  const ok = result === 'success'
  const { digest } = evaluation.change
  const about = { schema: 1, pull: pull.number, head: pull.head, digest, by: word.login, source } as const
  const at = world.clock.now().toISOString()
  await writeChangeEvidence(place, { ...about, at, said: { kind: 'dry-run', ok } }, pull.defaultBranch)
  const tell = ok
    ? undefined
    : `Not every cluster would take it, or could be asked: the jobs "dry-run" of run ${world.run.id} say why.`
  await replyToCommand(github, repo, pull.number, word, { tell, reaction: ok ? 'rocket' : 'confused' })
  return true
}
