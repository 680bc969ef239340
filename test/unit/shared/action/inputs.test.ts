import { describe, expect, test } from 'vitest'
import {
  choiceInput,
  commitInput,
  durationInput,
  flagInput,
  type InputDefinitions,
  repositoryInput,
  textInput,
} from '../../../../shared/action/inputs.js'
import { UserError } from '../../../../shared/foundation/errors.js'
import { readInputs } from '../../../../shared/runtime/read-inputs.js'

const read = (specs: InputDefinitions, given: Record<string, string>): unknown =>
  readInputs({ name: 'smoke-test', inputs: specs }, (name) => given[name] ?? '')
const spec = { description: 'A thing.' }

function refusal(specs: InputDefinitions, given: Record<string, string>): UserError {
  try {
    read(specs, given)
  } catch (error) {
    if (error instanceof UserError) return error
  }
  throw new Error('it was accepted')
}

test('an input that is not given has its default', () => {
  expect(read({ wait: durationInput({ ...spec, default: '20m' }) }, {})).toEqual({ wait: 1_200_000 })
})

test('a missing required input is named, with what it is for and where to put it', () => {
  const { reason, message, fix } = refusal({ component: textInput({ ...spec, required: true }) }, {})
  expect(reason).toBe('input-invalid')
  expect(message).toBe('Input "component" is missing: A thing.')
  expect(fix).toContain('Add "component:" under "with:" of this step.')
})

describe('what is nearly right is an error that lists what is allowed, never a guess', () => {
  test.each([
    [{ force: flagInput(spec) }, 'tru', '"true" or "false"'],
    [{ force: flagInput(spec) }, 'True', '"true" or "false"'],
    [{ mode: choiceInput(spec, ['plan', 'deploy']) }, 'deploi', 'one of "plan", "deploy"'],
    [{ wait: durationInput(spec) }, '20', 'a duration such as "90s", "20m" or "24h"'],
    [{ wait: durationInput(spec) }, '1d', 'a duration such as "90s", "20m" or "24h"'],
    [{ commit: commitInput(spec) }, 'main', 'a full commit SHA (40 hex digits)'],
    [{ repo: repositoryInput(spec) }, 'https://github.com/a/b', '"owner/name"'],
    [{ repo: repositoryInput(spec) }, 'a/b;rm -rf', '"owner/name"'],
  ])('%o: %s', (specs, value, allowed) => {
    const [name = ''] = Object.keys(specs)
    const { message, fix } = refusal(specs, { [name]: value })
    expect(message).toBe(`Input "${name}" is ${JSON.stringify(value)}; it must be ${allowed}.`)
    expect(fix).toContain(`"${name}"`)
  })
})

test('what is right is read into its type', () => {
  const sha = 'a'.repeat(40)
  expect(
    read(
      {
        force: flagInput(spec),
        mode: choiceInput(spec, ['plan', 'deploy']),
        wait: durationInput(spec),
        commit: commitInput(spec),
        repo: repositoryInput(spec),
      },
      { force: 'false', mode: 'plan', wait: '90s', commit: sha, repo: 'jupyterhub/binderhub' },
    ),
  ).toEqual({ force: false, mode: 'plan', wait: 90_000, commit: sha, repo: 'jupyterhub/binderhub' })
})
