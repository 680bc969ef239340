import { UserError } from '../foundation/errors.js'
import { addInput, choiceInput, type InputDefinition, type InputDefinitions } from './inputs.js'

/** One thing that an action can be asked to do. */
export interface Mode {
  /** What it does, in one sentence: of the README's table. */
  does: string
  /** Inputs without which it refuses to begin. */
  needs?: readonly string[]
  /** Inputs that it reads where they are given. */
  takes?: readonly string[]
}

export type Modes = Record<string, Mode>

/** The input `mode`: which of them is asked for. It has no default, so that no workflow does what nobody wrote down. */
export const modeInput = <const M extends Modes>(modes: M): InputDefinition<keyof M & string> =>
  choiceInput({ description: `What to do: ${listOf(Object.keys(modes))}. See the table of modes.` }, Object.keys(modes))

/**
 * Whether what the mode needs is there.
 *
 * @param read a text of an input, as it was given
 * @throws UserError `input-invalid` with the list of modes, or with the input that is missing
 */
export function requireInputsOf(modes: Modes, inputs: InputDefinitions, read: (name: string) => string): void {
  const given = read('mode')
  const mode = modes[given]
  if (given === '') {
    const message = `Input "mode" is missing: one of ${listOf(Object.keys(modes))}.`
    throw new UserError('input-invalid', message, { fix: 'Add "mode:" under "with:" of this step.' })
  }
  for (const name of mode?.needs ?? []) {
    if ((read(name) || (inputs[name]?.default ?? '')).trim() !== '') continue
    const why = `Input "${name}" is missing: mode "${given}" needs it${name === 'kubeconfig' ? kubeconfigHint(given) : ''}.`
    throw new UserError('input-invalid', why, { fix: addInput(name) })
  }
}

/** An environment's secret is empty, without an error, in a job that does not name the environment. */
const kubeconfigHint = (mode: string): string =>
  ` (is the job's environment the cluster's, and does it have the secret ${mode === 'dry-run' ? 'DRY_RUN_KUBECONFIG' : 'KUBECONFIG'}?)`

/** The modes that read an input; empty where all of them do. */
export const modesWith = (modes: Modes, input: string): string[] =>
  Object.entries(modes)
    .filter(([, { needs = [], takes = [] }]) => needs.includes(input) || takes.includes(input))
    .map(([name]) => name)

const listOf = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ')
