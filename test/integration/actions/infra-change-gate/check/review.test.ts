import { afterAll, beforeAll, expect, test } from 'vitest'
import { findPullNumber } from '../../../../../actions/infra-change-gate/check/pull.js'
import type { User } from '../../../../../rehearsal/github/types.js'
import type { RunFacts } from '../../../../../shared/foundation/run-facts.js'
import { noDigest, parseExternalId } from '../../../../../shared/records/gate-check.js'
import { commitOn, type Lane, type Stage, startStage } from '../../../../acceptance/code-lane.js'
import { checksOf, commentsOf, headOf } from '../../../../acceptance/gate-records.js'
import { gateRendered } from '../../../../acceptance/gate-rendered.js'

let stage: Stage
let [olga, otto, mal]: User[] = []

const setUp = (): Promise<Lane> => stage.lane((policy) => policy.replace('operators: [ada]', 'operators: [olga, otto]'))

beforeAll(async () => {
  stage = await startStage()
  const lane = await setUp()
  ;[olga, otto, mal] = ['olga', 'otto', 'mal'].map((login) => lane.github.createUser(login))
  await lane[Symbol.asyncDispose]()
})

afterAll(() => stage[Symbol.asyncDispose]())

async function review(
  lane: Lane,
  pull: number,
  by: User | undefined,
  event: 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT',
) {
  await lane
    .client(by?.token ?? '')
    .rest.pulls.createReview({ ...lane.deployAt, pull_number: pull, event, body: 'My word' })
}

/** What the gate says now: decision and reason. */
async function said(lane: Lane, pull: number): Promise<string> {
  const { result } = await gateRendered(lane, pull)
  return `${result.decision} ${result.reason}`
}

const values = (weight: number) => ({ 'config/primary.yaml': `hosts: { a: { weight: ${weight} } }\n` })

/** A pull request by ada, who is no operator, that sets a bounded value. */
async function proposeNote(lane: Lane): Promise<number> {
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', values(1))
  return lane.propose('note', values(2))
}

test('docs alone are green at once, without a word', async () => {
  await using lane = await setUp()
  const pull = await lane.propose('docs', { 'docs/index.md': 'x' })

  expect(await said(lane, pull)).toBe('success no-cluster-effect')
  expect(await commentsOf(lane, pull)).toEqual([])
})

test('a note needs an operator: a stranger and a comment do not count', async () => {
  await using lane = await setUp()
  const pull = await proposeNote(lane)
  expect(await said(lane, pull)).toBe('failure not-a-pure-bump')

  await review(lane, pull, mal, 'APPROVE')
  await review(lane, pull, olga, 'COMMENT')
  expect(await said(lane, pull)).toBe('failure not-a-pure-bump')
  const [red] = await commentsOf(lane, pull)
  expect(red?.body).toContain('it needs review \\(T0, minimal risk\\)')
  expect(red?.body).toContain('- [ ] the approval of an operator')

  await review(lane, pull, olga, 'APPROVE')
  expect(await said(lane, pull)).toBe('success reviewed')
  await review(lane, pull, olga, 'COMMENT')
  expect(await said(lane, pull)).toBe('success reviewed')
  const [green] = await commentsOf(lane, pull)
  expect([green?.id, green?.body]).toEqual([red?.id, expect.stringContaining('Nothing is left to do')])
})

test('a rebase without effect keeps an approval, an effect voids it', async () => {
  await using lane = await setUp()
  const ada = lane.client(lane.ada.token)
  const pull = await proposeNote(lane)
  await review(lane, pull, olga, 'APPROVE')

  await commitOn(ada, lane.deployAt, 'main', { 'other.txt': 'x' })
  await ada.rest.pulls.updateBranch({ ...lane.deployAt, pull_number: pull })
  expect(await said(lane, pull)).toBe('success reviewed')

  await commitOn(ada, lane.deployAt, 'note', values(3))
  expect(await said(lane, pull)).toBe('failure not-a-pure-bump')
  const [again] = await commentsOf(lane, pull)
  expect(again?.body).toContain('approved an earlier state: olga')
  const [check] = await checksOf(lane, await headOf(lane, pull))
  expect(parseExternalId(check?.external_id)?.digest).toBe(noDigest)
})

