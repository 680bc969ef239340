import { explainError } from '../shared/foundation/errors.js'
import { type IsolateOptions, runIsolated } from './isolate/isolate.js'
import { checkNeeds, showNeeds } from './needs.js'
import { progressWriter } from './tools/progress.js'
import { provideTools } from './tools/tools.js'

/**
 * Runs a program in namespaces of its own, with everything the rehearsal needs fetched before: inside there is no way out
 * to the network. Returns its exit code, 1 where the machine lacks something; what and why is said on standard error.
 */
export async function runInside(
  command: string,
  args: string[],
  options: Pick<IsolateOptions, 'network'> = {},
): Promise<number> {
  try {
    const needs = await checkNeeds()
    if (needs.length > 0) {
      process.stderr.write(showNeeds(needs))
      return 1
    }
    const tools = await provideTools(progressWriter(process.stderr))
    return await runIsolated(command, args, { ...options, busybox: tools.busybox })
  } catch (error) {
    const { message, fix } = explainError(error)
    process.stderr.write(`${message}\n${fix}\n`)
    return 1
  }
}
