import type { Definition, Outcome } from '../../shared/action/action.js'
import { explain, showPlace } from '../../shared/action/errors.js'
import { readRun } from '../../shared/action/facts.js'
import { type Inputs, type Outputs, readInputs, type Values } from '../../shared/action/inputs.js'
import type { Result } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import { connect } from '../../shared/github/client.js'
import { explainGitHub } from '../../shared/github/errors.js'
import type { Start, Started } from './start-action.js'

/**
 * Runs an action's story in this process, against the same emulator as the bundle would: half a second less for each run.
 * How results and errors become outputs is the bundle's tests' business. What time it is, a test may say.
 */
export async function runHere<I extends Inputs, O extends Outputs>(
  definition: Definition<I, O>,
  run: (inputs: Values<I>, world: World) => Promise<Outcome<O>>,
  { inputs, env = {}, event = {} }: Start,
  now: () => Date = () => new Date(),
): Promise<Started> {
  const lines: string[] = []
  const pages: string[] = []
  const say = (line: string): void => void lines.push(line)
  const log = { info: say, warning: say, group: <T>(_: string, body: () => Promise<T>) => body() }
  const facts = { ...readRun(env), payload: event }
  const world: World = {
    run: facts,
    log,
    clock: { now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    exec: () => Promise.reject(new Error('This action runs no programs.')),
    http: fetch,
    github: (token) => connect(token, facts, log),
    cancelled: new AbortController().signal,
    summary: async (markdown) => void pages.push(markdown),
  }
  const whole = (finding: Outcome<O>['finding']): Result => ({
    schema: 1,
    action: definition.name,
    run: '1/1',
    evidence: [],
    ...finding,
  })
  try {
    const { finding, outputs, problem } = await run(
      readInputs(definition.inputs, (name) => inputs[name] ?? ''),
      world,
    )
    const text = [...lines, problem ?? ''].join('\n')
    const given = { ...(outputs as Record<string, string>) }
    return {
      code: problem === undefined ? 0 : 1,
      outputs: given,
      result: whole(finding),
      log: text,
      summary: pages.join(''),
    }
  } catch (error) {
    const { reason, message, fix, at } = explain(explainGitHub(error) ?? error)
    if (reason === 'bug') throw error
    const text = [...lines, at ? showPlace(at) : '', message, fix].join('\n')
    const result = whole({ decision: 'refused', reason, message, commit: facts.sha })
    return { code: 1, outputs: {}, result, log: text, summary: pages.join('') }
  }
}
