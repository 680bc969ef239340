import { expect, test } from 'vitest'
import {
  type AdoptionApprovalFacts,
  decideAdoptionApprovals,
} from '../../../../../actions/helm-deploy/adopt/adoption-approvals.js'

const now = new Date('2026-11-23T12:00:00Z')
const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000)
const commit = 'a'.repeat(40)
const facts = (...words: AdoptionApprovalFacts['words']): AdoptionApprovalFacts => ({
  operator: 'olga',
  commit,
  now,
  words,
})

test('the first word waits for another one, for a day', () => {
  expect(decideAdoptionApprovals(facts())).toEqual({
    kind: 'waiting',
    say: true,
    until: new Date('2026-11-24T12:00:00Z'),
    elsewhere: undefined,
  })
})

test('the same operator again is still one, in whatever case, and gains no time', () => {
  expect(decideAdoptionApprovals(facts({ operator: 'OLGA', commit, given: hoursAgo(20) }))).toEqual({
    kind: 'waiting',
    say: false,
    until: new Date('2026-11-23T16:00:00Z'),
    elsewhere: undefined,
  })
})

test("another operator's word for the same commit makes two", () => {
  expect(decideAdoptionApprovals(facts({ operator: 'otto', commit, given: hoursAgo(23) }))).toEqual({
    kind: 'approved',
    other: 'otto',
    say: true,
  })
})

test('once both have said it, either may start it again', () => {
  const words = [
    { operator: 'olga', commit, given: hoursAgo(2) },
    { operator: 'otto', commit, given: hoursAgo(3) },
  ]
  expect(decideAdoptionApprovals(facts(...words))).toEqual({ kind: 'approved', other: 'otto', say: false })
})

test('a word that is a day old does not count any more', () => {
  expect(decideAdoptionApprovals(facts({ operator: 'otto', commit, given: hoursAgo(24) }))).toMatchObject({
    kind: 'waiting',
    elsewhere: undefined,
  })
})

test('a word for another commit does not count, and is told about', () => {
  const word = { operator: 'otto', commit: 'b'.repeat(40), given: hoursAgo(1) }
  expect(decideAdoptionApprovals(facts(word))).toMatchObject({ kind: 'waiting', say: true, elsewhere: word })
})
