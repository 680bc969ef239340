import { expect, test } from 'vitest'
import { isDowngrade } from '../../../../../actions/helm-deploy/release/rollback-guard.js'
import type { Verified } from '../../../../../shared/records/verified.js'

const state = (revision: number, inputDigest: string): Verified => ({
  ...{ schema: 1, cluster: 'staging', release: 'meta', namespace: 'staging', revision, commit: 'a'.repeat(40) },
  ...{ inputDigest, components: {}, run: '1/1', at: '2026-01-01T00:00:00Z' },
})
const verified: Verified = { ...state(4, 'now'), previous: state(3, 'before') }
const back = (revision: number, inputDigest: string, status = 'deployed'): boolean =>
  isDowngrade({ latest: { revision, status, description: '' }, verified, made: made(inputDigest) })
const made = (inputDigest: string) => ({ inputDigest, components: {}, chart: '', values: [] })

test.each([
  ['the verified inputs while something else is there', 5, 'now'],
  ['what was verified before', 4, 'before'],
  ['what was verified before, while something else is there', 5, 'before'],
])('goes back: %s', (_, revision, digest) => {
  expect(back(revision, digest)).toBe(true)
})

test.each([
  ['something new', 4, 'new'],
  ['something new after a failure', 5, 'new'],
  ['what is there', 4, 'now'],
])('does not: %s', (_, revision, digest) => {
  expect(back(revision, digest)).toBe(false)
})

test('whatever comes, a release that was cut off is freed by going back; a first install has nothing behind it', () => {
  expect(back(5, 'new', 'pending-upgrade')).toBe(true)
  expect(isDowngrade({ latest: undefined, verified, made: made('now') })).toBe(false)
})
