import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { answerRows, rowReaders } from '../../../../actions/doctor/assumptions/answers.js'
import type { PastIssue } from '../../../../actions/doctor/assumptions/past.js'
import { unreadRows } from '../../../../actions/doctor/assumptions/unread.js'
import type { Answer, Known } from '../../../../actions/doctor/assumptions/verdict.js'
import { describeSettings } from '../../../../actions/doctor/describe.js'
import { healthy } from '../../../fixtures/healthy-doctor-facts.js'

const nothing = { unseen: 'GitHub answers 403.' }
const blind: Known = {
  policy: healthy.policy,
  ...{ rules: nothing, classic: nothing, bypassers: nothing, viewer: nothing, issues: nothing, comments: nothing },
  ...{ autoMergers: nothing, basesFollow: nothing, mergeActivities: nothing, pullsOfMerge: nothing },
  ...{ externalIds: nothing, statuses: nothing, payloads: nothing, bypass: nothing, anySource: nothing },
  ...{ protection: nothing, mergeSettings: nothing, upstreams: [] },
}
const answer = (row: string, known: Partial<Known>): Answer | undefined =>
  answerRows({ ...blind, ...known }).find((told) => told.row === row)?.answer

const [first, second, third] = ['2026-06-01T10:00:00Z', '2026-06-01T10:00:05Z', '2026-06-01T10:00:09Z']
const issue: PastIssue = {
  ...{ number: 5, createdAt: first, labels: 1, labeled: [first], hasEditor: false, edits: undefined },
}
const comment = { createdAt: first, updatedAt: first, reactedAt: second }
const of = <T>(value: T): { value: T } => ({ value })
const gate = healthy.policy.apps.gate.id
const there = (shown: boolean) => [{ repo: 'acme/hub', records: of(shown), rest: of(shown) }]

/** What each row's two answers look like, and what settles nothing. */
test.each<[string, Partial<Known>, Answer]>([
  ['I9', { issues: of([issue]) }, 'believed'],
  ['I9', { issues: of([{ ...issue, labeled: [] }]) }, 'other'],
  ['I9', { issues: of([{ ...issue, labels: 0, labeled: [] }]) }, 'unseen'],
  ['I10', { issues: of([{ ...issue, labeled: [first, second] }]) }, 'believed'],
  ['I10', { issues: of([{ ...issue, hasEditor: true }]) }, 'other'],
  ['I10', { issues: of([issue]) }, 'unseen'],
  // Whoever edited its text is its editor.
  ['I10', { issues: of([{ ...issue, hasEditor: true, edits: { first, last: first } }]) }, 'unseen'],
  ['I11', { comments: of([comment]) }, 'believed'],
  ['I11', { comments: of([comment, { ...comment, updatedAt: second }]) }, 'other'],
  ['I11', { comments: of([{ ...comment, reactedAt: first }]) }, 'unseen'],
  ['I14', { viewer: of('github-actions[bot]') }, 'believed'],
  ['I14', { viewer: of('github-actions') }, 'other'],
  ['I15', { autoMergers: of(['User', 'User']) }, 'believed'],
  ['I15', { autoMergers: of(['User', 'Bot']) }, 'other'],
  ['I15', { autoMergers: of(['nobody']) }, 'other'],
  ['I15', { autoMergers: of([]) }, 'unseen'],
  ['I16', { issues: of([{ ...issue, edits: { first: third, last: second } }]) }, 'believed'],
  ['I16', { issues: of([{ ...issue, edits: { first: second, last: third } }]) }, 'other'],
  ['I16', { issues: of([{ ...issue, edits: { first: second, last: second } }]) }, 'unseen'],
  ['C5', { externalIds: of([{ length: 162, whole: true }]) }, 'believed'],
  [
    'C5',
    {
      externalIds: of([
        { length: 162, whole: true },
        { length: 128, whole: false },
      ]),
    },
    'other',
  ],
  ['C5', { externalIds: of([]) }, 'unseen'],
  ['C18', { basesFollow: of([true]) }, 'believed'],
  ['C18', { basesFollow: of([true, false]) }, 'other'],
  ['C18', { basesFollow: of([]) }, 'unseen'],
  ['C26', { bypass: of([{ list: 'absent', may: 'never' }]) }, 'believed'],
  ['C26', { bypass: of([{ list: 'null', may: 'never' }]) }, 'other'],
  ['C26', { bypass: of([]) }, 'unseen'],
  ['C27', { bypass: of([{ list: 'absent', may: 'always' }]) }, 'believed'],
  ['C27', { bypass: of([{ list: 'absent', may: undefined }]) }, 'other'],
  [
    'C27',
    { bypass: of([{ list: 'absent', may: 'never' }]), bypassers: of([{ type: 'Integration', id: gate }]) },
    'other',
  ],
  ['C27', { bypass: of([{ list: 'absent', may: 'never' }]), bypassers: of([]) }, 'unseen'],
  ['C28', { anySource: of(['absent']) }, 'believed'],
  ['C28', { anySource: of(['absent', 'null']) }, 'other'],
  ['C28', { anySource: of([]) }, 'unseen'],
  ['C32', { protection: of(false), rules: healthy.rules }, 'believed'],
  ['C32', { protection: of(true), rules: healthy.rules, classic: of(undefined) }, 'other'],
  ['C32', { protection: of(true), rules: healthy.rules }, 'unseen'],
  ['C32', { protection: of(true), rules: healthy.rules, classic: of({ approvals: 0, codeOwners: false }) }, 'unseen'],
  ['C32', { protection: of(false), rules: of([]) }, 'unseen'],
  ['C33', { mergeActivities: of(['pr_merge']) }, 'believed'],
  ['C33', { mergeActivities: of(['pr_merge', 'push']) }, 'other'],
  ['C33', { mergeActivities: of([]) }, 'unseen'],
  ['C34', { mergeSettings: of('filled') }, 'believed'],
  ['C34', { mergeSettings: of('absent') }, 'unseen'],
  ['C36', { pullsOfMerge: of(2) }, 'other'],
  ['C36', { pullsOfMerge: of(1) }, 'unseen'],
  ['C36', { pullsOfMerge: of(undefined) }, 'unseen'],
  ['D17', { upstreams: there(true) }, 'believed'],
  ['D17', { upstreams: there(false) }, 'other'],
  ['D17', { upstreams: [] }, 'unseen'],
  ['D18', { statuses: of([{ ids: [9, 7, 3], first: 'success' }]) }, 'believed'],
  ['D18', { statuses: of([{ ids: [3, 7, 9], first: 'success' }]) }, 'other'],
  ['D18', { statuses: of([{ ids: [3], first: 'success' }]) }, 'unseen'],
  ['D19', { statuses: of([{ ids: [3], first: 'inactive' }]) }, 'believed'],
  ['D19', { statuses: of([{ ids: [3], first: 'success' }]) }, 'unseen'],
  ['D20', { payloads: of(['{"schema":1}']) }, 'believed'],
  ['D20', { payloads: of(['"{\\"schema\\":1}"']) }, 'other'],
  ['D20', { payloads: of(['schema: 1']) }, 'other'],
  ['D20', { payloads: of([]) }, 'unseen'],
  ['P8', { upstreams: there(true) }, 'believed'],
  ['P8', { upstreams: there(false) }, 'other'],
])('%s is told by %j: %s', (row, known, is) => {
  expect(answer(row, known)).toBe(is)
})

