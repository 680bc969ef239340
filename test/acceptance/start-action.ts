import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { parse } from 'yaml'
import type { ActionName, Result } from '../../shared/foundation/result.js'

export interface Started {
  code: number
  /** Every output of the step, `result` included. */
  outputs: Record<string, string>
  result: Result
  /** Standard output and error, as the run's log shows them, before masking. */
  log: string
  summary: string
  /** What it saved for the step after the job. */
  state: Record<string, string>
}

export interface Start {
  /** As under `with:`; names as in action.yml. */
  inputs: Record<string, string>
  /** The runner's variables: GITHUB_REPOSITORY, GITHUB_SHA, GITHUB_API_URL, ... */
  env?: Record<string, string>
  /** The webhook payload. */
  event?: unknown
}

/** Where the bundle under test is: another build can be tested without touching the committed one. */
const dist = process.env.LOCKSTEP_DIST ?? 'dist'

/** An action lives for a second: optimising the WebAssembly of its HTTP client takes more of it than is gained. */
const quick = ['--liftoff-only']

/**
 * Starts an action's committed bundle as the runner does: inputs as INPUT_*, outputs and summary as files, nothing else of
 * this process's environment but PATH.
 *
 * @param onStart is given what ends the process, at once if no signal is named, and its id.
 * @throws where the action set no result, as one that was killed.
 */
export async function startAction(
  name: ActionName,
  { inputs, env = {}, event = {} }: Start,
  onStart: (kill: (signal?: NodeJS.Signals) => void, pid: number) => void = () => {},
): Promise<Started> {
  await refuseUnknownInputs(name, inputs)
  const dir = await mkdtemp(join(tmpdir(), 'lockstep-action-'))
  try {
    const files = {
      state: join(dir, 'state'),
      output: join(dir, 'output'),
      summary: join(dir, 'summary'),
      event: join(dir, 'event.json'),
    }
    await Promise.all([
      writeFile(files.output, ''),
      writeFile(files.state, ''),
      writeFile(files.summary, ''),
      writeFile(files.event, JSON.stringify(event)),
    ])
    const given = Object.entries(inputs).map(([input, value]) => [
      `INPUT_${input.replace(/ /g, '_').toUpperCase()}`,
      value,
    ])
    const running = execa('node', [...quick, `${dist}/${name}.js`], {
      all: true,
      reject: false,
      extendEnv: false,
      env: {
        PATH: process.env.PATH ?? '',
        GITHUB_ACTIONS: 'true',
        GITHUB_OUTPUT: files.output,
        GITHUB_STATE: files.state,
        GITHUB_STEP_SUMMARY: files.summary,
        GITHUB_EVENT_PATH: files.event,
        GITHUB_RUN_ID: '1',
        GITHUB_RUN_ATTEMPT: '1',
        RUNNER_TEMP: dir,
        ...env,
        ...Object.fromEntries(given),
      },
    })
    onStart((signal = 'SIGKILL') => running.kill(signal), running.pid ?? 0)
    const { exitCode, all } = await running
    const outputs = readOutputs(await readFile(files.output, 'utf8'))
    const log = all ?? ''
    if (outputs.result === undefined) throw new Error(`${name} set no result and ended with ${exitCode}:\n${log}`)
    const result = JSON.parse(outputs.result) as Result
    const [summary, state] = [await readFile(files.summary, 'utf8'), readOutputs(await readFile(files.state, 'utf8'))]
    return { code: exitCode ?? -1, outputs, result, log, summary, state }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** GitHub only warns of an input that the action does not have; a test that gives one tests something else than it says. */
export async function refuseUnknownInputs(name: ActionName, inputs: Record<string, string>): Promise<void> {
  const { inputs: known } = parse(await readFile(`actions/${name}/action.yml`, 'utf8')) as { inputs: object }
  const unknown = Object.keys(inputs).filter((input) => !(input in known))
  if (unknown.length > 0) throw new Error(`${name} has no input ${unknown.join(', ')}`)
}

/** `name<<DELIMITER`, the value's lines, `DELIMITER`. */
function readOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {}
  for (const [, name = '', , value = ''] of text.matchAll(/^([^\n<]+)<<([^\n]+)\n([\s\S]*?)\n\2$/gm))
    outputs[name] = value
  return outputs
}
