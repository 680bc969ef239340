import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { gateCheckName } from '../../shared/records/gate-check.js'
import { byPullEvent, byReview } from '../fixtures/gate-events.js'
import { checksOf, commentsOf, headOf } from '../fixtures/gate-records.js'
import { commitOn, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let olga: User

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  olga = (await testGitHub.repositoryPair()).github.createUser('olga')
})
afterAll(() => testGitHub[Symbol.asyncDispose]())

const setUp = (more = ''): Promise<RepositoryPair> =>
  testGitHub.repositoryPair((policy) => policy.replace('operators: [ada]', 'operators: [olga]') + more)

const workflow = { '.github/workflows/tests.yml': 'on: push\n' }

/** What the newest event of a pull request makes the gate say on the head. */
async function heard(pair: RepositoryPair, pull: number): Promise<unknown> {
  const { action, outputs } = await byPullEvent(pair)
  const checks = await checksOf(pair, await headOf(pair, pull))
  const said = checks.map(({ name, conclusion }) => `${name}: ${conclusion}`)
  return [action, said, outputs.merged]
}

const mutations = {
  draft: 'mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
  ready:
    'mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
}

/** By ada, as she presses it. */
async function press(pair: RepositoryPair, pull_number: number, button: keyof typeof mutations): Promise<void> {
  const ada = pair.client(pair.ada.token)
  const { data } = await ada.rest.pulls.get({ ...pair.deployAt, pull_number })
  await ada.graphql(mutations[button], { id: data.node_id })
}

test('a draft is judged like any other, merged by nobody, and merged by the App once it is ready', async () => {
  await using pair = await setUp('merge: { bump: auto }\n')
  pair.github.repository(pair.deployRepo).requiredCheck = { name: gateCheckName, appId: 11 }
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const pull = Number((await pair.bump(merge)).outputs['pull-request-number'])
  const green = [`${gateCheckName}: success`]

  await press(pair, pull, 'draft')
  expect(await heard(pair, pull)).toEqual(['converted_to_draft', green, 'false'])
  const byHand = pair.client(pair.ada.token).rest.pulls.merge({ ...pair.deployAt, pull_number: pull })
  await expect(byHand).rejects.toThrow('still a draft')
  await press(pair, pull, 'ready')
  expect(await heard(pair, pull)).toEqual(['ready_for_review', green, 'true'])
})

test('an approval that is dismissed turns green to red, and another one red to green', async () => {
  await using pair = await setUp()
  const pull = await pair.propose('tests', workflow)
  const { pulls } = pair.client(olga.token).rest
  const review = { ...pair.deployAt, pull_number: pull, event: 'APPROVE' } as const
  const { data } = await pulls.createReview(review)
  expect((await byReview(pair, pull)).result).toMatchObject({ decision: 'success', reason: 'reviewed' })

  // Whoever may write may dismiss.
  const message = 'That was for something else.'
  const dismissal = { ...pair.deployAt, pull_number: pull, review_id: data.id, message }
  await pair.client(pair.ada.token).rest.pulls.dismissReview(dismissal)
  expect((await byReview(pair, pull)).result.decision).toBe('failure')
  const [check, ...others] = await checksOf(pair, await headOf(pair, pull))
  expect([check?.conclusion, others]).toEqual(['failure', []])
  expect((await commentsOf(pair, pull))[0]?.body).toContain('no operator counts yet')

  await pulls.createReview(review)
  expect((await byReview(pair, pull)).result.decision).toBe('success')
})

test('one that goes into another branch is red whatever it is, and judged anew when it comes back', async () => {
  await using pair = await setUp()
  const ada = pair.client(pair.ada.token)
  await commitOn(ada, pair.deployAt, 'release', { 'docs/release.md': 'x\n' })
  const pull = await pair.propose('docs', { 'docs/a.md': 'a\n' })
  const into = (base: string) => ada.rest.pulls.update({ ...pair.deployAt, pull_number: pull, base })
  expect(await heard(pair, pull)).toEqual(['opened', [`${gateCheckName}: success`], 'false'])

  await into('release')
  expect(await heard(pair, pull)).toEqual(['edited', [`${gateCheckName}: failure`], 'false'])
  expect((await commentsOf(pair, pull))[0]?.body).toContain('only main is deployed')
  await into('main')
  expect(await heard(pair, pull)).toEqual(['edited', [`${gateCheckName}: success`], 'false'])
})

test('more files than GitHub lists: it says so, and asks for review although all that it shows is harmless', async () => {
  await using pair = await setUp()
  const clone = await mkdtemp(join(tmpdir(), 'lockstep-many-'))
  const as = (...args: string[]) =>
    execa('git', ['-c', 'user.name=ada', '-c', 'user.email=a@b', ...args], { cwd: clone })
  const remote = `${pair.github.url.replace('//', `//ada:${pair.ada.token}@`)}/${pair.deployRepo}.git`
  const propose = async (branch: string, count: number): Promise<number> => {
    await as('checkout', '--quiet', '-B', branch, 'origin/main')
    await mkdir(join(clone, 'docs'), { recursive: true })
    const names = Array.from({ length: count }, (_, index) => `docs/${index}.md`)
    for (const name of names) await writeFile(join(clone, name), `${name}\n`)
    await as('add', '--all')
    await as('commit', '--quiet', '--message', `${count} files`)
    await as('push', '--quiet', 'origin', branch)
    const pull = { ...pair.deployAt, base: 'main', head: branch, title: branch }
    return (await pair.client(pair.ada.token).rest.pulls.create(pull)).data.number
  }
  try {
    await as('clone', '--quiet', remote, '.')
    const [most, more] = [await propose('most', 3_000), await propose('more', 3_001)]

    expect((await pair.gate(most)).result.reason).toBe('no-cluster-effect')
    const { result } = await pair.gate(more)
    expect([result.decision, result.reason]).toEqual(['failure', 'not-a-pure-bump'])
    const said = (await commentsOf(pair, more))[0]?.body ?? ''
    expect(said).toContain('needs review')
    expect(said).toMatch(/more files than/)
  } finally {
    await rm(clone, { recursive: true })
  }
})
