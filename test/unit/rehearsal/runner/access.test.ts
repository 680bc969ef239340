import { expect, test } from 'vitest'
import {
  beyondGiven,
  environmentAdmits,
  isFork,
  isTrusted,
  jobSecrets,
  passedSecrets,
  permissionsOf,
  unsaidPermissions,
} from '../../../../rehearsal/runner/access.js'
import { parseWorkflow } from '../../../../rehearsal/runner/workflow.js'

const environment = (branches: string[], secrets = {}) => ({ name: 'staging', branches, secrets, variables: {} })
const caller = (secrets: string) => {
  const { jobs } = parseWorkflow('x.yml', `on: push\njobs: { a: { uses: ./.github/workflows/y.yml${secrets} } }\n`)
  if (!jobs.a) throw new Error('no job')
  return jobs.a
}

test.each([
  ['refs/heads/main', ['main'], true],
  ['refs/heads/evil', ['main'], false],
  ['refs/heads/release/1', ['release/*'], true],
  ['refs/pull/3/merge', ['main', '**'], false],
  ['refs/tags/main', ['main'], false],
  ['refs/pull/3/merge', [], true],
])('%s is admitted by %s: %s', (ref, branches, expected) => {
  expect(environmentAdmits(environment(branches), ref)).toBe(expected)
})

test("an environment's secret stands before the repository's of the same name", () => {
  const own = environment(['main'], { KUBECONFIG: 'staging' })
  expect(jobSecrets({ kind: 'all', secrets: { KUBECONFIG: 'repo', OTHER: 'x' } }, own)).toEqual({
    KUBECONFIG: 'staging',
    OTHER: 'x',
  })
})

test('a called workflow gets secrets of its environment only when they are inherited, or named by the caller', () => {
  const own = environment(['main'], { KUBECONFIG: 'staging' })
  const all = { kind: 'all', secrets: { REPO: 'x' } } as const
  const pass = (secrets: string) =>
    jobSecrets(
      passedSecrets(caller(secrets), all, () => ''),
      own,
    )
  expect(pass('')).toEqual({})
  expect(pass(', secrets: inherit')).toEqual({ REPO: 'x', KUBECONFIG: 'staging' })
  expect(pass(', secrets: { KUBECONFIG: "${{ secrets.KUBECONFIG }}" }')).toEqual({ KUBECONFIG: 'staging' })
})

test('permissions that are not written are the default or those above, and empty ones are none', () => {
  expect(permissionsOf(undefined)).toEqual({ contents: 'read', packages: 'read' })
  expect(permissionsOf(undefined, unsaidPermissions('write'))).toMatchObject({ contents: 'write', issues: 'write' })
  expect(permissionsOf(undefined, { issues: 'write' })).toEqual({ issues: 'write' })
  expect(permissionsOf({})).toEqual({})
  expect(permissionsOf({ 'pull-requests': 'write', contents: 'none' })).toEqual({ pull_requests: 'write' })
  expect(permissionsOf('read-all')).toMatchObject({ pull_requests: 'read', contents: 'read' })
})

test('what goes beyond the caller is named', () => {
  expect(beyondGiven({ contents: 'write', issues: 'read' }, { contents: 'read', issues: 'write' })).toEqual([
    'contents: write',
  ])
})

test.each([
  ['pull_request', 'org/deploy', false],
  ['pull_request', 'eve/deploy', true],
  ['pull_request_review', 'eve/deploy', true],
  ['pull_request_target', 'eve/deploy', false],
  ['push', 'eve/deploy', false],
])('%s from %s is of a fork: %s', (event, full_name, expected) => {
  expect(isFork(event, { pull_request: { head: { repo: { full_name } } } }, 'org/deploy')).toBe(expected)
})

test('a fork whose repository is gone is a fork; it gets no secrets and only reads', () => {
  expect(isFork('pull_request', { pull_request: { head: { repo: null } } }, 'org/deploy')).toBe(true)
  expect(isTrusted(true, { KEY: 'x' }, { checks: 'write', contents: 'read' })).toEqual({
    secrets: {},
    permissions: { checks: 'read', contents: 'read' },
  })
  expect(isTrusted(false, { KEY: 'x' }, { checks: 'write' })).toEqual({
    secrets: { KEY: 'x' },
    permissions: { checks: 'write' },
  })
})
