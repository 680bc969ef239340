import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitOn, type Lane, policyPath, type Stage, startStage } from './code-lane.js'
import { laneTools } from './queue-world.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

const setPolicy = (lane: Lane, text: string) =>
  commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [policyPath]: text })

test('a policy that cannot be read is red for everything, also for what makes no version, until it is mended', async () => {
  await using lane = await stage.lane()
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  const [pull, docs] = [await tools.open(), await tools.open({ files: { 'docs/README.md': '# New\n' } })]
  const policy = (await lane.deployed(policyPath)) ?? ''
  await setPolicy(lane, 'version: 1\nclusters: none\n')

  await tools.judge('all')
  for (const one of [pull, docs]) expect(await tools.status(one)).toMatch(/^error: Unknown: /)
  const { result } = await tools.judge(docs)
  expect([result.decision, result.reason]).toEqual(['failure', 'queue-unknown'])

  await setPolicy(lane, policy)
  await tools.judge('all')
  for (const one of [pull, docs]) expect(await tools.status(one)).toMatch(/^success: Clear/)
})

test('a policy that names another upstream is red: the repository was renamed, perhaps', async () => {
  await using lane = await stage.lane((policy) => policy.replace(/upstream: .*/, 'upstream: acme/hub-before'))
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  const pull = await tools.open()

  await tools.judge(pull)

  expect(await tools.status(pull)).toBe(
    `error: Unknown: the policy of ${lane.deployRepo} names no component of ${lane.upstreamRepo}.`,
  )
})

test('the way past what is not known is a label', async () => {
  await using lane = await stage.lane()
  const tools = laneTools(lane)
  const [fix, exception] = [await tools.open(), await tools.open()]
  const octokit = lane.client(lane.ada.token)
  const label = (issue_number: number, name: string) =>
    octokit.rest.issues.addLabels({ ...lane.upstreamAt, issue_number, labels: [name] })
  await label(fix, 'deploy-queue-fix')
  await label(exception, 'deploy-queue-skip')

  await tools.judge('all')

  expect(await tools.status(fix)).toBe('success: Allowed as a fix: label "deploy-queue-fix".')
  expect(await tools.status(exception)).toBe('success: Allowed as an exception: label "deploy-queue-skip".')
})
