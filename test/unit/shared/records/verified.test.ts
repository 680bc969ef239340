import { expect, test } from 'vitest'
import { type Verified, verifiedAt, verifiedBefore } from '../../../../shared/records/verified.js'

const [older, newer] = ['a'.repeat(40), 'b'.repeat(40)]
const state = (commit: string, run: string): Verified => ({
  ...{ schema: 1, cluster: 'one', release: 'meta', namespace: 'one', revision: 1, commit },
  ...{ inputDigest: 'd', components: {}, run, at: '2026-11-23T00:00:00Z' },
})
const ahead: Verified = { ...state(newer, '8/1'), previous: state(older, '7/1') }

test('before the run that verified it there was the state before', () => {
  expect(verifiedBefore(ahead, '9/1')).toEqual(state(newer, '8/1'))
  expect(verifiedBefore(ahead, '8/2')).toEqual(state(older, '7/1'))
})

test('a release that is a step ahead of the others goes back with them', () => {
  expect(verifiedAt(ahead, '9/1', older)).toEqual(state(older, '7/1'))
})

test.each<[string, Verified | undefined, string, string | undefined]>([
  ['nothing verified', undefined, '9/1', older],
  ['the same commit', ahead, '9/1', newer],
  ['a commit that it does not remember', ahead, '9/1', 'c'.repeat(40)],
  ['no step before', state(newer, '8/1'), '9/1', older],
  ['verified in this very run, which knows its own step before', ahead, '8/2', older],
])('%s: what it remembers stays as it is', (_, present, run, commit) => {
  expect(verifiedAt(present, run, commit)).toBe(present)
})
