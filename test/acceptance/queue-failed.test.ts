import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeRecord } from '../../shared/records/deployments.js'
import { queueTools } from '../fixtures/queue-tools.js'
import { type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

/** What the deploy of main's tip records where it fails. */
async function fail(pair: RepositoryPair, reason: string): Promise<void> {
  const octokit = pair.client(pair.ada.token)
  const { data } = await octokit.rest.git.getRef({ ...pair.deployAt, ref: 'heads/main' })
  await writeRecord(
    { github: pair.client(await pair.token('gate')), repo: pair.deployRepo, gateBot: 90000011 },
    {
      ...{ schema: 1, cluster: 'staging', run: '77/1', commit: data.object.sha, releases: [], reason },
      ...{ outcome: 'failure', logUrl: pair.github.url, environmentUrl: undefined, description: 'failed' },
    },
  )
}

test('a deploy that failed is told at once, before anything is held; one that nobody is to blame for is on its way', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const waiting = await tools.open()
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  await pair
    .client(pair.ada.token)
    .rest.pulls.merge({ ...pair.deployAt, pull_number: Number(outputs['pull-request-number']) })

  await fail(pair, 'cluster-unreachable')
  await tools.judge('all')
  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob, .* is not verified: being deployed\.$/)

  await fail(pair, 'smoke-failed')
  await tools.fromDeployRepo()
  expect(await tools.status(waiting)).toMatch(
    /^failure: #\d+ by bob, .* is not verified: failed on staging, rolling back\.$/,
  )
})

test('what was merged and taken back again keeps nobody waiting, unless it is in the deploy repo', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  const octokit = pair.client(pair.ada.token)
  await tools.verified(pair.firstVersion)
  const waiting = await tools.open()
  const said = async (): Promise<string | undefined> => {
    await tools.judge('all')
    return tools.status(waiting)
  }
  const { data: file } = await octokit.rest.repos.getContent({ ...pair.upstreamAt, path: 'src/main.txt' })
  const before = 'content' in file ? Buffer.from(file.content, 'base64').toString() : ''
  const { merge, commit } = await pair.merge(pair.bob)
  expect(await said()).toContain('failure: ')
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  await pair.merge(pair.bob, { files: { 'src/main.txt': before } })
  expect(await said()).toContain('success: Clear')

  await octokit.rest.pulls.merge({ ...pair.deployAt, pull_number: Number(outputs['pull-request-number']) })
  expect(await said()).toMatch(/^failure: #\d+ by bob, .* is not verified/)
})