test('what cannot be seen is no answer to any row', () => {
  expect(new Set(answerRows(blind).map((told) => told.answer))).toEqual(new Set(['unseen']))
})

test('every open row is either read, or the reason why reading does not settle it is told', () => {
  const [tables = ''] = readFileSync('docs/github-assumptions.md', 'utf8').split('## What Lockstep does about rows')
  const rows = tables.split('\n').filter((line) => /^\| [A-Z]\d+ \|/.test(line))
  // The word stands in the cell of the state alone.
  const open = rows.filter((line) => line.split(' | ').some((cell) => /\bOPEN\b|\bis open\b/.test(cell)))
  const ids = open.map((line) => /^\| ([A-Z]\d+)/.exec(line)?.[1] ?? '')
  expect(ids.length).toBeGreaterThan(30)
  const known = [...Object.keys(rowReaders), ...Object.keys(unreadRows)]
  expect(ids.filter((id) => !known.includes(id))).toEqual([])
  expect(known.filter((id, index) => known.indexOf(id) !== index)).toEqual([])
  const all = rows.map((line) => /^\| ([A-Z]\d+)/.exec(line)?.[1])
  expect(known.filter((id) => !all.includes(id))).toEqual([])
})

test('the summary tells them folded, what is otherwise first, and names in it stay text', () => {
  const text = describeSettings(
    [],
    [
      { row: 'I9', answer: 'believed', says: 'Well.' },
      { row: 'I14', answer: 'other', says: 'GraphQL names a job @evil <b>.' },
    ],
  )
  expect(text).toMatch(
    /<details><summary>How GitHub behaves here .+<\/summary>\n\n- \*\*I14\*\*.+\n- \*\*I9\*\*.+\n\n<\/details>$/,
  )
  expect(text).not.toContain('@evil')
  expect(text).not.toContain('<b>')
})
