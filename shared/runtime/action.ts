import * as core from '@actions/core'
import type { InputDefinitions, InputValues, OutputDefinitions } from '../action/inputs.js'
import type { Modes } from '../action/modes.js'
import type { Runtime } from '../action/runtime.js'
import { secretRedactor } from '../exec/redact.js'
import { encodeOutput } from '../foundation/encoded.js'
import { explainError, showPlace, UserError } from '../foundation/errors.js'
import type { ActionName, Result, ResultFields } from '../foundation/result.js'
import { readRun, runKey } from '../foundation/run-facts.js'
import { makeTokens, usesOf } from './mode-tokens.js'
import { readInputs } from './read-inputs.js'
import { revokeLater } from './revoke-tokens.js'
import { type Secrets, secretsOf } from './secrets.js'

/** What an action is called with and answers with; README, action.yml and tests are made from it. */
export interface ActionDefinition<I extends InputDefinitions, O extends OutputDefinitions> {
  name: ActionName
  description: string
  /** What it can be asked to do, where that is more than one thing: with the inputs of each. */
  modes?: Modes
  inputs: I
  /** Outputs besides `result` and `encoded-result`, which all actions have. */
  outputs: O
  /** Those of them that only another job's step of Lockstep reads: they are encoded, so that they always arrive. */
  encoded?: readonly string[]
}

/** What a `run.ts` returns. A `problem` fails the step, after every output was set. */
export interface ActionOutcome<O extends OutputDefinitions> {
  finding: ResultFields
  outputs: Partial<Record<keyof O, string>>
  problem?: string
}

type Run<I extends InputDefinitions, O extends OutputDefinitions> = (
  inputs: InputValues<I>,
  world: Runtime,
) => Promise<ActionOutcome<O>>

/**
 * Wires one action to GitHub Actions: masks secrets, reads inputs, runs, sets outputs, fails last.
 *
 * `load` imports the action's story only once the inputs are right, which keeps the start cheap.
 */
export function defineAction<I extends InputDefinitions, O extends OutputDefinitions>(
  definition: ActionDefinition<I, O>,
  load: () => Promise<Run<I, O>>,
): () => Promise<void> {
  return async () => {
    const stop = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
    const facts = readRun(process.env)
    const secrets = await secretsOf(definition.inputs, core.getInput, process.env)
    for (const part of secrets.parts) core.setSecret(part)
    warnOfShort(secrets)
    const tokens: string[] = []
    // Made anew only when there is more to hide.
    let redact = secretRedactor(secrets.parts)
    const hide = (text: string): string => redact(text)
    const tell = (name: string, value: string): void => {
      core.setOutput(name, value)
      // What goes to another job is `encoded-result`.
      const input = name === 'result' ? undefined : secrets.dropping(value)
      if (input !== undefined) core.warning(dropped(name, input))
    }
    const say = (finding: ResultFields): void => {
      const result: Result = { schema: 1, action: definition.name, run: runKey(facts), evidence: [], ...finding }
      const shown = withoutSecrets(result, hide)
      tell('result', JSON.stringify(shown))
      tell('encoded-result', encodedResult(shown))
    }
    let asked: (name: string) => string | undefined = () => undefined
    try {
      requireSupportedGitHub(facts.serverUrl)
      const given = readInputs(definition, core.getInput)
      const [run, { realRuntime }] = await Promise.all([load(), import(/* webpackMode: "eager" */ './real-runtime.js')])
      const world = realRuntime(process.env, stop.signal, hide)
      asked = world.asked
      const made = await makeTokens(usesOf(definition.name, core.getInput('mode')), core.getInput, {
        repository: facts.repository,
        connect: world.github,
        made: (token) => {
          core.setSecret(token)
          tokens.push(token)
          redact = secretRedactor([...secrets.parts, ...tokens])
          revokeLater(token)
        },
      })
      const { finding, outputs, problem } = await run({ ...given, ...made }, world)
      for (const [name, value = ''] of Object.entries(outputs as Record<string, string | undefined>)) {
        tell(name, definition.encoded?.includes(name) ? encodeOutput(hide(value)) : hide(value))
      }
      say(finding)
      if (problem !== undefined) core.setFailed(hide(problem))
    } catch (error) {
      const { reason, message, fix, at } = await explainAll(error, stop.signal)
      say({
        decision: reason === 'internal-error' || reason === 'cancelled' ? 'failed' : 'refused',
        reason,
        message,
        commit: facts.sha,
      })
      if (reason === 'internal-error') core.info(hide(error instanceof Error ? (error.stack ?? message) : message))
      core.setFailed(hide(`${at ? `${showPlace(at)}: ` : ''}${message}\n${fix}`))
    } finally {
      const line = asked(definition.name)
      if (line !== undefined) core.info(line)
    }
  }
}

