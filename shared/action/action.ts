import * as core from '@actions/core'
import { secretParts } from '../exec/redact.js'
import { explain, showPlace } from './errors.js'
import { readRun, runKey } from './facts.js'
import { type Inputs, type Outputs, readInputs, type Values } from './inputs.js'
import type { ActionName, Finding, Result } from './result.js'
import type { World } from './world.js'

/** What an action is called with and answers with; README, action.yml and tests are made from it. */
export interface Definition<I extends Inputs, O extends Outputs> {
  name: ActionName
  description: string
  inputs: I
  /** Outputs besides `result`, which all actions have. */
  outputs: O
  /** It is called again after the job, to clean up. */
  post?: boolean
}

/** What a `run.ts` returns. A `problem` fails the step, after every output was set. */
export interface Outcome<O extends Outputs> {
  finding: Finding
  outputs: Partial<Record<keyof O, string>>
  problem?: string
}

type Run<I extends Inputs, O extends Outputs> = (inputs: Values<I>, world: World) => Promise<Outcome<O>>

/**
 * Wires one action to GitHub Actions: masks secrets, reads inputs, runs, sets outputs, fails last.
 *
 * `load` imports the action's story only once the inputs are right, which keeps the start cheap.
 */
export function action<I extends Inputs, O extends Outputs>(
  definition: Definition<I, O>,
  load: () => Promise<Run<I, O>>,
): () => Promise<void> {
  return async () => {
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    const facts = readRun(process.env)
    const say = (finding: Finding): void => {
      const result: Result = { schema: 1, action: definition.name, run: runKey(facts), evidence: [], ...finding }
      core.setOutput('result', JSON.stringify(result))
    }
    try {
      const secrets = maskSecrets(definition.inputs)
      const inputs = readInputs(definition.inputs, core.getInput)
      const [run, { realWorld }] = await Promise.all([load(), import(/* webpackMode: "eager" */ './world.js')])
      const { finding, outputs, problem } = await run(inputs, realWorld(process.env, stop.signal, secrets))
      for (const [name, value] of Object.entries(outputs)) core.setOutput(name, value)
      say(finding)
      if (problem !== undefined) core.setFailed(problem)
    } catch (error) {
      const { reason, message, fix, at } = await explainAll(error, stop.signal)
      say({
        decision: reason === 'bug' || reason === 'cancelled' ? 'failed' : 'refused',
        reason,
        message,
        commit: facts.sha,
      })
      if (reason === 'bug') core.info(error instanceof Error ? (error.stack ?? message) : message)
      core.setFailed(`${at ? `${showPlace(at)}: ` : ''}${message}\n${fix}`)
    }
  }
}

/** Before anything else happens, the runner learns what it must never show. Returns it. */
function maskSecrets(inputs: Inputs): string[] {
  const secrets = Object.keys(inputs).filter((name) => 'secret' in (inputs[name] ?? {}))
  const parts = secrets.flatMap((name) => secretParts(core.getInput(name)))
  for (const part of parts) core.setSecret(part)
  return parts
}

async function explainAll(error: unknown, cancelled: AbortSignal): Promise<ReturnType<typeof explain>> {
  if (cancelled.aborted) {
    return { reason: 'cancelled', message: 'The run was cancelled.', fix: 'Run it again: it goes on where it was.' }
  }
  const { explainGitHub } = await import(/* webpackMode: "eager" */ '../github/errors.js')
  return explain(explainGitHub(error) ?? error)
}
