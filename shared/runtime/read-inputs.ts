import { addInput, type InputDefinitions, type InputValues } from '../action/inputs.js'
import { type Modes, requireInputsOf } from '../action/modes.js'
import { UserError } from '../foundation/errors.js'
import type { ActionName } from '../foundation/result.js'
import { requireTokens, usesOf } from './mode-tokens.js'

/**
 * Reads every input once, before anything else happens; the first wrong one throws.
 *
 * @throws UserError `input-invalid`
 */
export function readInputs<I extends InputDefinitions>(
  { name: action, inputs, modes }: { name: ActionName; inputs: I; modes?: Modes | undefined },
  read: (name: string) => string,
): InputValues<I> {
  if (modes) requireInputsOf(modes, inputs, read)
  requireTokens(usesOf(action, read('mode')), (name) => read(name) || (inputs[name]?.default ?? ''))
  const entries = Object.entries(inputs).map(([name, spec]) => {
    const value = read(name) || spec.default || ''
    if (value === '' && spec.required) {
      throw new UserError('input-invalid', `Input "${name}" is missing: ${spec.description}`, { fix: addInput(name) })
    }
    return [name, spec.parse(value, name)]
  })
  return Object.fromEntries(entries) as InputValues<I>
}
