import { expect, test } from 'vitest'
import { requestedState } from '../../../../../actions/rollback/cluster/requested-state.js'
import type { Ending } from '../../../../../shared/records/deployments.js'

const to = 'a'.repeat(40)
const identity = { ca: 'ca', namespaceUid: 'uid' }

const verified = (revision: number, change: Partial<Ending['record']> = {}, success = true): Ending => ({
  success,
  description: '',
  at: '2026-01-02T00:00:00Z',
  record: {
    schema: 1,
    cluster: 'staging',
    run: '5/1',
    commit: to,
    releases: [{ name: 'service', namespace: 'ns', revision, identity, inputDigest: 'd', components: { hub: '1' } }],
    ...change,
  },
})
const revision = (number: number, status = 'superseded', updated = '2026-01-01T00:00:00Z') => ({
  revision: number,
  status,
  description: 'lockstep of an older commit, which had the same inputs',
  updated,
})

const elsewhere = (ending: Ending): Ending => {
  const releases = ending.record.releases.map((one) => ({ ...one, identity: { ca: 'other', namespaceUid: 'uid' } }))
  return { ...ending, record: { ...ending.record, releases } }
}

const asked = (endings: Ending[], history = [revision(3), revision(7, 'deployed')]) =>
  requestedState({ order: { to }, release: 'service', identity, history }, endings)

test('what was verified at the commit that is asked for', () => {
  expect(asked([verified(3)])).toEqual({
    schema: 1,
    cluster: 'staging',
    release: 'service',
    namespace: 'ns',
    revision: 3,
    commit: to,
    inputDigest: 'd',
    components: { hub: '1' },
    run: '5/1',
    at: '2026-01-02T00:00:00Z',
  })
})

test('of several the newest that Helm can still bring back', () => {
  expect(asked([verified(9), verified(7), verified(3)])?.revision).toBe(7)
  expect(asked([verified(9), verified(8)])?.revision).toBe(9)
  expect(asked([verified(4), verified(3)], [revision(3), revision(4, 'failed')])?.revision).toBe(3)
})

test('a revision that is younger than its record belongs to a release that was installed anew', () => {
  expect(
    asked([verified(7), verified(3)], [revision(3), revision(7, 'deployed', '2026-02-01T00:00:00Z')])?.revision,
  ).toBe(3)
})

test.each<[string, Ending]>([
  ['a failure', verified(3, {}, false)],
  ['another commit', verified(3, { commit: 'b'.repeat(40) })],
  ['another cluster of that name', elsewhere(verified(3))],
  ['another release', verified(3, { releases: [] })],
])('not what was recorded of %s', (_, ending) => {
  expect(asked([ending])).toBeUndefined()
})
