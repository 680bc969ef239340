import type { InputDefinitions, InputValues, OutputDefinitions } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { explainError, showPlace } from '../../shared/foundation/errors.js'
import type { Result } from '../../shared/foundation/result.js'
import { readRun } from '../../shared/foundation/run-facts.js'
import { connectGitHub } from '../../shared/github/client.js'
import { explainGitHub } from '../../shared/github/errors.js'
import type { ActionDefinition, ActionOutcome } from '../../shared/runtime/action.js'
import { appOf, makeTokens, usesOf } from '../../shared/runtime/mode-tokens.js'
import { readInputs } from '../../shared/runtime/read-inputs.js'
import { refuseUnknownInputs, type Start, type Started } from './start-action.js'

/**
 * Runs an action's story in this process, against the same emulator as the bundle would: half a second less for each run.
 * How results and errors become outputs is the bundle's tests' business. What time it is, a test may say.
 */
export async function runHere<I extends InputDefinitions, O extends OutputDefinitions>(
  definition: ActionDefinition<I, O>,
  run: (inputs: InputValues<I>, world: Runtime) => Promise<ActionOutcome<O>>,
  { inputs, env = {}, event = {} }: Start,
  now: () => Date = () => new Date(),
): Promise<Started> {
  await refuseUnknownInputs(definition.name, inputs)
  const lines: string[] = []
  const pages: string[] = []
  const say = (line: string): void => void lines.push(line)
  const log = { info: say, warning: say, group: <T>(_: string, body: () => Promise<T>) => body() }
  const facts = { ...readRun(env), payload: event }
  const world: Runtime = {
    run: facts,
    log,
    clock: { now, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    exec: () => Promise.reject(new Error('This action runs no programs.')),
    http: fetch,
    github: (token) => connectGitHub(token, facts, log),
    cancelled: new AbortController().signal,
    summary: async (markdown) => void pages.push(markdown),
  }
  const whole = (finding: ActionOutcome<O>['finding']): Result => ({
    schema: 1,
    action: definition.name,
    run: '1/1',
    evidence: [],
    ...finding,
  })
  try {
    const read = (name: string): string => inputs[name] ?? ''
    const values = readInputs(definition, read)
    const made = await makeTokens(usesOf(definition.name, read('mode')), read, {
      ...{ app: appOf(read), repository: facts.repository, deployRepo: read('deploy-repo') || facts.repository },
      ...{ connect: world.github, made: () => {} },
    })
    const { finding, outputs, problem } = await run({ ...values, ...made }, world)
    const text = [...lines, problem ?? ''].join('\n')
    const given = { ...(outputs as Record<string, string>) }
    return {
      code: problem === undefined ? 0 : 1,
      outputs: given,
      result: whole(finding),
      log: text,
      summary: pages.join(''),
      state: {},
    }
  } catch (error) {
    const { reason, message, fix, at } = explainError(explainGitHub(error) ?? error)
    if (reason === 'internal-error') throw error
    const text = [...lines, at ? showPlace(at) : '', message, fix].join('\n')
    const result = whole({ decision: 'refused', reason, message, commit: facts.sha })
    return { code: 1, outputs: {}, result, log: text, summary: pages.join(''), state: {} }
  }
}
