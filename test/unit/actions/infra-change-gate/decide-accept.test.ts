import { expect, test } from 'vitest'
import {
  type AcceptFacts,
  type CommitFacts,
  decideAccept,
} from '../../../../actions/infra-change-gate/decide-accept.js'

const sha = 'a'.repeat(40)
const commit = (change: Partial<CommitFacts> = {}): CommitFacts => ({
  ...{ sha, onBranch: true, pull: undefined, writers: ['ada'], accepted: undefined },
  pushers: [{ login: 'ada', bot: false }],
  ...change,
})
const facts = (change: Partial<AcceptFacts> = {}): AcceptFacts => ({
  ...{ login: 'bob', standing: 'operator', edited: false, named: sha.slice(0, 7), commit: commit() },
  ...change,
})
const pushedBy = (...logins: string[]) => commit({ pushers: logins.map((login) => ({ login, bot: false })) })

test('another operator may accept what somebody pushed, also what GitHub knows no author of', () => {
  expect(decideAccept(facts())).toEqual({ kind: 'accept', sha })
  expect(decideAccept(facts({ commit: commit({ writers: [] }) }))).toEqual({ kind: 'accept', sha })
})

test('what was accepted before stays so', () => {
  expect(decideAccept(facts({ commit: commit({ accepted: 'eve' }) }))).toEqual({ kind: 'already', sha, by: 'eve' })
})

test.each<[string, Partial<AcceptFacts>, string, RegExp]>([
  ['somebody else', { standing: 'other' }, 'not-operator', /An operator of the policy/],
  ['a word without a commit', { named: undefined }, 'input-invalid', /7 to 40 digits/],
  ['a changed comment', { edited: true }, 'not-gated', /in a new one/],
  ['a commit that is not there', { commit: undefined }, 'input-invalid', /more of its digits/],
  ['a commit of another branch', { commit: commit({ onBranch: false }) }, 'input-invalid', /that this issue lists/],
  ['the merge of a pull request', { commit: commit({ pull: 7 }) }, 'not-gated', /git revert -m 1/],
  ['whoever pushed it', { commit: pushedBy('Bob') }, 'not-gated', /Another operator.*git revert/],
  ['one of those who pushed it', { commit: pushedBy('ada', 'bob') }, 'not-gated', /Another operator/],
  ['whoever wrote it', { commit: commit({ writers: ['BOB'] }) }, 'not-gated', /Another operator/],
  ['nobody knows who pushed it', { commit: commit({ pushers: undefined }) }, 'not-gated', /^Take it back/],
  ['a bot pushed it', { commit: commit({ pushers: [{ login: 'x[bot]', bot: true }] }) }, 'not-gated', /^Take it back/],
])('refused, with the way on: %s', (_, change, reason, fix) => {
  expect(decideAccept(facts(change))).toMatchObject({ kind: 'refuse', reason, fix: expect.stringMatching(fix) })
})
