import { type CommandComment, parseCommand } from '../../../shared/commands/parse-command.js'
import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import type { GitHub } from '../../../shared/github/client.js'

/** Somebody's `/merge` under a pull request. */
export type MergeCommand = Pick<CommandComment, 'id' | 'login' | 'at' | 'edited'>

/** The `/merge` that started the run; undefined if something else did. Does not check who wrote it. */
export async function readMergeCommand(github: GitHub, run: RunFacts): Promise<MergeCommand | undefined> {
  const comment = await parseCommand(github, run, /^\/merge$/)
  return comment?.onPull ? comment : undefined
}
