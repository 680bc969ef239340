import { type CommandComment, parseCommand } from '../../../shared/commands/parse-command.js'
import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import type { GitHub } from '../../../shared/github/client.js'

/** Somebody's `/merge` under a pull request. */
export type MergeCommand = Pick<CommandComment, 'id' | 'login' | 'at' | 'edited'>

/** The `/merge` that started the run; undefined where something else did. Who may say it is not judged here. */
export async function readMergeCommand(github: GitHub, run: RunFacts): Promise<MergeCommand | undefined> {
  const word = await parseCommand(github, run, /^\/merge$/)
  return word?.onPull ? word : undefined
}
