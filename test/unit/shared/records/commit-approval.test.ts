import { expect, test } from 'vitest'
import { commitApprovalId, parseCommitApprovalId } from '../../../../shared/records/commit-approval.js'

const commit = 'a'.repeat(40)

test('an acceptance is read as it was written', () => {
  expect(parseCommitApprovalId(commitApprovalId({ commit, by: 'ada-b' }))).toEqual({ commit, by: 'ada-b' })
})

test.each([
  undefined,
  '',
  `lockstep/1/7/${commit}/${'0'.repeat(64)}`,
  `lockstep-accept/2/${commit}/ada`,
  `lockstep-accept/1/${commit.slice(1)}/ada`,
  `lockstep-accept/1/${commit}/`,
  ` ${commitApprovalId({ commit, by: 'ada' })}`,
  `${commitApprovalId({ commit, by: 'ada' })}/x`,
])('nothing else is one: %j', (text) => {
  expect(parseCommitApprovalId(text)).toBeUndefined()
})
