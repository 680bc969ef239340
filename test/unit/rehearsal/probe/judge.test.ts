import { expect, test } from 'vitest'
import { exitCode, judge, report } from '../../../../rehearsal/probe/judge.js'
import { missingScopes } from '../../../../rehearsal/probe/session.js'

const probe = { row: 'I9', expected: 'an event', otherwise: 'openRows.labelsAtCreation' }
const good = judge(probe, { seen: 'an event' })
const other = judge({ ...probe, row: 'I10' }, { seen: 'no event' })
const none = judge({ ...probe, row: 'I11' }, { unsettled: 'It takes a second App.' })

test('an answer is as expected only where it is the same, and none is neither', () => {
  expect([good.kind, other.kind, none.kind]).toEqual(['expected', 'differs', 'not settled'])
  // Not even where the reason reads like the answer.
  expect(judge(probe, { unsettled: 'an event' }).kind).toBe('not settled')
})

test('the exit code is 0 only where every row is as expected', () => {
  expect([[good], [good, other, none], [good, none], []].map(exitCode)).toEqual([0, 1, 2, 2])
})

test('the table shows every row, and what to change where it differs', () => {
  expect(report([good, other, none]).split('\n')).toEqual([
    'row               expected  seen',
    'I9   ok           an event  an event',
    'I10  DIFFERS      an event  no event',
    'I11  not settled  an event  It takes a second App.',
    '',
    '1 as expected, 1 otherwise, 1 not settled.',
    'I10 of docs/github-assumptions.md is to be changed, and with it openRows.labelsAtCreation.',
    '',
  ])
})

test('what GitHub says cannot write to the terminal', () => {
  const evil = judge(probe, { seen: 'no\u001b[2J\nI9  ok\u202e' })
  expect(report([evil])).toContain('no [2J I9 ok')
})

test('a token that may not delete is refused before anything is made', () => {
  expect(missingScopes('repo, workflow')).toEqual(['delete_repo'])
  expect(missingScopes('delete_repo, repo, workflow')).toEqual([])
  // Fine-grained tokens have no scopes, and GitHub sends no such header.
  expect(missingScopes(undefined)).toEqual([])
})
