import { describe, expect, test } from 'vitest'
import { UserError } from '../../../../shared/action/errors.js'
import {
  choice,
  commit,
  duration,
  flag,
  type Inputs,
  readInputs,
  repository,
  text,
} from '../../../../shared/action/inputs.js'

const read = (specs: Inputs, given: Record<string, string>): unknown => readInputs(specs, (name) => given[name] ?? '')
const spec = { description: 'A thing.' }

function refusal(specs: Inputs, given: Record<string, string>): UserError {
  try {
    read(specs, given)
  } catch (error) {
    if (error instanceof UserError) return error
  }
  throw new Error('it was accepted')
}

test('an input that is not given has its default', () => {
  expect(read({ wait: duration({ ...spec, default: '20m' }) }, {})).toEqual({ wait: 1_200_000 })
})

test('a missing required input is named, with what it is for and where to put it', () => {
  const { reason, message, fix } = refusal({ component: text({ ...spec, required: true }) }, {})
  expect(reason).toBe('input-invalid')
  expect(message).toBe('Input "component" is missing: A thing.')
  expect(fix).toContain('Add "component:" under "with:" of this step.')
})

describe('what is nearly right is an error that lists what is allowed, never a guess', () => {
  test.each([
    [{ force: flag(spec) }, 'tru', '"true" or "false"'],
    [{ force: flag(spec) }, 'True', '"true" or "false"'],
    [{ mode: choice(spec, ['plan', 'deploy']) }, 'deploi', 'one of "plan", "deploy"'],
    [{ wait: duration(spec) }, '20', 'a duration such as "90s", "20m" or "24h"'],
    [{ wait: duration(spec) }, '1d', 'a duration such as "90s", "20m" or "24h"'],
    [{ commit: commit(spec) }, 'main', 'a full commit SHA (40 hex digits)'],
    [{ repo: repository(spec) }, 'https://github.com/a/b', '"owner/name"'],
    [{ repo: repository(spec) }, 'a/b;rm -rf', '"owner/name"'],
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
        force: flag(spec),
        mode: choice(spec, ['plan', 'deploy']),
        wait: duration(spec),
        commit: commit(spec),
        repo: repository(spec),
      },
      { force: 'false', mode: 'plan', wait: '90s', commit: sha, repo: 'jupyterhub/binderhub' },
    ),
  ).toEqual({ force: false, mode: 'plan', wait: 90_000, commit: sha, repo: 'jupyterhub/binderhub' })
})
