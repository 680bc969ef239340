import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Permissions } from '../../rehearsal/github/types.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import { type Started, startAction } from '../fixtures/start-action.js'

// What the input `upstream-token` asks for, and not one more.
const upstreamToken: Permissions = {
  ...{ actions: 'read', checks: 'read', contents: 'read' },
  ...{ pull_requests: 'read', statuses: 'read' },
} as const

let testGitHub: TestGitHub
let pair: RepositoryPair
let pull: number
let restore: () => Promise<void>

/** A bump of what was merged in a repository that strangers do not see; its check "ci" is green. */
beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  pull = Number((await pair.bump(merge)).outputs['pull-request-number'])
  pair.github.repository(pair.upstreamRepo).private = true
  restore = await pair.github.snapshot()
})
beforeEach(() => restore())
afterAll(() => testGitHub[Symbol.asyncDispose]())

async function gate(token: string): Promise<Started> {
  return startAction('infra-change-gate', await pair.starts.gate(pull, { 'upstream-token': token }))
}

const conclusions = async (): Promise<(string | null)[]> => {
  const { rest } = pair.client(pair.ada.token)
  const { data } = await rest.pulls.get({ ...pair.deployAt, pull_number: pull })
  const asked = { ...pair.deployAt, ref: data.head.sha, check_name: 'lockstep / gate' }
  return (await rest.checks.listForRef(asked)).data.check_runs.map(({ conclusion }) => conclusion)
}

test('a bump of a private upstream is proven with exactly what the input asks for', async () => {
  const { code, result } = await gate(pair.github.mintJobToken(pair.upstreamRepo, upstreamToken, 1))
  expect([code, result.reason]).toEqual([0, 'pure-bump'])
  expect(await conclusions()).toEqual(['success'])
})

test.each(eachPermissionLess(upstreamToken))(
  'without %s upstream it says so, and the check is red',
  async (missing, left) => {
    expectMissing(await gate(pair.github.mintJobToken(pair.upstreamRepo, left, 1)), missing)
    expect(await conclusions()).toEqual(['failure'])
  },
)

test("with the job's own token it says that the upstream is not to be seen, and the check is red", async () => {
  const { code, result, log } = await gate(pair.github.mintJobToken(pair.deployRepo, { contents: 'read' }, 1))
  expect([code, result.reason]).toEqual([1, 'missing-permission'])
  expect(log).toContain(`/repos/${pair.upstreamRepo}`)
  expect(await conclusions()).toEqual(['failure'])
})
