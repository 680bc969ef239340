import { connectGitHub } from '../../shared/github/client.js'
import { exitCode, report } from './judge.js'
import type { Probe } from './probe.js'
import { deleteAll, leftBehind } from './repositories.js'
import { askAll } from './run.js'
import { type Options, ownerOf, startProbeSession } from './session.js'

/** Asks all the probes, prints the table, and takes away what was made, whatever happens. Returns the exit code. */
export async function play(options: Options, probes: readonly Probe[], print: (text: string) => void): Promise<number> {
  const session = await startProbeSession(options)
  let left: unknown[] = []
  let code = 2
  try {
    const verdicts = await askAll(probes, session, options)
    print(report(verdicts))
    code = exitCode(verdicts)
  } finally {
    left = await session.cleanUp()
  }
  if (left.length === 0) return code
  print('Some repositories are left: run it again with --clean-up, or delete them by hand.\n')
  return 2
}

/** Takes away what probes before this one left behind: nothing that is not theirs. Returns the exit code. */
export async function cleanUp(options: Omit<Options, 'app'>, print: (text: string) => void): Promise<number> {
  const user = connectGitHub(options.token, options, { warning: options.say })
  const owner = await ownerOf(user, options.owner)
  const found = await leftBehind(user, owner)
  const left = await deleteAll(user, found, options.say)
  print(`${found.length - left.length} of ${found.length} repositories of probes were deleted.\n`)
  return left.length === 0 ? 0 : 2
}
