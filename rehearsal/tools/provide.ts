import { ExecaError } from 'execa'
import { UserError } from '../../shared/foundation/errors.js'
import { cachedFolder } from './cache.js'
import type { Report } from './progress.js'

/**
 * The cached folder of one tool, filled now if it is not there, with a word at begin and end.
 *
 * @throws UserError with the end of what the failing program said.
 */
export function provideTool(
  root: string,
  tool: string,
  folder: string,
  report: Report,
  fill: (dir: string) => Promise<void>,
): Promise<string> {
  return cachedFolder(root, folder, async (dir) => {
    report({ tool, doing: 'fetching' })
    try {
      await fill(dir)
    } catch (error) {
      throw error instanceof ExecaError ? cannotGet(tool, error) : error
    }
    report({ tool, doing: `ready: ${folder}`, finished: true })
  })
}

function cannotGet(tool: string, error: ExecaError): UserError {
  const said = String(error.stderr ?? '')
    .trim()
    .split('\n')
    .slice(-5)
    .join('\n')
  return new UserError(
    'tool-missing',
    `Getting ${tool} failed: ${error.originalMessage ?? error.shortMessage}\n${said}`,
    {
      fix: 'Check that this machine reaches the Go module proxy, the npm registry and its Debian mirror, then run it again: what is there already is kept.',
      cause: error,
    },
  )
}
