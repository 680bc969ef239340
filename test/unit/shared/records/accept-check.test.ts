import { expect, test } from 'vitest'
import { acceptanceId, parseAcceptanceId } from '../../../../shared/records/accept-check.js'

const commit = 'a'.repeat(40)

test('an acceptance is read as it was written', () => {
  expect(parseAcceptanceId(acceptanceId({ commit, by: 'ada-b' }))).toEqual({ commit, by: 'ada-b' })
})

test.each([
  undefined,
  '',
  `lockstep/1/7/${commit}/${'0'.repeat(64)}`,
  `lockstep-accept/2/${commit}/ada`,
  `lockstep-accept/1/${commit.slice(1)}/ada`,
  `lockstep-accept/1/${commit}/`,
  ` ${acceptanceId({ commit, by: 'ada' })}`,
  `${acceptanceId({ commit, by: 'ada' })}/x`,
])('nothing else is one: %j', (text) => {
  expect(parseAcceptanceId(text)).toBeUndefined()
})
