import { afterAll, beforeAll, expect, test } from 'vitest'
import { chartPath, lockPath, metaChart, type Stage, startStage } from './code-lane.js'
import { expectOnePull } from './one-pull.js'

const branch = 'lockstep/bump/hub'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

test('a merge upstream becomes one pull request that changes version and lock entry, with its merger on duty', async () => {
  await using lane = await stage.lane()
  const { merge, commit, number } = await lane.merge(lane.ada, { title: 'Faster spawns' })
  const version = lane.publish(commit)

  const { code, outputs, result } = await lane.bundle.bump(merge)

  expect(outputs).toMatchObject({ 'pull-request-operation': 'created', from: lane.firstVersion, to: version })
  expect([code, result.decision, result.reason]).toEqual([0, 'created', 'ok'])
  const [pull, ...others] = await lane.openPulls()
  expect(others).toEqual([])
  expect(pull).toMatchObject({
    number: Number(outputs['pull-request-number']),
    title: `Bump hub to ${version} (1 change)`,
  })
  expect(pull?.assignees?.map(({ login }) => login)).toEqual(['ada'])
  expect(pull?.labels.map(({ name }) => name)).toEqual(['deploy-bump'])
  expect(pull?.body).toContain(`#${number}](`.replace('#', '\\#\u200b'))
  expect(pull?.body).toContain('Faster spawns by ada, merged by ada')
  expect(await lane.deployed(chartPath, branch)).toBe(metaChart(version, lane.charts.url))
  expect(await lane.deployed(lockPath, branch)).toContain(version)
  const { data: work } = await lane
    .client(lane.ada.token)
    .rest.repos.compareCommitsWithBasehead({ ...lane.deployAt, basehead: `main...${branch}` })
  expect([work.ahead_by, work.behind_by, work.files?.map(({ filename }) => filename)]).toEqual([
    1,
    0,
    [lockPath, chartPath],
  ])
})

test('two merges in a row end in one pull request that carries both duties', async () => {
  await using lane = await stage.lane()
  const [first, second] = [await lane.merge(lane.ada), await lane.merge(lane.bob)]
  lane.publish(first.commit)
  const version = lane.publish(second.commit)

  const one = await lane.bundle.bump(first.merge)
  const two = await lane.bundle.bump(second.merge)

  expect([one.outputs['pull-request-operation'], two.outputs['pull-request-operation']]).toEqual(['created', 'updated'])
  await expectOnePull(lane, version)
})

test('it waits for the version, says so, and stops without a trace when it does not come', async () => {
  await using lane = await stage.lane()
  const { merge } = await lane.merge(lane.ada)

  const { code, result, log } = await lane.bundle.bump(merge, { wait: '1s' })

  expect([code, result.reason]).toEqual([1, 'version-not-found'])
  expect(log).toContain('Not published yet: hub of')
  expect(log).toContain('then run this job again')
  expect(
    lane.github.requests.filter(({ method, path }) => method !== 'GET' && path.startsWith(`/repos/${lane.deployRepo}`)),
  ).toEqual([])
})

test('without "pull-requests: write" the error names the permission, and no branch stays', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)

  const token = await lane.token('bump', { contents: 'write', issues: 'read', metadata: 'read', pull_requests: 'read' })
  const { code, result, log } = await lane.bundle.bump(merge, { token })

  expect([code, result.decision, result.reason]).toEqual([1, 'refused', 'missing-permission'])
  expect(log).toContain('pull_requests: write')
  expect(await lane.deployed(chartPath, branch)).toBeUndefined()
})
