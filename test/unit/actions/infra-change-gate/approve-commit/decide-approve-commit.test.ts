import { expect, test } from 'vitest'
import {
  type ApproveCommitFacts,
  type CommitToApprove,
  decideApproveCommit,
} from '../../../../../actions/infra-change-gate/approve-commit/decide-approve-commit.js'

const sha = 'a'.repeat(40)
const commit = (change: Partial<CommitToApprove> = {}): CommitToApprove => ({
  ...{ sha, onBranch: true, pull: undefined, writers: ['ada'], accepted: undefined },
  pushers: [{ login: 'ada', bot: false }],
  ...change,
})
const facts = (change: Partial<ApproveCommitFacts> = {}): ApproveCommitFacts => ({
  ...{ login: 'bob', standing: 'operator', edited: false, named: sha.slice(0, 7), commit: commit() },
  ...change,
})
const pushedBy = (...logins: string[]) => commit({ pushers: logins.map((login) => ({ login, bot: false })) })

test('another operator may accept what somebody pushed, also what GitHub knows no author of', () => {
  expect(decideApproveCommit(facts())).toEqual({ kind: 'accept', sha })
  expect(decideApproveCommit(facts({ commit: commit({ writers: [] }) }))).toEqual({ kind: 'accept', sha })
})

test('what was accepted before stays so', () => {
  expect(decideApproveCommit(facts({ commit: commit({ accepted: 'eve' }) }))).toEqual({
    kind: 'already',
    sha,
    by: 'eve',
  })
})

test.each<[string, Partial<ApproveCommitFacts>, string, RegExp]>([
  ['somebody else', { standing: 'other' }, 'not-operator', /An operator that the policy names/],
  ['a word without a commit', { named: undefined }, 'input-invalid', /7 to 40 digits/],
  ['a changed comment', { edited: true }, 'unreviewed-commit', /in a new comment/],
  ['a commit that is not there', { commit: undefined }, 'input-invalid', /with more digits/],
  ['a commit of another branch', { commit: commit({ onBranch: false }) }, 'input-invalid', /that this issue lists/],
  ['the merge of a pull request', { commit: commit({ pull: 7 }) }, 'unreviewed-commit', /git revert -m 1/],
  ['whoever pushed it', { commit: pushedBy('Bob') }, 'unreviewed-commit', /Another operator.*git revert/],
  ['one of those who pushed it', { commit: pushedBy('ada', 'bob') }, 'unreviewed-commit', /Another operator/],
  ['whoever wrote it', { commit: commit({ writers: ['BOB'] }) }, 'unreviewed-commit', /Another operator/],
  ['nobody knows who pushed it', { commit: commit({ pushers: undefined }) }, 'unreviewed-commit', /^Revert it/],
  [
    'a bot pushed it',
    { commit: commit({ pushers: [{ login: 'x[bot]', bot: true }] }) },
    'unreviewed-commit',
    /^Revert it/,
  ],
])('refused, with the way on: %s', (_, change, reason, fix) => {
  expect(decideApproveCommit(facts(change))).toMatchObject({ kind: 'refuse', reason, fix: expect.stringMatching(fix) })
})
