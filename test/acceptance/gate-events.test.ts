import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { gateCheckName } from '../../shared/records/gate-check.js'
import { commitOn, type Lane, type Stage, startStage } from './code-lane.js'
import { checksOf, commentsOf, headOf } from './gate-records.js'
import { byPullEvent, byReview } from './gate-started.js'

let stage: Stage
let olga: User

beforeAll(async () => {
  stage = await startStage()
  olga = (await stage.lane()).github.createUser('olga')
})
afterAll(() => stage[Symbol.asyncDispose]())

const setUp = (more = ''): Promise<Lane> =>
  stage.lane((policy) => policy.replace('operators: [ada]', 'operators: [olga]') + more)

const workflow = { '.github/workflows/tests.yml': 'on: push\n' }

/** What the newest event of a pull request makes the gate say on the head. */
async function heard(lane: Lane, pull: number): Promise<unknown> {
  const { action, outputs } = await byPullEvent(lane)
  const checks = await checksOf(lane, await headOf(lane, pull))
  const said = checks.map(({ name, conclusion }) => `${name}: ${conclusion}`)
  return [action, said, outputs.merged]
}

const mutations = {
  draft: 'mutation ($id: ID!) { convertPullRequestToDraft(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
  ready:
    'mutation ($id: ID!) { markPullRequestReadyForReview(input: { pullRequestId: $id }) { pullRequest { isDraft } } }',
}

/** By ada, as she presses it. */
async function press(lane: Lane, pull_number: number, button: keyof typeof mutations): Promise<void> {
  const ada = lane.client(lane.ada.token)
  const { data } = await ada.rest.pulls.get({ ...lane.deployAt, pull_number })
  await ada.graphql(mutations[button], { id: data.node_id })
}

test('a draft is judged like any other, merged by nobody, and merged by the App once it is ready', async () => {
  await using lane = await setUp('merge: { bump: auto }\n')
  lane.github.repository(lane.deployRepo).requiredCheck = { name: gateCheckName, appId: 11 }
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const pull = Number((await lane.bump(merge)).outputs['pull-request-number'])
  const green = [`${gateCheckName}: success`]

  await press(lane, pull, 'draft')
  expect(await heard(lane, pull)).toEqual(['converted_to_draft', green, 'false'])
  const byHand = lane.client(lane.ada.token).rest.pulls.merge({ ...lane.deployAt, pull_number: pull })
  await expect(byHand).rejects.toThrow('still a draft')
  await press(lane, pull, 'ready')
  expect(await heard(lane, pull)).toEqual(['ready_for_review', green, 'true'])
})

test('an approval that is dismissed turns green to red, and another one red to green', async () => {
  await using lane = await setUp()
  const pull = await lane.propose('tests', workflow)
  const { pulls } = lane.client(olga.token).rest
  const review = { ...lane.deployAt, pull_number: pull, event: 'APPROVE' } as const
  const { data } = await pulls.createReview(review)
  expect((await byReview(lane, pull)).result).toMatchObject({ decision: 'success', reason: 'reviewed' })

  // Whoever may write may dismiss.
  const message = 'That was for something else.'
  const dismissal = { ...lane.deployAt, pull_number: pull, review_id: data.id, message }
  await lane.client(lane.ada.token).rest.pulls.dismissReview(dismissal)
  expect((await byReview(lane, pull)).result.decision).toBe('failure')
  const [check, ...others] = await checksOf(lane, await headOf(lane, pull))
  expect([check?.conclusion, others]).toEqual(['failure', []])
  expect((await commentsOf(lane, pull))[0]?.body).toContain('no operator counts yet')

  await pulls.createReview(review)
  expect((await byReview(lane, pull)).result.decision).toBe('success')
})

test('one that goes into another branch is red whatever it is, and judged anew when it comes back', async () => {
  await using lane = await setUp()
  const ada = lane.client(lane.ada.token)
  await commitOn(ada, lane.deployAt, 'release', { 'docs/release.md': 'x\n' })
  const pull = await lane.propose('docs', { 'docs/a.md': 'a\n' })
  const into = (base: string) => ada.rest.pulls.update({ ...lane.deployAt, pull_number: pull, base })
  expect(await heard(lane, pull)).toEqual(['opened', [`${gateCheckName}: success`], 'false'])

  await into('release')
  expect(await heard(lane, pull)).toEqual(['edited', [`${gateCheckName}: failure`], 'false'])
  expect((await commentsOf(lane, pull))[0]?.body).toContain('only main is deployed')
  await into('main')
  expect(await heard(lane, pull)).toEqual(['edited', [`${gateCheckName}: success`], 'false'])
})

test('more files than GitHub lists: it says so, and asks for review although all that it shows is harmless', async () => {
  await using lane = await setUp()
  const clone = await mkdtemp(join(tmpdir(), 'lockstep-many-'))
  const as = (...args: string[]) =>
    execa('git', ['-c', 'user.name=ada', '-c', 'user.email=a@b', ...args], { cwd: clone })
  const remote = `${lane.github.url.replace('//', `//ada:${lane.ada.token}@`)}/${lane.deployRepo}.git`
  const propose = async (branch: string, count: number): Promise<number> => {
    await as('checkout', '--quiet', '-B', branch, 'origin/main')
    await mkdir(join(clone, 'docs'), { recursive: true })
    const names = Array.from({ length: count }, (_, index) => `docs/${index}.md`)
    for (const name of names) await writeFile(join(clone, name), `${name}\n`)
    await as('add', '--all')
    await as('commit', '--quiet', '--message', `${count} files`)
    await as('push', '--quiet', 'origin', branch)
    const pull = { ...lane.deployAt, base: 'main', head: branch, title: branch }
    return (await lane.client(lane.ada.token).rest.pulls.create(pull)).data.number
  }
  try {
    await as('clone', '--quiet', remote, '.')
    const [most, more] = [await propose('most', 3_000), await propose('more', 3_001)]

    expect((await lane.gate(most)).result.reason).toBe('no-cluster-effect')
    const { result } = await lane.gate(more)
    expect([result.decision, result.reason]).toEqual(['failure', 'not-a-pure-bump'])
    const said = (await commentsOf(lane, more))[0]?.body ?? ''
    expect(said).toContain('needs review')
    expect(said).toMatch(/more files than/)
  } finally {
    await rm(clone, { recursive: true })
  }
})
