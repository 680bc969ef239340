import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeRecord } from '../../shared/records/deployments.js'
import { type Lane, type Stage, startStage } from './code-lane.js'
import { laneTools } from './queue-world.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

/** What the deploy of main's tip records where it fails. */
async function fail(lane: Lane, reason: string): Promise<void> {
  const octokit = lane.client(lane.ada.token)
  const { data } = await octokit.rest.git.getRef({ ...lane.deployAt, ref: 'heads/main' })
  await writeRecord(
    { github: lane.client(await lane.token('gate')), repo: lane.deployRepo, gateBot: 90000011 },
    {
      ...{ schema: 1, cluster: 'staging', run: '77/1', commit: data.object.sha, releases: [], reason },
      ...{ outcome: 'failure', logUrl: lane.github.url, environmentUrl: undefined, description: 'failed' },
    },
  )
}

test('a deploy that failed is told at once, before anything is held; one that nobody is to blame for is on its way', async () => {
  await using lane = await stage.lane()
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  const waiting = await tools.open()
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  await lane
    .client(lane.ada.token)
    .rest.pulls.merge({ ...lane.deployAt, pull_number: Number(outputs['pull-request-number']) })

  await fail(lane, 'cluster-unreachable')
  await tools.judge('all')
  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob, .* is not verified: being deployed\.$/)

  await fail(lane, 'smoke-failed')
  await tools.fromDeployRepo()
  expect(await tools.status(waiting)).toMatch(
    /^failure: #\d+ by bob, .* is not verified: failed on staging, rolling back\.$/,
  )
})

test('what was merged and taken back again keeps nobody waiting, unless it is in the deploy repo', async () => {
  await using lane = await stage.lane()
  const tools = laneTools(lane)
  const octokit = lane.client(lane.ada.token)
  await tools.verified(lane.firstVersion)
  const waiting = await tools.open()
  const said = async (): Promise<string | undefined> => {
    await tools.judge('all')
    return tools.status(waiting)
  }
  const { data: file } = await octokit.rest.repos.getContent({ ...lane.upstreamAt, path: 'src/main.txt' })
  const before = 'content' in file ? Buffer.from(file.content, 'base64').toString() : ''
  const { merge, commit } = await lane.merge(lane.bob)
  expect(await said()).toContain('failure: ')
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  await lane.merge(lane.bob, { files: { 'src/main.txt': before } })
  expect(await said()).toContain('success: Clear')

  await octokit.rest.pulls.merge({ ...lane.deployAt, pull_number: Number(outputs['pull-request-number']) })
  expect(await said()).toMatch(/^failure: #\d+ by bob, .* is not verified/)
})
