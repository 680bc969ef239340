import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OpenRows } from '../../../../rehearsal/github/open-rows.js'
import { deployments } from '../../../../rehearsal/probe/deployments.js'
import { limits } from '../../../../rehearsal/probe/limits.js'
import { permissions } from '../../../../rehearsal/probe/permissions.js'
import { type ProbeFixture, startProbeFixture } from '../../../fixtures/probe-session.js'

let fixture: ProbeFixture
beforeAll(async () => {
  fixture = await startProbeFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test.each([...deployments, ...permissions, ...limits].map(({ row }) => row))(
  '%s is as expected on the emulator',
  async (row) => {
    const { kind, told } = await fixture.verdict(row)
    expect(`${kind}: ${told}`).toMatch(/^expected: /)
  },
)

test.each<[string, Partial<OpenRows>, string]>([
  ['D1', { deploymentsOfForks: false }, 'refused with 422'],
  ['D18', { newestStatusFirst: false }, 'oldest first'],
  ['D19', { inactiveFirst: false }, 'refused with 422'],
  ['L10', { objectsPerQuery: 100 }, 'refused: RESOURCE_LIMITS_EXCEEDED'],
])('%s differs where the switch is turned: %o', async (row, rows, told) => {
  const { openRows } = fixture.github
  const before = { ...openRows }
  Object.assign(openRows, rows)
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  Object.assign(openRows, before)
})

type Fault = Parameters<ProbeFixture['github']['faults']['next']>[0]
const refused = (status: number) => ({ kind: 'status', status, message: 'No.' }) as const
const answer = (body: unknown) => ({ kind: 'answer', body }) as const
const payload = { data: { repository: { deployments: { nodes: [{ payload: JSON.stringify('{"a":1}') }] } } } }
const newer = { kind: 'status', status: 200, headers: { 'x-github-api-version-selected': '2026-03-10' } } as const
const byGitHub = { id: 1, state: 'inactive', creator: { login: 'github' } }

test.each<[string, string, string, Fault, string]>([
  ['D2', 'POST', '*/deployments', refused(422), 'refused with 422'],
  ['D3', 'POST', '*/deployments', refused(202), '202'],
  ['D4', 'GET', '*/deployments', answer([]), 'another order; environment, task and sha filter'],
  ['D6', 'GET', '*/deployments/*', answer({ payload: '{"a":1}' }), 'text'],
  ['D7', 'POST', '*/deployments', { ...refused(422), skip: 2 }, '10 KB: taken, 64 KB: taken, 1 MB: refused with 422'],
  ['D8', 'POST', '*/statuses', refused(422), '140: refused with 422, 141: refused with 422'],
  [
    'D9',
    'GET',
    '*/statuses',
    answer([{ id: 1, state: 'success' }]),
    'the former: success, a former of production: success',
  ],
  ['D10', 'GET', '*/statuses', answer([byGitHub]), 'github'],
  ['D13', 'GET', '*/environments', answer({ environments: [] }), 'not made'],
  [
    'D14',
    'GET',
    '*/deployment-branch-policies',
    refused(403),
    'with actions: read: refused with 403, without: refused with 403',
  ],
  ['D15', 'GET', '*/deployment-branch-policies', answer({ branch_policies: [{}] }), 'undefined'],
  ['D20', 'POST', '/graphql', answer(payload), "the JSON's text, twice"],
  ['D21', 'DELETE', '*/deployments/*', refused(422), 'refused with 422'],
  ['P2', 'POST', '*/reactions', refused(403), 'with pull-requests alone: refused with 403'],
  [
    'P6',
    'GET',
    '*/permissions/workflow',
    refused(403),
    'with administration: read: refused with 403, without: refused with 403',
  ],
  ['P9', 'POST', '*/issues', refused(403), 'no such header'],
  ['P10', 'POST', '/graphql', answer({ data: {}, errors: [{ type: 'OTHER', message: 'No.' }] }), 'OTHER: No.'],
  ['P11', 'POST', '*/access_tokens', answer({ token: 'x' }), 'taken'],
  ['P12', 'GET', '/app', refused(401), 'refused with 401'],
  ['P13', 'GET', '*/branches', newer, 'answered as 2026-03-10'],
  ['L3', 'POST', '*/comments', refused(422), '65,536: refused with 422, 65,537: refused with 422'],
  [
    'L4',
    'POST',
    '*/check-runs',
    { ...refused(422), skip: 2 },
    expect.stringContaining('50 annotations: refused with 422'),
  ],
])('%s differs where GitHub answers otherwise', async (row, method, path, fault, told) => {
  // Made before, so that the fault meets the question.
  for (const purpose of ['plain', 'private']) await (await fixture.session()).place(purpose)
  fixture.github.faults.next({ ...fault, match: { method, path } })
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  fixture.github.faults.clear()
})
