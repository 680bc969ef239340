import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPullNumber } from '../../../../../actions/infra-change-gate/check/pull.js'
import type { User } from '../../../../../rehearsal/github/types.js'
import type { RunFacts } from '../../../../../shared/foundation/run-facts.js'
import { noDigest, parseExternalId } from '../../../../../shared/records/gate-check.js'
import { checksOf, commentsOf, headOf } from '../../../../fixtures/gate-records.js'
import { gateRendered } from '../../../../fixtures/gate-runs.js'
import {
  commitOn,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../../../../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let [olga, otto, mal]: User[] = []

const setUp = (): Promise<RepositoryPair> =>
  testGitHub.repositoryPair((policy) => policy.replace('operators: [ada]', 'operators: [olga, otto]'))

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  const pair = await setUp()
  ;[olga, otto, mal] = ['olga', 'otto', 'mal'].map((login) => pair.github.createUser(login))
  await pair[Symbol.asyncDispose]()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

async function review(
  pair: RepositoryPair,
  pull: number,
  by: User | undefined,
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT',
) {
  await pair
    .client(by?.token ?? '')
    .rest.pulls.createReview({ ...pair.deployAt, pull_number: pull, event, body: 'My word' })
}

/** What the gate says now: decision and reason. */
async function said(pair: RepositoryPair, pull: number): Promise<string> {
  const { result } = await gateRendered(pair, pull)
  return `${result.decision} ${result.reason}`
}

const values = (weight: number) => ({ 'config/primary.yaml': `hosts: { a: { weight: ${weight} } }\n` })

/** A pull request by ada, who is no operator, that sets a bounded value. */
async function proposeNote(pair: RepositoryPair): Promise<number> {
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', values(1))
  return pair.propose('note', values(2))
}

test('docs alone are green at once, without a word', async () => {
  await using pair = await setUp()
  const pull = await pair.propose('docs', { 'docs/index.md': 'x' })

  expect(await said(pair, pull)).toBe('success no-cluster-effect')
  expect(await commentsOf(pair, pull)).toEqual([])
})

test('a note needs an operator: a stranger and a comment do not count', async () => {
  await using pair = await setUp()
  const pull = await proposeNote(pair)
  expect(await said(pair, pull)).toBe('failure not-a-pure-bump')

  await review(pair, pull, mal, 'APPROVE')
  await review(pair, pull, olga, 'COMMENT')
  expect(await said(pair, pull)).toBe('failure not-a-pure-bump')
  const [red] = await commentsOf(pair, pull)
  expect(red?.body).toContain('it needs review \\(T0, minimal risk\\)')
  expect(red?.body).toContain('- [ ] the approval of an operator')

  await review(pair, pull, olga, 'APPROVE')
  expect(await said(pair, pull)).toBe('success reviewed')
  await review(pair, pull, olga, 'COMMENT')
  expect(await said(pair, pull)).toBe('success reviewed')
  const [green] = await commentsOf(pair, pull)
  expect([green?.id, green?.body]).toEqual([red?.id, expect.stringContaining('Nothing is left to do')])
})

test('a rebase without effect keeps an approval, an effect voids it', async () => {
  await using pair = await setUp()
  const ada = pair.client(pair.ada.token)
  const pull = await proposeNote(pair)
  await review(pair, pull, olga, 'APPROVE')

  await commitOn(ada, pair.deployAt, 'main', { 'other.txt': 'x' })
  await ada.rest.pulls.updateBranch({ ...pair.deployAt, pull_number: pull })
  expect(await said(pair, pull)).toBe('success reviewed')

  await commitOn(ada, pair.deployAt, 'note', values(3))
  expect(await said(pair, pull)).toBe('failure not-a-pure-bump')
  const [again] = await commentsOf(pair, pull)
  expect(again?.body).toContain('approved an earlier state: olga')
  const [check] = await checksOf(pair, await headOf(pair, pull))
  expect(parseExternalId(check?.external_id)?.digest).toBe(noDigest)
})

test("an operator's later no takes their yes back", async () => {
  await using pair = await setUp()
  const pull = await proposeNote(pair)
  await review(pair, pull, olga, 'APPROVE')
  await review(pair, pull, otto, 'REQUEST_CHANGES')
  expect(await said(pair, pull)).toBe('failure not-a-pure-bump')

  await review(pair, pull, otto, 'APPROVE')
  expect(await said(pair, pull)).toBe('success reviewed')
})

test('a freeze stops what clusters read, and nothing else', async () => {
  await using pair = await setUp()
  const gate = pair.client(await pair.token('gate'))
  const [note, docs] = [await proposeNote(pair), await pair.propose('docs', { 'docs/index.md': 'x' })]
  await review(pair, note, olga, 'APPROVE')
  await gate.rest.issues.create({ ...pair.deployAt, title: 'A conference', labels: ['deploy-freeze'] })

  expect([await said(pair, note), await said(pair, docs)]).toEqual([
    'failure not-a-pure-bump',
    'success no-cluster-effect',
  ])
  const [comment] = await commentsOf(pair, note)
  expect(comment?.body).toContain('A conference')
})

test('what asks for evidence stays red however many approve it, and says what is missing', async () => {
  await using pair = await setUp()
  const pull = await pair.propose('replicas', { 'config/primary.yaml': 'web: { replicas: 2 }\n' })
  for (const by of [olga, otto, mal]) await review(pair, pull, by, 'APPROVE')

  expect(await said(pair, pull)).toBe('failure not-a-pure-bump')
  const [comment] = await commentsOf(pair, pull)
  expect(comment?.body).toContain('- [x] the approval of two operators')
  expect(comment?.body).toContain('- [ ] a staging trial')
})

test('the policy takes two operators, a workflow one, and neither by its own author alone', async () => {
  await using pair = await setUp()
  const workflow = await pair.propose('workflow', { '.github/workflows/a.yml': 'on: push\n' })
  const policy = await pair.propose('policy', { '.github/deploy-policy.yml': 'version: 1\n' })
  await review(pair, workflow, olga, 'APPROVE')
  await review(pair, policy, olga, 'APPROVE')
  expect([await said(pair, workflow), await said(pair, policy)]).toEqual([
    'success reviewed',
    'failure not-a-pure-bump',
  ])

  await review(pair, policy, otto, 'APPROVE')
  expect(await said(pair, policy)).toBe('success reviewed')
})

test('bytes that are not the pinned ones cannot be approved', async () => {
  await using pair = await setUp()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  const pull = Number(outputs['pull-request-number'])
  const lock = (await pair.deployed('.github/deploy-lock.yml', 'lockstep/bump/hub')) ?? ''
  const other = lock.replace(/sha256: "?[0-9a-f]{8}/, (found) => `${found.slice(0, -8)}00000000`)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'lockstep/bump/hub', { '.github/deploy-lock.yml': other })
  for (const by of [olga, otto]) await review(pair, pull, by, 'APPROVE')

  expect(await said(pair, pull)).toBe('failure digest-mismatch')
})

test("a review of a fork's pull request starts the gate for it, although GitHub does not name it", async () => {
  await using pair = await setUp()
  const pull = await pair.propose('note', { 'docs/index.md': 'x' })
  const github = pair.client(await pair.token('gate'))
  const find = (branch: string, full_name = pair.deployRepo) => {
    const from = { owner: { login: full_name.split('/')[0] }, full_name }
    const payload = {
      workflow_run: { pull_requests: [], event: 'pull_request_review', head_branch: branch, head_repository: from },
    }
    return findPullNumber(github, '', { event: 'workflow_run', payload, repository: pair.deployRepo } as RunFacts)
  }

  expect(await find('note')).toBe(pull)
  const rehearsal = {
    event: 'workflow_dispatch',
    head_branch: 'main',
    display_title: 'stage #7',
    head_repository: { owner: { login: 'a' }, full_name: 'a/b' },
  }
  const ended = { event: 'workflow_run', payload: { workflow_run: rehearsal }, repository: pair.deployRepo } as RunFacts
  // A rehearsal's last job starts the gate by itself; whatever a run is called means nothing.
  await expect(findPullNumber(github, '', ended)).rejects.toThrow('names no pull request')
  await expect(find('note', 'acme/fork')).rejects.toThrow('names no pull request')
  await expect(find('main')).rejects.toThrow('names no pull request')
})