test("an operator's later no takes their yes back", async () => {
  await using lane = await setUp()
  const pull = await proposeNote(lane)
  await review(lane, pull, olga, 'APPROVE')
  await review(lane, pull, otto, 'REQUEST_CHANGES')
  expect(await said(lane, pull)).toBe('failure not-a-pure-bump')

  await review(lane, pull, otto, 'APPROVE')
  expect(await said(lane, pull)).toBe('success reviewed')
})

test('a freeze stops what clusters read, and nothing else', async () => {
  await using lane = await setUp()
  const gate = lane.client(await lane.token('gate'))
  const [note, docs] = [await proposeNote(lane), await lane.propose('docs', { 'docs/index.md': 'x' })]
  await review(lane, note, olga, 'APPROVE')
  await gate.rest.issues.create({ ...lane.deployAt, title: 'A conference', labels: ['deploy-freeze'] })

  expect([await said(lane, note), await said(lane, docs)]).toEqual([
    'failure not-a-pure-bump',
    'success no-cluster-effect',
  ])
  const [comment] = await commentsOf(lane, note)
  expect(comment?.body).toContain('A conference')
})

test('what asks for evidence stays red however many approve it, and says what is missing', async () => {
  await using lane = await setUp()
  const pull = await lane.propose('replicas', { 'config/primary.yaml': 'web: { replicas: 2 }\n' })
  for (const by of [olga, otto, mal]) await review(lane, pull, by, 'APPROVE')

  expect(await said(lane, pull)).toBe('failure not-a-pure-bump')
  const [comment] = await commentsOf(lane, pull)
  expect(comment?.body).toContain('- [x] the approval of two operators')
  expect(comment?.body).toContain('- [ ] a staging trial')
})

test('the policy takes two operators, a workflow one, and neither by its own author alone', async () => {
  await using lane = await setUp()
  const workflow = await lane.propose('workflow', { '.github/workflows/a.yml': 'on: push\n' })
  const policy = await lane.propose('policy', { '.github/deploy-policy.yml': 'version: 1\n' })
  await review(lane, workflow, olga, 'APPROVE')
  await review(lane, policy, olga, 'APPROVE')
  expect([await said(lane, workflow), await said(lane, policy)]).toEqual([
    'success reviewed',
    'failure not-a-pure-bump',
  ])

  await review(lane, policy, otto, 'APPROVE')
  expect(await said(lane, policy)).toBe('success reviewed')
})

test('bytes that are not the pinned ones cannot be approved', async () => {
  await using lane = await setUp()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  const pull = Number(outputs['pull-request-number'])
  const lock = (await lane.deployed('.github/deploy-lock.yml', 'lockstep/bump/hub')) ?? ''
  const other = lock.replace(/sha256: "?[0-9a-f]{8}/, (found) => `${found.slice(0, -8)}00000000`)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'lockstep/bump/hub', { '.github/deploy-lock.yml': other })
  for (const by of [olga, otto]) await review(lane, pull, by, 'APPROVE')

  expect(await said(lane, pull)).toBe('failure digest-mismatch')
})

test("a review of a fork's pull request starts the gate for it, although GitHub does not name it", async () => {
  await using lane = await setUp()
  const pull = await lane.propose('note', { 'docs/index.md': 'x' })
  const github = lane.client(await lane.token('gate'))
  const find = (branch: string, full_name = lane.deployRepo) => {
    const from = { owner: { login: full_name.split('/')[0] }, full_name }
    const payload = {
      workflow_run: { pull_requests: [], event: 'pull_request_review', head_branch: branch, head_repository: from },
    }
    return findPullNumber(github, '', { event: 'workflow_run', payload, repository: lane.deployRepo } as RunFacts)
  }

  expect(await find('note')).toBe(pull)
  const rehearsal = {
    event: 'workflow_dispatch',
    head_branch: 'main',
    display_title: 'stage #7',
    head_repository: { owner: { login: 'a' }, full_name: 'a/b' },
  }
  const ended = { event: 'workflow_run', payload: { workflow_run: rehearsal }, repository: lane.deployRepo } as RunFacts
  // A rehearsal's last job starts the gate by itself; whatever a run is called means nothing.
  await expect(findPullNumber(github, '', ended)).rejects.toThrow('names no pull request')
  await expect(find('note', 'acme/fork')).rejects.toThrow('names no pull request')
  await expect(find('main')).rejects.toThrow('names no pull request')
})
