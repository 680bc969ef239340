import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseExternalId } from '../../../../shared/records/gate-check.js'
import { chartPath, commitOn, lockPath, metaChart, type Stage, startStage } from '../../../acceptance/code-lane.js'
import { checksOf, commentsOf, headOf } from '../../../acceptance/gate-records.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

test('a red one that became a pure bump by hand is green, and the comment says so', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  const version = lane.publish(commit)
  await lane.bump(merge)
  const lock = (await lane.deployed(lockPath, 'lockstep/bump/hub')) ?? ''
  const pull = await lane.propose('by-hand', { [chartPath]: metaChart(version, lane.charts.url) })
  await lane.gate(pull)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'by-hand', { [lockPath]: lock })

  const { outputs } = await lane.gate(pull)

  expect(outputs.conclusion).toBe('success')
  const [comment] = await commentsOf(lane, pull)
  expect(comment?.body).toContain('Nothing is left to do')
})

test('the same head judged twice has one check run', async () => {
  await using lane = await stage.lane()
  const pull = await lane.propose('docs', { 'README.md': 'x' }, { draft: true })
  await lane.gate(pull)
  await lane.gate(pull)

  expect(await checksOf(lane, await headOf(lane, pull))).toHaveLength(1)
})

test('a second pull request with the same head does not take the check of the first one away', async () => {
  await using lane = await stage.lane()
  const first = await lane.propose('one', { 'README.md': 'x' })
  const head = await headOf(lane, first)
  await lane.gate(first)
  const ada = lane.client(lane.ada.token)
  await ada.rest.git.createRef({ ...lane.deployAt, ref: 'refs/heads/two', sha: head })
  const { data } = await ada.rest.pulls.create({ ...lane.deployAt, title: 'Two', head: 'two', base: 'main' })
  await lane.gate(data.number)

  const { data: all } = await ada.rest.checks.listForRef({ ...lane.deployAt, ref: head, filter: 'all' })
  const about = all.check_runs.map(({ external_id }) => parseExternalId(external_id)?.pr)
  expect(about.sort()).toEqual([first, data.number].sort())
})

test('a pull request into another branch is red, because its check would stay when it is retargeted', async () => {
  await using lane = await stage.lane()
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'release', { 'README.md': 'release\n' })
  const pull = await lane.propose('into-release', { 'README.md': 'x' }, { base: 'release' })

  const { code, outputs } = await lane.gate(pull)

  expect([code, outputs.conclusion]).toEqual([0, 'failure'])
})

test("the pull request's own policy plays no part", async () => {
  await using lane = await stage.lane()
  const pull = await lane.propose('weaken', { '.github/deploy-policy.yml': 'version: 1\n' })

  const { result } = await lane.gate(pull)

  expect([result.decision, result.reason]).toEqual(['failure', 'not-a-pure-bump'])
})

test('a closed pull request is left alone', async () => {
  await using lane = await stage.lane()
  const pull = await lane.propose('closed', { 'README.md': 'x' })
  await lane.client(lane.ada.token).rest.pulls.update({ ...lane.deployAt, pull_number: pull, state: 'closed' })

  const { code, result } = await lane.gate(pull)

  expect([code, result.decision]).toEqual([0, 'skipped'])
  expect(await checksOf(lane, await headOf(lane, pull))).toEqual([])
})
