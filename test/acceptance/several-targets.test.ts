import { afterAll, beforeAll, expect, test } from 'vitest'
import { chartPath, commitOn, lockPath, type Stage, startStage } from './code-lane.js'
import { checksOf, headOf } from './gate-records.js'
import { commitTargets, filesAt, paths, withTwoTargets } from './two-targets.js'

const branch = 'lockstep/bump/hub'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

test("one bump moves every target and the chart's lock file, and the gate proves it", async () => {
  await using lane = await stage.lane(withTwoTargets)
  await commitTargets(lane, filesAt(lane.firstVersion, lane.charts.url))
  const { merge, commit } = await lane.merge(lane.ada)
  const version = lane.publish(commit)

  const bump = await lane.bundle.bump(merge)

  expect([bump.code, bump.outputs['pull-request-operation'], bump.outputs.to]).toEqual([0, 'created', version])
  for (const [path, text] of Object.entries(filesAt(version, lane.charts.url))) {
    expect(await lane.deployed(path, branch), path).toBe(text)
  }
  const { data: work } = await lane
    .client(lane.ada.token)
    .rest.repos.compareCommitsWithBasehead({ ...lane.deployAt, basehead: `main...${branch}` })
  expect(work.ahead_by).toBe(1)
  expect(work.files?.map(({ filename }) => filename).toSorted()).toEqual(
    [lockPath, chartPath, ...Object.values(paths)].toSorted(),
  )

  const again = await lane.bundle.bump(merge)
  expect(again.outputs).toMatchObject({
    'pull-request-operation': 'unchanged',
    'pull-request-number': bump.outputs['pull-request-number'],
  })

  const pull = Number(bump.outputs['pull-request-number'])
  const green = await lane.bundle.gate(pull)
  expect([green.code, green.result.decision, green.result.reason]).toEqual([0, 'success', 'pure-bump'])

  const { [paths.value]: left = '' } = filesAt(lane.firstVersion, lane.charts.url)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, branch, { [paths.value]: left })
  const red = await lane.bundle.gate(pull)
  expect([red.code, red.result.decision, red.result.reason]).toEqual([0, 'failure', 'not-a-pure-bump'])
  const [check] = await checksOf(lane, await headOf(lane, pull))
  expect(check?.output?.summary).toContain('only a part of hub')
})

test('targets that differ before the bump are said, and all brought to the new version', async () => {
  await using lane = await stage.lane(withTwoTargets)
  await commitTargets(lane, filesAt(lane.firstVersion, lane.charts.url))
  const behind = await lane.deployed(paths.value)
  const first = await lane.merge(lane.ada)
  const now = lane.publish(first.commit)
  await commitTargets(lane, { ...filesAt(now, lane.charts.url), [paths.value]: behind ?? '' })
  const second = await lane.merge(lane.ada)
  const version = lane.publish(second.commit)

  const { code, result, outputs } = await lane.bundle.bump(second.merge)

  expect([code, outputs['pull-request-operation'], outputs.from, outputs.to]).toEqual([0, 'created', now, version])
  expect(result.evidence).toEqual([
    { kind: 'target', ok: false, text: `${paths.value}#hub was at ${lane.firstVersion}, not ${now}` },
  ])
  for (const [path, text] of Object.entries(filesAt(version, lane.charts.url))) {
    expect(await lane.deployed(path, branch), path).toBe(text)
  }
  const gate = await lane.bundle.gate(Number(outputs['pull-request-number']))
  expect([gate.code, gate.result.decision, gate.result.reason]).toEqual([0, 'success', 'pure-bump'])
})
