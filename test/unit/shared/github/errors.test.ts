import { expect, test } from 'vitest'
import { MissingPermission } from '../../../../shared/foundation/errors.js'
import { explainGitHub, hasStatus } from '../../../../shared/github/errors.js'

function httpError(status: number, headers: Record<string, string> = {}): Error {
  return Object.assign(new Error('Not so'), {
    name: 'HttpError',
    status,
    response: { headers },
    request: { method: 'POST', url: 'https://api.github.com/repos/a/b/pulls?x=secret' },
  })
}

test('a 403 names the permission that is missing, and where to give it', () => {
  const error = explainGitHub(httpError(403, { 'x-accepted-github-permissions': 'pull_requests=write' }))
  expect(error).toBeInstanceOf(MissingPermission)
  expect(error?.message).toBe(
    'The token may not call POST /repos/a/b/pulls: it lacks the permission "pull_requests: write".',
  )
  expect(error?.fix).toContain('"pull_requests: write"')
})

test.each([
  ['issues=write; pull_requests=write', 'issues: write or pull_requests: write'],
  ['contents=write,workflows=write', 'contents: write and workflows: write'],
])('of several permissions it says whether one does, or all are needed: %s', (accepted, words) => {
  expect(explainGitHub(httpError(403, { 'x-accepted-github-permissions': accepted }))?.message).toContain(`"${words}"`)
})

test.each([
  [401, 'missing-permission'],
  [404, 'missing-permission'],
  [403, 'missing-permission'],
  [422, 'github-unreachable'],
  [502, 'github-unreachable'],
])('status %i is reason %s, and there is something to do', (status, reason) => {
  const error = explainGitHub(httpError(status))
  expect(error?.reason).toBe(reason)
  expect(error?.fix).not.toBe('')
})

test('a limit that is used up is no missing permission', () => {
  const error = explainGitHub(Object.assign(httpError(403), { message: 'You have exceeded a secondary rate limit.' }))
  expect([error?.reason, error?.fix]).toEqual(['github-unreachable', expect.stringContaining('run the job again')])
})

test.each([
  [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1777638600' }, 'Wait until 12:30 UTC'],
  [{ 'retry-after': '60' }, 'Wait 60 s'],
])('nor is one that only its headers tell, with permissions beside them: %j', (headers, fix) => {
  const limited = httpError(403, { 'x-accepted-github-permissions': 'issues=write', ...headers })
  expect(explainGitHub(limited)).toMatchObject({ reason: 'github-unreachable', fix: expect.stringContaining(fix) })
  expect(hasStatus(limited, 403, 404)).toBe(false)
})

test('the last request of an hour may lack a permission', () => {
  const headers = { 'x-accepted-github-permissions': 'issues=write', 'x-ratelimit-remaining': '0' }
  const error = Object.assign(httpError(403, headers), { message: 'Resource not accessible by integration' })
  expect(explainGitHub(error)).toBeInstanceOf(MissingPermission)
  expect(hasStatus(error, 403)).toBe(true)
})

test('a secondary limit of GraphQL may come as a 200', () => {
  const error = Object.assign(new Error('Request failed due to: You have exceeded a secondary rate limit.'), {
    name: 'GraphqlResponseError',
    errors: [{ message: 'You have exceeded a secondary rate limit.' }],
    headers: { 'retry-after': '60' },
  })
  expect(explainGitHub(error)).toMatchObject({
    reason: 'github-unreachable',
    fix: expect.stringContaining('Wait 60 s'),
  })
})

test('a permission that is missing over GraphQL is told as one', () => {
  const error = Object.assign(new Error('Resource not accessible by integration'), {
    name: 'GraphqlResponseError',
    errors: [{ type: 'FORBIDDEN', message: 'Resource not accessible by integration' }],
  })
  expect(explainGitHub(error)?.reason).toBe('missing-permission')
})

test("what is not GitHub's is left alone", () => {
  expect(explainGitHub(new Error('socket'))).toBeUndefined()
  expect(explainGitHub('text')).toBeUndefined()
})

test('a status is recognised only on an answer of GitHub', () => {
  expect(hasStatus(httpError(404), 404, 410)).toBe(true)
  expect(hasStatus(httpError(500), 404)).toBe(false)
  expect(hasStatus(Object.assign(new Error('x'), { status: 404 }), 404)).toBe(false)
})
