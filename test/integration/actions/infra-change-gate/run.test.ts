import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseExternalId } from '../../../../shared/records/gate-check.js'
import { checksOf, commentsOf, headOf } from '../../../fixtures/gate-records.js'
import {
  chartPath,
  commitOn,
  lockPath,
  metaChart,
  startTestGitHub,
  type TestGitHub,
} from '../../../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

test('a red one that became a pure bump by hand is green, and the comment says so', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  const version = pair.publish(commit)
  await pair.bump(merge)
  const lock = (await pair.deployed(lockPath, 'lockstep/bump/hub')) ?? ''
  const pull = await pair.propose('by-hand', { [chartPath]: metaChart(version, pair.charts.url) })
  await pair.gate(pull)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'by-hand', { [lockPath]: lock })

  const { outputs } = await pair.gate(pull)

  expect(outputs.conclusion).toBe('success')
  const [comment] = await commentsOf(pair, pull)
  expect(comment?.body).toContain('Nothing is left to do')
})

test('the same head judged twice has one check run', async () => {
  await using pair = await testGitHub.repositoryPair()
  const pull = await pair.propose('docs', { 'README.md': 'x' }, { draft: true })
  await pair.gate(pull)
  await pair.gate(pull)

  expect(await checksOf(pair, await headOf(pair, pull))).toHaveLength(1)
})

test('a second pull request with the same head does not take the check of the first one away', async () => {
  await using pair = await testGitHub.repositoryPair()
  const first = await pair.propose('one', { 'README.md': 'x' })
  const head = await headOf(pair, first)
  await pair.gate(first)
  const ada = pair.client(pair.ada.token)
  await ada.rest.git.createRef({ ...pair.deployAt, ref: 'refs/heads/two', sha: head })
  const { data } = await ada.rest.pulls.create({ ...pair.deployAt, title: 'Two', head: 'two', base: 'main' })
  await pair.gate(data.number)

  const { data: all } = await ada.rest.checks.listForRef({ ...pair.deployAt, ref: head, filter: 'all' })
  const about = all.check_runs.map(({ external_id }) => parseExternalId(external_id)?.pr)
  expect(about.sort()).toEqual([first, data.number].sort())
})

test('a pull request into another branch is red, because its check would stay when it is retargeted', async () => {
  await using pair = await testGitHub.repositoryPair()
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'release', { 'README.md': 'release\n' })
  const pull = await pair.propose('into-release', { 'README.md': 'x' }, { base: 'release' })

  const { code, outputs } = await pair.gate(pull)

  expect([code, outputs.conclusion]).toEqual([0, 'failure'])
})

test("the pull request's own policy plays no part", async () => {
  await using pair = await testGitHub.repositoryPair()
  const pull = await pair.propose('weaken', { '.github/deploy-policy.yml': 'version: 1\n' })

  const { result } = await pair.gate(pull)

  expect([result.decision, result.reason]).toEqual(['failure', 'not-a-pure-bump'])
})

test('a closed pull request is left alone', async () => {
  await using pair = await testGitHub.repositoryPair()
  const pull = await pair.propose('closed', { 'README.md': 'x' })
  await pair.client(pair.ada.token).rest.pulls.update({ ...pair.deployAt, pull_number: pull, state: 'closed' })

  const { code, result } = await pair.gate(pull)

  expect([code, result.decision]).toEqual([0, 'skipped'])
  expect(await checksOf(pair, await headOf(pair, pull))).toEqual([])
})