/** What programs and people said is freed of secrets; names and versions are none, and are compared later. */
const withoutSecrets = (result: Result, hide: (text: string) => string): Result => ({
  ...result,
  message: hide(result.message),
  evidence: result.evidence.map((one) => ({ ...one, text: hide(one.text) })),
})

function warnOfShort({ short }: Secrets): void {
  if (short.length === 0) return
  core.warning(
    `Too short, or too common a word, to be masked: ${short.join(', ')}. GitHub may drop outputs that contain it, garble logs, or show it. Use a longer secret.`,
  )
}

/** A15 */
const dropped = (output: string, input: string): string =>
  `The output "${output}" will not reach another job: it contains a line of the secret in the input "${input}", and GitHub drops such outputs. Use a secret with longer lines, or write it in one line.`

async function explainAll(error: unknown, cancelled: AbortSignal): Promise<ReturnType<typeof explainError>> {
  if (cancelled.aborted) {
    return {
      reason: 'cancelled',
      message: 'The run was cancelled.',
      fix: 'Run it again: it continues where it stopped.',
    }
  }
  const { explainGitHub } = await import(/* webpackMode: "eager" */ '../github/errors.js')
  return explainError(explainGitHub(error) ?? error)
}

/** In bytes: four results reach the next job in one variable, and Linux takes 128 KiB in one. */
const room = { message: 2_000, evidence: 8_000 }

/** What the next job needs of a result: the whole, but for evidence beyond what fits, of which what is not well comes first. */
export function encodedResult(result: Result): string {
  let left = room.evidence
  const evidence = result.evidence
    .toSorted((a, b) => Number(a.ok) - Number(b.ok))
    .filter((one) => {
      left -= Buffer.byteLength(JSON.stringify(one))
      return left >= 0
    })
  return encodeOutput(JSON.stringify({ ...result, message: result.message.slice(0, room.message), evidence }))
}

// The rehearsal's GitHub is on loopback.
const supported = /^(github\.com|[a-z0-9-]+\.ghe\.com|localhost|127\.0\.0\.\d{1,3}|\[::1\])$/

/**
 * Refuses a GitHub whose workflows cannot be what Lockstep's are.
 *
 * G1: an Enterprise Server has no `concurrency.queue`; without it GitHub drops deploys that wait.
 *
 * @param serverUrl `GITHUB_SERVER_URL`.
 * @throws UserError `unsupported-github`
 */
export function requireSupportedGitHub(serverUrl: string): void {
  const host = URL.canParse(serverUrl) ? new URL(serverUrl).hostname : serverUrl
  if (supported.test(host)) return
  throw new UserError(
    'unsupported-github',
    `Lockstep does not run on ${JSON.stringify(host.slice(0, 100))}: only on github.com and ghe.com.`,
    {
      fix: 'GitHub Enterprise Server has no "concurrency: queue", YAML anchors or "environment: deployment" in workflows, and would drop deploys that wait. Move the deploy repo to github.com or ghe.com.',
    },
  )
}
