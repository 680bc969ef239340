import { expect, test } from 'vitest'
import { soakRequestFor } from '../../../../../actions/external-change/soak-alert/soaked-deploys.js'
import type { Ending } from '../../../../../shared/records/deployments.js'
import { tested } from '../../../../fixtures/deploy-endings.js'

const hour = 60 * 60_000
const policy = { soak: { T0: 0, T1: 0, T2: hour, T3: 24 * hour } }
const commit = (letter: string): string => letter.repeat(40)
const at = '2026-03-03T10:00:00Z'

const ending = (letter: string): Ending => {
  const { record, ...rest } = tested('berlin', 'pass')
  return { ...rest, record: { ...record, commit: commit(letter) }, at }
}
const standing = { change: ending('a'), deployed: ending('b') }
const later = (hours: number): Date => new Date(Date.parse(at) + hours * hour)

test('a cluster is looked at for a day after its dangerous change, at what is deployed there now', () => {
  const order = { cluster: 'berlin', change: commit('a'), deployed: standing.deployed.record }
  expect(soakRequestFor(policy, 'berlin', standing, [], later(0))).toEqual(order)
  expect(soakRequestFor(policy, 'berlin', standing, [], later(23.9))).toEqual(order)
  expect(soakRequestFor(policy, 'berlin', standing, [], later(24))).toBeUndefined()
})

test('the policy says how long, also not at all', () => {
  const soak = { ...policy.soak, T3: 0 }
  expect(soakRequestFor({ soak }, 'berlin', standing, [], later(0))).toBeUndefined()
  expect(soakRequestFor({ soak: { ...soak, T3: 48 * hour } }, 'berlin', standing, [], later(47))).toBeDefined()
})

test('what an issue tells of is looked at until it is well, however long that is', () => {
  const told = (cluster: string, letter: string) => [{ cluster, change: commit(letter) }]
  expect(soakRequestFor(policy, 'berlin', standing, told('berlin', 'a'), later(99))).toBeDefined()
  expect(soakRequestFor(policy, 'berlin', standing, told('berlin', 'c'), later(99))).toBeUndefined()
  expect(soakRequestFor(policy, 'berlin', standing, told('prod', 'a'), later(99))).toBeUndefined()
})
