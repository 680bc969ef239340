import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectOnePull } from '../fixtures/expect-one-pull.js'
import { chartPath, lockPath, metaChart, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

const branch = 'lockstep/bump/hub'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

test('a merge upstream becomes one pull request that changes version and lock entry, with its merger on duty', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit, number } = await pair.merge(pair.ada, { title: 'Faster spawns' })
  const version = pair.publish(commit)

  const { code, outputs, result } = await pair.bundle.bump(merge)

  expect(outputs).toMatchObject({ 'pull-request-operation': 'created', from: pair.firstVersion, to: version })
  expect([code, result.decision, result.reason]).toEqual([0, 'created', 'ok'])
  const [pull, ...others] = await pair.openPulls()
  expect(others).toEqual([])
  expect(pull).toMatchObject({
    number: Number(outputs['pull-request-number']),
    title: `Bump hub to ${version} (1 change)`,
  })
  expect(pull?.assignees?.map(({ login }) => login)).toEqual(['ada'])
  expect(pull?.labels.map(({ name }) => name)).toEqual(['deploy-bump'])
  expect(pull?.body).toContain(`#${number}](`.replace('#', '\\#\u200b'))
  expect(pull?.body).toContain('Faster spawns by ada, merged by ada')
  expect(await pair.deployed(chartPath, branch)).toBe(metaChart(version, pair.charts.url))
  expect(await pair.deployed(lockPath, branch)).toContain(version)
  const { data: work } = await pair
    .client(pair.ada.token)
    .rest.repos.compareCommitsWithBasehead({ ...pair.deployAt, basehead: `main...${branch}` })
  expect([work.ahead_by, work.behind_by, work.files?.map(({ filename }) => filename)]).toEqual([
    1,
    0,
    [lockPath, chartPath],
  ])
})

test('two merges in a row end in one pull request that carries both duties', async () => {
  await using pair = await testGitHub.repositoryPair()
  const [first, second] = [await pair.merge(pair.ada), await pair.merge(pair.bob)]
  pair.publish(first.commit)
  const version = pair.publish(second.commit)

  const one = await pair.bundle.bump(first.merge)
  const two = await pair.bundle.bump(second.merge)

  expect([one.outputs['pull-request-operation'], two.outputs['pull-request-operation']]).toEqual(['created', 'updated'])
  await expectOnePull(pair, version)
})

test('it waits for the version, says so, and stops without a trace when it does not come', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge } = await pair.merge(pair.ada)

  const { code, result, log } = await pair.bundle.bump(merge, { wait: '1s' })

  expect([code, result.reason]).toEqual([1, 'version-not-found'])
  expect(log).toContain('Not published yet: hub of')
  expect(log).toContain('then run this job again')
  expect(
    pair.github.requests.filter(({ method, path }) => method !== 'GET' && path.startsWith(`/repos/${pair.deployRepo}`)),
  ).toEqual([])
})

test('without "pull-requests: write" the error names the permission, and no branch stays', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)

  const token = await pair.token('bump', { contents: 'write', issues: 'read', metadata: 'read', pull_requests: 'read' })
  const { code, result, log } = await pair.bundle.bump(merge, { token })

  expect([code, result.decision, result.reason]).toEqual([1, 'refused', 'missing-permission'])
  expect(log).toContain('pull_requests: write')
  expect(await pair.deployed(chartPath, branch)).toBeUndefined()
})
