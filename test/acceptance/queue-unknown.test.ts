import { afterAll, beforeAll, expect, test } from 'vitest'
import { queueTools } from '../fixtures/queue-tools.js'
import {
  commitOn,
  policyPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const setPolicy = (pair: RepositoryPair, text: string) =>
  commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [policyPath]: text })

test('a policy that cannot be read is red for everything, also for what makes no version, until it is mended', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const [pull, docs] = [await tools.open(), await tools.open({ files: { 'docs/README.md': '# New\n' } })]
  const policy = (await pair.deployed(policyPath)) ?? ''
  await setPolicy(pair, 'version: 1\nclusters: none\n')

  await tools.judge('all')
  for (const one of [pull, docs]) expect(await tools.status(one)).toMatch(/^error: Unknown: /)
  const { result } = await tools.judge(docs)
  expect([result.decision, result.reason]).toEqual(['failure', 'queue-unknown'])

  await setPolicy(pair, policy)
  await tools.judge('all')
  for (const one of [pull, docs]) expect(await tools.status(one)).toMatch(/^success: Clear/)
})

test('a policy that names another upstream is red: the repository was renamed, perhaps', async () => {
  await using pair = await testGitHub.repositoryPair((policy) =>
    policy.replace(/upstream: .*/, 'upstream: acme/hub-before'),
  )
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const pull = await tools.open()

  await tools.judge(pull)

  expect(await tools.status(pull)).toBe(
    `error: Unknown: the policy of ${pair.deployRepo} names no component of ${pair.upstreamRepo}.`,
  )
})

test('the way past what is not known is a label', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  const [fix, exception] = [await tools.open(), await tools.open()]
  const octokit = pair.client(pair.ada.token)
  const label = (issue_number: number, name: string) =>
    octokit.rest.issues.addLabels({ ...pair.upstreamAt, issue_number, labels: [name] })
  await label(fix, 'deploy-queue-fix')
  await label(exception, 'deploy-queue-skip')

  await tools.judge('all')

  expect(await tools.status(fix)).toBe('success: Allowed as a fix: label "deploy-queue-fix".')
  expect(await tools.status(exception)).toBe('success: Allowed as an exception: label "deploy-queue-skip".')
})
