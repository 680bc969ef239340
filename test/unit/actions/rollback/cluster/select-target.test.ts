import { describe, expect, test } from 'vitest'
import {
  mayNotRollBack,
  type PermissionFacts,
  type RequestFacts,
  selectTarget,
  type TargetCandidate,
} from '../../../../../actions/rollback/cluster/select-target.js'

const candidate = (digit: string, isMain = false): TargetCandidate => ({
  commit: digit.repeat(40),
  title: `change ${digit}`,
  isMain,
})

const asked = (facts: Partial<RequestFacts>) =>
  selectTarget({
    target: 'verified',
    reason: 'users see 502',
    candidates: [candidate('b'), candidate('a')],
    settled: false,
    ...facts,
  })

describe('which commit is meant', () => {
  test.each<[string, Partial<RequestFacts>, object]>([
    ['the last verified one', {}, { target: { commit: 'b'.repeat(40) }, isLast: true }],
    ['the same, where nothing is said', { target: ' ' }, { target: { commit: 'b'.repeat(40) } }],
    [
      'the last with something else than main',
      { target: 'previous', candidates: [candidate('c', true), candidate('b', true), candidate('a')] },
      { target: { commit: 'a'.repeat(40) }, isLast: false },
    ],
    ['one by its first digits', { target: 'AAAAAAA' }, { target: { commit: 'a'.repeat(40) }, isLast: false }],
    [
      'main itself, where a cluster does not have it',
      { candidates: [candidate('b', true)] },
      { target: { commit: 'b'.repeat(40) } },
    ],
  ])('%s', (_, facts, wanted) => {
    expect(asked(facts)).toMatchObject({ kind: 'go', ...wanted })
  })

  test.each<[string, Partial<RequestFacts>, string, RegExp]>([
    ['nothing was ever verified', { candidates: [] }, 'not-adopted', /adopt the cluster/],
    ['too few digits', { target: 'aaaaaa' }, 'input-invalid', /one of these as the target: bbbbbbb \(change b\)/],
    ['a branch', { target: 'main' }, 'input-invalid', /one of these/],
    [
      'two that begin so',
      { target: 'aaaaaaa', candidates: [candidate('a'), { ...candidate('a'), commit: `aaaaaaa${'b'.repeat(33)}` }] },
      'input-invalid',
      /one of these/,
    ],
    ['no reason', { reason: '' }, 'input-invalid', /with a reason/],
    [
      'what is deployed everywhere',
      { candidates: [candidate('b', true), candidate('a')], settled: true },
      'up-to-date',
      /one of these as the target: aaaaaaa/,
    ],
    ['nothing else', { target: 'previous', candidates: [candidate('b', true)] }, 'input-invalid', /no other verified/],
  ])('refused: %s', (_, facts, reason, fix) => {
    expect(asked(facts)).toMatchObject({ kind: 'refuse', reason, fix: expect.stringMatching(fix) })
  })
})

describe('who may', () => {
  const may = (facts: Partial<PermissionFacts>) =>
    mayNotRollBack({ actor: 'ada', standing: 'other', operators: 'olga', duty: [], isLast: true, ...facts })

  test.each<[string, Partial<PermissionFacts>]>([
    ['an operator, to anything', { standing: 'operator', isLast: false }],
    ['whoever is on duty, to the last verified', { duty: ['Ada'] }],
    ['also where nobody can see who is an operator', { standing: 'unknown', duty: ['ada'] }],
  ])('%s', (_, facts) => {
    expect(may(facts)).toBeUndefined()
  })

  test.each<[string, Partial<PermissionFacts>]>([
    ['somebody else', { duty: ['bob'] }],
    ['whoever is on duty, further back', { duty: ['ada'], isLast: false }],
    ['whom nobody can see', { standing: 'unknown' }],
  ])('not %s', (_, facts) => {
    expect(may(facts)).toMatchObject({ reason: 'not-operator', fix: expect.stringContaining('olga') })
  })
})
