import { UserError } from '../foundation/errors.js'
import type { Token } from '../github/token.js'

/** How one input is read: its documentation, and a strict parser that throws with the allowed words. */
export interface InputDefinition<T> {
  description: string
  required: boolean
  default: string | undefined
  parse(text: string, name: string): T
}

export type InputDefinitions = Record<string, InputDefinition<unknown>>
export type OutputDefinitions = Record<string, string>
export type InputValues<I extends InputDefinitions> = {
  [K in keyof I]: I[K] extends InputDefinition<infer T> ? T : never
}

type Spec = { description: string; default?: string; required?: boolean }

function input<T>(spec: Spec, parse: InputDefinition<T>['parse']): InputDefinition<T> {
  return { description: spec.description, required: spec.required ?? false, default: spec.default, parse }
}

const wrong = (name: string, text: string, allowed: string): UserError =>
  new UserError('input-invalid', `Input "${name}" is ${JSON.stringify(text)}; it must be ${allowed}.`, {
    fix: `Change "${name}" under "with:" of this step.`,
  })

/** Any text; empty where it is optional and not given. */
export const textInput = (spec: Spec): InputDefinition<string> => input(spec, (value) => value)

/** What a secret input holds, which tells what of it must never be shown. */
export type SecretFormat = 'text' | 'kubeconfig' | 'named-values'

/** A text that must not appear in any log. `action()` masks it before anything else happens. */
export const secretInput = (
  spec: Spec,
  format: SecretFormat = 'text',
): InputDefinition<string> & { secret: SecretFormat } => ({
  ...textInput(spec),
  secret: format,
})

/** A token for repositories of several owners: a ready one, or what mints one for each. */
export const tokenInput = (spec: Spec): InputDefinition<Token> & { secret: SecretFormat } => ({
  ...input<Token>(spec, (value) => value),
  secret: 'text',
})

/** The App of which an action makes its tokens. */
export const appInputs = (whose: string) => ({
  'app-id': textInput({
    description: `Id of ${whose}, from which the action creates the tokens that its mode needs. They are revoked after the job.`,
  }),
  'app-key': secretInput({
    description: 'Private key of that App, the complete .pem file. Replaces the token inputs.',
  }),
})

/** Exactly one of `words`; unlike a loose boolean, "tru" is an error and not false. */
export const choiceInput = <const W extends string>(spec: Spec, words: readonly W[]): InputDefinition<W> =>
  input(spec, (value, name) => {
    const word = words.find((candidate) => candidate === value)
    if (word === undefined) throw wrong(name, value, `one of ${words.map((w) => `"${w}"`).join(', ')}`)
    return word
  })

export const flagInput = (spec: Spec): InputDefinition<boolean> =>
  input(spec, (value, name) => {
    if (value !== 'true' && value !== 'false') throw wrong(name, value, '"true" or "false"')
    return value === 'true'
  })

/** A whole number of at least 1. */
export const countInput = (spec: Spec): InputDefinition<number> =>
  input(spec, (value, name) => {
    if (!/^[1-9]\d{0,5}$/.test(value)) throw wrong(name, value, 'a whole number of at least 1')
    return Number(value)
  })

/** A full commit SHA: 40 lower-case hex digits. */
export const commitInput = (spec: Spec): InputDefinition<string> =>
  input(spec, (value, name) => {
    if (value !== '' && !/^[0-9a-f]{40}$/.test(value)) throw wrong(name, value, 'a full commit SHA (40 hex digits)')
    return value
  })

/** `owner/name`. */
export const repositoryInput = (spec: Spec): InputDefinition<string> =>
  input(spec, (value, name) => {
    if (value !== '' && !/^[\w.-]+\/[\w.-]+$/.test(value)) throw wrong(name, value, '"owner/name"')
    return value
  })

const durationUnits = { s: 1_000, m: 60_000, h: 3_600_000 } as const

/** `90s`, `20m`, `24h` as milliseconds, or undefined if it is none of these. */
export function parseDuration(value: string): number | undefined {
  const [, count, unit] = /^(\d+)(s|m|h)$/.exec(value) ?? []
  return count === undefined ? undefined : Number(count) * durationUnits[unit as keyof typeof durationUnits]
}

/** A length of time, in milliseconds; undefined where it is optional and not given. */
export const durationInput = (spec: Spec): InputDefinition<number | undefined> =>
  input(spec, (value, name) => {
    if (value === '') return undefined
    const parsed = parseDuration(value)
    if (parsed === undefined) throw wrong(name, value, 'a duration such as "90s", "20m" or "24h"')
    return parsed
  })

/** What to do about an input that is missing, or whose secret or variable is. */
export const addInput = (name: string): string =>
  `Add "${name}:" under "with:" of this step. If it is there, its value is empty: check that the job's environment has that secret, or that the variable is set.`
