import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { checkConformity } from '../../../../rehearsal/github/openapi/conformity.js'

const label = {
  id: 1,
  node_id: 'x',
  url: 'https://api.example.org/labels/x',
  name: 'x',
  color: 'ff0000',
  default: false,
  description: null,
}

/** What is found wrong with one request for making a label, and an answer to it. */
async function violationsOf(sent: unknown, status: number, answer: unknown, query = ''): Promise<string[]> {
  const violations = new Set<string>()
  const app = new Hono()
  app.use(checkConformity(violations)('issues/create-label'))
  app.post('/', () => Response.json(answer, { status }))
  await app.request(`/${query}`, { method: 'POST', ...(sent === undefined ? {} : { body: JSON.stringify(sent) }) })
  return [...violations]
}

test('what GitHub describes is no violation; null counts only where the description has it', async () => {
  expect(await violationsOf({ name: 'x' }, 201, label)).toEqual([])
  expect(await violationsOf({ name: 'x' }, 201, { ...label, name: null })).toEqual([
    expect.stringContaining('issues/create-label answer 201: /name must be string'),
  ])
})

test.each([
  ['a missing property', { id: 1 }, /answer 201: \/ must have required property 'node_id'/],
  ['a wrong type', { ...label, default: 'no' }, /answer 201: \/default must be boolean/],
  ['what is no address', { ...label, url: 'labels/x' }, /answer 201: \/url must match format "uri"/],
])('an answer with %s is one', async (_, answer, message) => {
  expect(await violationsOf({ name: 'x' }, 201, answer)).toContainEqual(expect.stringMatching(message))
})

test('a status that GitHub does not answer with, and a refusal in another shape, are violations', async () => {
  expect(await violationsOf({ name: 'x' }, 200, label)).toEqual([
    'issues/create-label answer 200: GitHub has no such answer',
  ])
  const refusal = { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' }
  expect(await violationsOf({ name: 'x' }, 404, refusal)).toEqual([])
  expect(await violationsOf({ name: 'x' }, 404, { error: 'no' })).not.toEqual([])
})

test('a request counts once it is accepted: unknown words, wrong types, no body', async () => {
  expect(await violationsOf({ name: 'x', colour: 'ff0000' }, 201, label)).toEqual([
    expect.stringContaining('request: / must NOT have additional properties {"additionalProperty":"colour"}'),
  ])
  expect(await violationsOf({ name: 1 }, 201, label)).toEqual([
    expect.stringContaining('request: /name must be string'),
  ])
  expect(await violationsOf(undefined, 201, label)).toEqual(['issues/create-label request: a body is required'])
  expect(await violationsOf({ name: 'x' }, 201, label, '?nmae=x')).toEqual([expect.stringContaining('query: /')])
  const refusal = { message: 'Validation Failed', documentation_url: 'https://docs.github.com/rest' }
  expect(await violationsOf({ name: 1 }, 422, refusal)).toEqual([])
})
