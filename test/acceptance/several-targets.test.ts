import { afterAll, beforeAll, expect, test } from 'vitest'
import { checksOf, headOf } from '../fixtures/gate-records.js'
import { chartPath, commitOn, lockPath, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'
import { commitTargets, filesAt, paths, withTwoTargets } from '../fixtures/two-targets.js'

const branch = 'lockstep/bump/hub'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

test("one bump moves every target and the chart's lock file, and the gate proves it", async () => {
  await using pair = await testGitHub.repositoryPair(withTwoTargets)
  await commitTargets(pair, filesAt(pair.firstVersion, pair.charts.url))
  const { merge, commit } = await pair.merge(pair.ada)
  const version = pair.publish(commit)

  const bump = await pair.bundle.bump(merge)

  expect([bump.code, bump.outputs['pull-request-operation'], bump.outputs.to]).toEqual([0, 'created', version])
  for (const [path, text] of Object.entries(filesAt(version, pair.charts.url))) {
    expect(await pair.deployed(path, branch), path).toBe(text)
  }
  const { data: work } = await pair
    .client(pair.ada.token)
    .rest.repos.compareCommitsWithBasehead({ ...pair.deployAt, basehead: `main...${branch}` })
  expect(work.ahead_by).toBe(1)
  expect(work.files?.map(({ filename }) => filename).toSorted()).toEqual(
    [lockPath, chartPath, ...Object.values(paths)].toSorted(),
  )

  const again = await pair.bundle.bump(merge)
  expect(again.outputs).toMatchObject({
    'pull-request-operation': 'unchanged',
    'pull-request-number': bump.outputs['pull-request-number'],
  })

  const pull = Number(bump.outputs['pull-request-number'])
  const green = await pair.bundle.gate(pull)
  expect([green.code, green.result.decision, green.result.reason]).toEqual([0, 'success', 'pure-bump'])

  const { [paths.value]: left = '' } = filesAt(pair.firstVersion, pair.charts.url)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, branch, { [paths.value]: left })
  const red = await pair.bundle.gate(pull)
  expect([red.code, red.result.decision, red.result.reason]).toEqual([0, 'failure', 'not-a-pure-bump'])
  const [check] = await checksOf(pair, await headOf(pair, pull))
  expect(check?.output?.summary).toContain('only a part of hub')
})

test('targets that differ before the bump are said, and all brought to the new version', async () => {
  await using pair = await testGitHub.repositoryPair(withTwoTargets)
  await commitTargets(pair, filesAt(pair.firstVersion, pair.charts.url))
  const behind = await pair.deployed(paths.value)
  const first = await pair.merge(pair.ada)
  const now = pair.publish(first.commit)
  await commitTargets(pair, { ...filesAt(now, pair.charts.url), [paths.value]: behind ?? '' })
  const second = await pair.merge(pair.ada)
  const version = pair.publish(second.commit)

  const { code, result, outputs } = await pair.bundle.bump(second.merge)

  expect([code, outputs['pull-request-operation'], outputs.from, outputs.to]).toEqual([0, 'created', now, version])
  expect(result.evidence).toEqual([
    { kind: 'target', ok: false, text: `${paths.value}#hub was at ${pair.firstVersion}, not ${now}` },
  ])
  for (const [path, text] of Object.entries(filesAt(version, pair.charts.url))) {
    expect(await pair.deployed(path, branch), path).toBe(text)
  }
  const gate = await pair.bundle.gate(Number(outputs['pull-request-number']))
  expect([gate.code, gate.result.decision, gate.result.reason]).toEqual([0, 'success', 'pure-bump'])
})
