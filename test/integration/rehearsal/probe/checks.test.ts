import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRef } from '../../../../rehearsal/github/git.js'
import type { OpenRows } from '../../../../rehearsal/github/open-rows.js'
import { checks } from '../../../../rehearsal/probe/checks.js'
import { merging } from '../../../../rehearsal/probe/merging.js'
import { type ProbeFixture, startProbeFixture } from '../../../fixtures/probe-session.js'

let fixture: ProbeFixture
beforeAll(async () => {
  fixture = await startProbeFixture()
})
afterAll(() => fixture[Symbol.asyncDispose]())

test.each([...checks, ...merging].map(({ row }) => row))('%s is as expected on the emulator', async (row) => {
  const { kind, told } = await fixture.verdict(row)
  expect(`${kind}: ${told}`).toMatch(/^expected: /)
})

test.each<[string, Partial<OpenRows>, string]>([
  ['C4', { completedCheck: 'stays' }, 'still success, started_at stays'],
  ['C4', { completedCheck: 'refused' }, 'refused with 422'],
  ['C26', { hiddenBypassList: 'null' }, 'null'],
  ['C27', { bypassToldToApps: 'absent' }, 'on the list: absent, off it: absent'],
  ['C27', { bypassToldToApps: 'never' }, 'on the list: never, off it: never'],
  ['C28', { anySource: 'null' }, 'null'],
  ['C32', { rulesetsShownAsProtection: true }, 'a ruleset alone: on, classic protection: on'],
])('%s differs where the switch is turned: %o', async (row, rows, told) => {
  const { openRows } = fixture.github
  const before = { ...openRows }
  Object.assign(openRows, rows)
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  Object.assign(openRows, before)
})

test('C1 differs where the check of any App counts', async () => {
  const settings = await fixture.settings('ruled by the App')
  const { requiredCheck } = settings
  settings.requiredCheck = { name: requiredCheck?.name ?? '' }
  expect(await fixture.verdict('C1')).toMatchObject({ kind: 'differs', told: expect.stringContaining('green: merged') })
  Object.assign(settings, { requiredCheck })
})

test('C1 and C27 take a second App', async () => {
  await using alone = await startProbeFixture({ second: false })
  for (const row of ['C1', 'C27'])
    expect(await alone.verdict(row)).toMatchObject({ kind: 'not settled', told: expect.stringContaining('second App') })
})

const refused = (status: number, message: string) => ({ kind: 'status', status, message }) as const
const answer = (body: unknown) => ({ kind: 'answer', body }) as const
const moved = answer({ data: { updateRefs: { clientMutationId: null } } })
const decided = answer({ data: { repository: { pullRequest: { reviewDecision: 'REVIEW_REQUIRED' } } } })

test.each<[string, string, string, Parameters<ProbeFixture['github']['faults']['next']>[0], string]>([
  ['C3', 'POST', '*/check-runs', refused(422, 'No commit found'), 'refused with 422'],
  ['C5', 'POST', '*/check-runs', refused(422, 'too long'), '170: refused with 422, 202: kept, 256: kept'],
  ['C8', 'PUT', '*/merge', refused(405, 'Required status check is expected.'), '9 of 10 merged at once'],
  ['C10', 'PUT', '*/merge', refused(405, 'No merging today'), expect.stringContaining('setting: "No merging today"')],
  ['C15', 'GET', '*/commits/*/pulls', answer([]), '4 of 5 known at once'],
  ['C16', 'GET', '*/pulls/*', answer({ merge_commit_sha: 'x' }), "main's newest commit for squash, rebase"],
  ['C18', 'GET', '*/pulls/*', answer({ base: { sha: 'x' } }), 'stays'],
  ['C17', 'GET', '*/git/commits/*', answer({ parents: [] }), 'made anew'],
  [
    'C23',
    'POST',
    '*/git/commits',
    answer({ verification: { verified: false, reason: 'unsigned' } }),
    'not verified: unsigned',
  ],
  ['C25', 'GET', '*/rules/branches/main', answer([]), 'no rules of the ruleset, and none of classic protection'],
  [
    'C35',
    'PUT',
    '*/merge',
    refused(405, 'Required status check is failing.'),
    expect.stringContaining('not the newest'),
  ],
  ['C2', 'POST', '*/rulesets', refused(422, 'No such integration'), 'refused with 422 after the first check'],
  ['C13', 'POST', '/graphql', { ...moved, skip: 2 }, 'a move over a changed workflow: taken'],
  ['C14', 'POST', '/graphql', { ...moved, skip: 1 }, expect.stringContaining('a wrong commit before: taken')],
  ['C29', 'POST', '/graphql', { ...decided, skip: 1 }, 'REVIEW_REQUIRED'],
  ['C34', 'GET', '/repos/*', answer({ allow_merge_commit: true }), 'with read: shown, with write: shown'],
])('%s differs where GitHub answers otherwise', async (row, method, path, fault, told) => {
  fixture.github.faults.next({ ...fault, match: { method, path } })
  expect(await fixture.verdict(row)).toMatchObject({ kind: 'differs', told })
  fixture.github.faults.clear()
})

test('C33 differs where a merge is shown as a push', async () => {
  const { gitDir } = await fixture.settings('plain')
  // Which commit it is about is known only when it is asked.
  const body = { toJSON: () => [{ after: readRef(gitDir, 'refs/heads/main'), activity_type: 'push' }] }
  fixture.github.faults.next({ kind: 'answer', body, match: { method: 'GET', path: '*/activity' } })
  expect(await fixture.verdict('C33')).toMatchObject({ kind: 'differs', told: 'push' })
})

test.each([
  ['bot', 'by auto-merge: github-merge-queue'],
  ['nobody', 'by auto-merge: nobody'],
] as const)('I15 differs where GitHub names as who merged: %s', async (shown, told) => {
  const settings = await fixture.settings('ruled by the App')
  settings.mergedByOfAutoMerge = shown
  expect(await fixture.verdict('I15')).toMatchObject({ kind: 'differs', told })
  settings.mergedByOfAutoMerge = 'person'
})
