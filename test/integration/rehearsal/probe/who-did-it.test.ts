import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenRows } from '../../../../rehearsal/github/open-rows.js'
import { whoDidIt } from '../../../../rehearsal/probe/who-did-it.js'
import { type ProbeFixture, startProbeFixture } from '../../../fixtures/probe-session.js'

let fixture: ProbeFixture
beforeAll(async () => {
  fixture = await startProbeFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test.each(whoDidIt.map(({ row }) => row))('%s is as expected on the emulator', async (row) => {
  const { kind, told } = await fixture.verdict(row)
  expect(`${kind}: ${told}`).toMatch(/^expected: /)
})

test.each<[string, Partial<OpenRows>, string]>([
  ['I9', { labelsAtCreation: 'silent' }, 'no event'],
  ['I10', { issueEditor: 'anything' }, 'set by title or labels'],
  ['I11', { commentUpdates: 'anything' }, 'a reaction moves it, an edit moves it'],
])('%s differs where the switch is turned', async (row, rows, told) => {
  const { openRows } = fixture.github
  const before = { ...openRows }
  Object.assign(openRows, rows)
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  Object.assign(openRows, before)
})

const app = { performed_via_github_app: { id: 4711, slug: 'probe-app' } }
const ada = { login: 'ada', id: 1, type: 'User' }
const issue = (fields: object) => ({ data: { repository: { issue: fields } } })

test.each<[string, string, string, unknown, string]>([
  ['I1', 'GET', '*/issues/*', app, 'the App'],
  ['I2', 'GET', '*/deployments/*', app, 'the App'],
  ['I3', 'GET', '*/statuses', [app], 'the App'],
  ['I4', 'GET', '*/issues/comments/*', { performed_via_github_app: null }, 'null'],
  ['I5', 'GET', '*/deployments/*', { creator: ada }, 'ada'],
  ['I7', 'GET', '*/check-runs/*', { app: { id: 4712, slug: 'probe-app-2' } }, 'probe-app-2'],
  ['I8', 'POST', '/graphql', issue({ author: { login: 'probe-app[bot]' } }), 'GraphQL with, REST with'],
  ['I18', 'POST', '/graphql', issue({ author: { databaseId: 4711 } }), 'another number'],
])('%s differs where GitHub answers otherwise', async (row, method, path, body, told) => {
  // The place is made before, so that the fault meets the question.
  await (await fixture.session()).place('plain')
  fixture.github.faults.next({ kind: 'answer', body, match: { method, path } })
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
})

test('I16 tells an order that is the other way round', async () => {
  const edits = (first: string, last: string) =>
    issue({
      first: { totalCount: 2, nodes: [{ editedAt: first }] },
      last: { totalCount: 2, nodes: [{ editedAt: last }] },
    })
  const body = edits('2026-01-01T00:00:00Z', '2026-01-01T00:00:02Z')
  fixture.github.faults.next({ kind: 'answer', body, match: { method: 'POST', path: '/graphql' }, times: 2 })
  expect(await fixture.verdict('I16')).toMatchObject({ kind: 'differs', told: 'oldest first, none of labels' })
})

test('a row that GitHub does not answer is not settled, with the reason', async () => {
  fixture.github.faults.next({ kind: 'status', status: 403, message: 'Forbidden today', match: { path: '*/issues' } })
  expect(await fixture.verdict('I1')).toMatchObject({
    kind: 'not settled',
    told: expect.stringContaining('Forbidden today'),
  })
})
