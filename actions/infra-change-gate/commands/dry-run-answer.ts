import { isCommand, readCommand } from '../../../shared/commands/commands.js'
import { parseCommand } from '../../../shared/commands/parse-command.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { runKey } from '../../../shared/foundation/run-facts.js'
import { isEvidenceWritten, writeChangeEvidence } from '../../../shared/records/change-evidence.js'
import type { CommandContext } from './handle-command.js'
import { replyToCommand } from './reply.js'

/** The result of the dry-run jobs, and the commit that they checked. */
export interface DryRunAnswer {
  result: string
  commit: string
}

/**
 * Records the result of the dry-run that an operator's `/dry-run` started. Returns whether it was recorded.
 * Safe to repeat.
 */
export async function recordDryRun(
  { github, world, policy, pull, evaluation }: Omit<CommandContext, 'judgedSince'>,
  { result, commit }: DryRunAnswer,
): Promise<boolean> {
  // A result for another commit does not count, and neither does a cancelled job.
  if (commit !== pull.head || (result !== 'success' && result !== 'failure') || !evaluation.change) return false
  const comment = await parseCommand(github, world.run, isCommand)
  if (!comment || comment.edited || readCommand(comment.line)?.kind !== 'dry-run') return false
  if ((await operatorsOf(github, policy)(comment.login)) !== 'operator') return false
  const repo = world.run.repository
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const source = `run/${runKey(world.run)}`
  if (await isEvidenceWritten(place, pull.number, source)) return false
  const ok = result === 'success'
  const { digest } = evaluation.change
  const about = { schema: 1, pull: pull.number, head: pull.head, digest, by: comment.login, source } as const
  const at = world.clock.now().toISOString()
  await writeChangeEvidence(place, { ...about, at, said: { kind: 'dry-run', ok } }, pull.defaultBranch)
  const tell = ok
    ? undefined
    : `A cluster rejected the change or could not be reached: the jobs "dry-run" of run ${world.run.id} say why.`
  await replyToCommand(github, repo, pull.number, comment, { tell, reaction: ok ? 'rocket' : 'confused' })
  return true
}
