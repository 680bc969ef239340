import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { gateCheckName } from '../../shared/records/gate-check.js'
import { byPullEvent, byReview } from '../fixtures/gate-events.js'
import { checksOf, commentsOf, headOf } from '../fixtures/gate-records.js'
import {
  commitOn,
  policyPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let pair: RepositoryPair
let olga: User

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  olga = (await testGitHub.repositoryPair()).github.createUser('olga')
})
afterAll(() => testGitHub[Symbol.asyncDispose]())
beforeEach(() => setUp())
afterEach(() => pair[Symbol.asyncDispose]())

/** Main takes nothing but pull requests that the gate lets in. */
async function setUp(more = ''): Promise<void> {
  pair = await testGitHub.repositoryPair((policy) => policy.replace('operators: [ada]', 'operators: [olga]') + more)
  const ruleset = { requiredCheck: { name: gateCheckName, appId: 11 }, pullsOnly: true, allowAutoMerge: true }
  Object.assign(pair.github.repository(pair.deployRepo), ruleset)
}

const workflow = (on: string) => ({ '.github/workflows/tests.yml': `on: ${on}\n` })

/** What nobody has looked at, by ada, who may write. */
const pushEffect = (branch: string): Promise<string> =>
  commitOn(pair.client(pair.ada.token), pair.deployAt, branch, workflow('pull_request_target'))

async function approve(pull_number: number, commit_id?: string): Promise<void> {
  const review = { ...pair.deployAt, pull_number, event: 'APPROVE', ...(commit_id ? { commit_id } : {}) } as const
  await pair.client(olga.token).rest.pulls.createReview(review)
}

/** What GitHub says to the button, pressed by ada. */
async function merge(pull_number: number, sha?: string): Promise<string> {
  const { rest } = pair.client(pair.ada.token)
  return rest.pulls.merge({ ...pair.deployAt, pull_number, ...(sha ? { sha } : {}) }).then(
    () => 'merged',
    (error: Error) => error.message,
  )
}

const saidAt = async (sha: string) => (await checksOf(pair, sha)).map(({ conclusion }) => conclusion)
const isMerged = async (pull_number: number): Promise<boolean> =>
  (await pair.client(pair.ada.token).rest.pulls.get({ ...pair.deployAt, pull_number })).data.merged

test('what an operator approved is void once something else is pushed, before anybody can merge it', async () => {
  const pull = await pair.propose('tests', workflow('push'))
  const looked = await headOf(pair, pull)
  await approve(pull)
  expect((await byReview(pair, pull)).result.reason).toBe('reviewed')

  const pushed = await pushEffect('tests')
  // At once, before the gate has said a word: its green is about another commit.
  expect(await saidAt(pushed)).toEqual([])
  expect(await merge(pull)).toContain(`Required status check "${gateCheckName}" is expected`)
  expect(await merge(pull, looked)).toContain('Head branch was modified')
  expect(await byPullEvent(pair)).toMatchObject({ action: 'synchronize', result: { decision: 'failure' } })
  expect(await merge(pull)).toContain(`Required status check "${gateCheckName}" is failing`)

  // The API takes an approval of the commit before as well: it says nothing about this one.
  await approve(pull, looked)
  expect((await byReview(pair, pull)).result.decision).toBe('failure')
  expect((await commentsOf(pair, pull))[0]?.body).toContain('approved an earlier state: olga')
  await approve(pull)
  expect((await byReview(pair, pull)).result.reason).toBe('reviewed')
  expect(await merge(pull, pushed)).toBe('merged')
})

test('going back to what was approved is what was approved', async () => {
  const pull = await pair.propose('tests', workflow('push'))
  await approve(pull)
  await pushEffect('tests')
  expect((await byPullEvent(pair)).result.decision).toBe('failure')

  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'tests', workflow('push'))
  expect((await byPullEvent(pair)).result.reason).toBe('reviewed')
})

test('what is pushed while the gate looks at an approved change is looked at as well', async () => {
  const pull = await pair.propose('tests', workflow('push'))
  const looked = await headOf(pair, pull)
  await approve(pull)
  // Between the look at everything and the look whether it is still the same.
  pair.github.faults.next({
    ...{ kind: 'meanwhile', act: () => pushEffect('tests').then(() => undefined) },
    ...{ match: { method: 'GET', path: `/repos/${pair.deployRepo}/pulls/${pull}` }, skip: 1 },
  })

  const { result } = await pair.bundle.gate(pull)

  const pushed = await headOf(pair, pull)
  expect([result.decision, result.commit]).toEqual(['failure', pushed])
  expect(pushed).not.toBe(looked)
  expect([await saidAt(looked), await saidAt(pushed)]).toEqual([[], ['failure']])
})

test('what is pushed between the green check and the merge is not merged: the App merges the commit that it judged', async () => {
  await setUp('merge: { bump: auto }\n')
  const { merge: merged, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const pull = Number((await pair.bump(merged)).outputs['pull-request-number'])
  const judged = await headOf(pair, pull)
  pair.github.faults.next({
    ...{ kind: 'meanwhile', act: () => pushEffect('lockstep/bump/hub').then(() => undefined) },
    match: { method: 'PUT', path: `/repos/${pair.deployRepo}/pulls/${pull}/merge` },
  })

  const { outputs, log } = await pair.bundle.gate(pull)

  expect([outputs.conclusion, outputs.merged]).toEqual(['success', 'false'])
  expect(log).toContain('Head branch was modified')
  expect([await saidAt(judged), await saidAt(await headOf(pair, pull))]).toEqual([['success'], []])
  expect((await byPullEvent(pair)).result.decision).toBe('failure')
  expect(await isMerged(pull)).toBe(false)
})

test('what merges by itself once it is green does not merge what was pushed after the approval', async () => {
  const pull = await pair.propose('tests', workflow('push'))
  const ada = pair.client(pair.ada.token)
  await byPullEvent(pair)
  const { data } = await ada.rest.pulls.get({ ...pair.deployAt, pull_number: pull })
  const auto =
    'mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { pullRequest { number } } }'
  await ada.graphql(auto, { id: data.node_id })
  await approve(pull)
  await pushEffect('tests')

  expect((await byReview(pair, pull)).result.decision).toBe('failure')
  expect(await isMerged(pull)).toBe(false)
  await approve(pull)
  expect((await byReview(pair, pull)).result.decision).toBe('success')
  await pair.github.settled()
  expect(await isMerged(pull)).toBe(true)
})

test('a policy that the change itself weakens, or that is pushed after the approval, decides nothing about it', async () => {
  const ours = (await pair.deployed(policyPath)) ?? ''
  const mild = `${ours.replace('[olga]', '[ada, bob]')}change-classes:\n  any: { files: ["**"], tier: T0 }\n`
  const pull = await pair.propose('tests', workflow('push'))
  await approve(pull)
  expect((await byReview(pair, pull)).result.reason).toBe('reviewed')

  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'tests', { [policyPath]: mild })
  expect((await byPullEvent(pair)).result.decision).toBe('failure')
  const word = { ...pair.deployAt, pull_number: pull, event: 'APPROVE' } as const
  await pair.client(pair.bob.token).rest.pulls.createReview(word)
  expect((await byReview(pair, pull)).result.decision).toBe('failure')
  // Her word is one of the two that a policy takes.
  await approve(pull)
  expect((await byReview(pair, pull)).result.decision).toBe('failure')
  expect((await commentsOf(pair, pull))[0]?.body).toMatch(/- \[ \] the approval of two operators.*counted: olga/)
  expect(await merge(pull)).toContain('is failing')
})
