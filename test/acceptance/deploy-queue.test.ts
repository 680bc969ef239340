import { afterAll, beforeAll, expect, test } from 'vitest'
import { queueTools } from '../fixtures/queue-tools.js'
import { commitOn, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const statusesOf = (pair: RepositoryPair): number =>
  pair.github.requests.filter(({ method, path }) => method === 'POST' && path.includes('/statuses/')).length

test('two people merge one after the other: the second sees whose turn it is, and green once that is verified', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const [first, second] = [await tools.open(), await tools.open()]

  const { code, result, outputs } = await tools.bundle(first)
  expect([code, result.decision, result.reason, outputs.state]).toEqual([0, 'success', 'ok', 'success'])
  await tools.judge(second)
  expect(await tools.status(second)).toMatch(/^success: Clear: all is deployed and verified/)

  const merge = await tools.merge(first, pair.ada.token)
  await tools.judge('all')
  expect(await tools.status(second)).toMatch(
    new RegExp(`^failure: #${first} by ada, .* is not verified: no deploy PR yet`),
  )

  const version = pair.publish(merge)
  const bump = await pair.bump(merge)
  await tools.fromDeployRepo()
  expect(await tools.status(second)).toContain(`deploy PR #${bump.outputs['pull-request-number']} is not merged yet`)

  await pair
    .client(pair.ada.token)
    .rest.pulls.merge({ ...pair.deployAt, pull_number: Number(bump.outputs['pull-request-number']) })
  await tools.judge('all')
  expect(await tools.status(second)).toContain('being deployed')

  await tools.verified(version)
  await tools.fromDeployRepo()
  expect(await tools.status(second)).toMatch(/^success: Clear/)
})

test('a lost or repeated event changes nothing, and what has not changed is not written again', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  for (let count = 0; count < 5; count++) await tools.open()

  const first = await tools.judge('all')
  const before = statusesOf(pair)
  const again = await tools.judge('all')

  expect(first.outputs['statuses-written']).toBe('5')
  expect([again.outputs['statuses-written'], again.result.decision]).toEqual(['0', 'unchanged'])
  expect(statusesOf(pair)).toBe(before)
})

test('what makes no version, what reverts, and what carries the label passes a shut lane', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const { number } = await pair.merge(pair.bob)
  const docs = await tools.open({ files: { 'docs/README.md': '# New\n' } })
  const revert = await tools.open({ title: 'Revert "Change 1"', body: `Reverts ${pair.upstreamRepo}#${number}` })
  const urgent = await tools.open()
  const octokit = pair.client(pair.ada.token)
  await octokit.rest.issues.addLabels({ ...pair.upstreamAt, issue_number: urgent, labels: ['deploy-queue-skip'] })
  const plain = await tools.open()

  const { summary } = await tools.judge('all')

  expect(await tools.status(docs)).toBe('success: Clear: this creates no new version, so nothing is deployed.')
  expect(await tools.status(revert)).toBe(`success: Clear: it fixes #${number}, which is not deployed.`)
  expect(await tools.status(urgent)).toBe('success: Allowed as an exception: label "deploy-queue-skip".')
  expect(await tools.status(plain)).toMatch(/^failure: #\d+ by bob/)
  expect(summary).toContain('Allowed as an exception')
})

test('a draft, or what nobody approved yet, is looked at when that has changed', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  pair.github.repository(pair.upstreamRepo).reviewRequired = true
  const [draft, pull] = [await tools.open({ draft: true }), await tools.open()]

  await tools.judge('all')
  expect(await tools.status(draft)).toMatch(/^pending: Checked as soon as it is approved/)
  expect(await tools.status(pull)).toMatch(/^pending/)

  const review = { ...pair.upstreamAt, pull_number: pull, event: 'APPROVE' } as const
  await pair.client(pair.bob.token).rest.pulls.createReview(review)
  await tools.judge(pull)
  expect(await tools.status(pull)).toMatch(/^success/)
})

test('what cannot be known is red with the reason, and mends by itself', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  const pull = await tools.open()

  const { code, result } = await tools.judge(pull)
  expect([code, result.decision, result.reason]).toEqual([0, 'failure', 'queue-unknown'])
  expect(await tools.status(pull)).toMatch(/^error: Unknown: no version is recorded as verified on staging/)

  await tools.verified(pair.firstVersion)
  await tools.judge(pull)
  expect(await tools.status(pull)).toMatch(/^success/)
})

// P8: upstream's own run reads the deploy repo with a job's token.
test.each(['forbidden', 'not-found'] as const)(
  'where GraphQL tells a job of the deploy repo %s, a freeze is not known upstream, and the deploy repo tells it',
  async (told) => {
    await using pair = await testGitHub.repositoryPair()
    const tools = queueTools(pair)
    await tools.verified(pair.firstVersion)
    const pull = await tools.open()
    pair.github.openRows.othersByGraphQL = told
    const asUpstream = { 'deploy-token': pair.github.mintJobToken(pair.upstreamRepo, { contents: 'read' }, 1) }
    await tools.judge(pull, asUpstream)
    expect(await tools.status(pull)).toMatch(/^success: Clear/)

    const freeze = { ...pair.deployAt, title: 'Conference week', labels: ['deploy-freeze'] }
    await pair.client(pair.ada.token).rest.issues.create(freeze)
    const { code, result } = await tools.judge(pull, asUpstream)
    expect([code, result.decision, result.reason]).toEqual([0, 'failure', 'queue-unknown'])
    expect(await tools.status(pull)).toMatch(/^error: Unknown/)
    await tools.fromDeployRepo()
    expect(await tools.status(pull)).toMatch(/^failure: Deploy freeze: #1/)
  },
)

// D17: the other answer; everywhere else in these tests GitHub shows them.
test("where upstream's own run does not see the last deploys, the way is clear without how long one takes", async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const pull = await tools.open()
  pair.github.openRows.jobsSeeOthersDeployments = false
  const job = pair.github.mintJobToken(pair.upstreamRepo, { contents: 'read' }, 1)
  await tools.judge(pull, { 'deploy-token': job })
  expect(await tools.status(pull)).toMatch(/^success: Clear: all is deployed and verified\. A deploy follows/)
})

test('a freeze stops every merge, and says where it is', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const pull = await tools.open()
  const octokit = pair.client(pair.ada.token)
  const freeze = { ...pair.deployAt, title: 'Conference week', labels: ['deploy-freeze'] }
  const { data } = await octokit.rest.issues.create(freeze)

  const { result } = await tools.judge(pull)

  expect(result.reason).toBe('deploy-freeze')
  expect(await tools.status(pull)).toBe(`failure: Deploy freeze: #${data.number} in the deploy repo.`)
})

test('what a merge queue has built waits in it, and turns green when what came before is verified', async () => {
  await using pair = await testGitHub.repositoryPair()
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const pull = await tools.open()
  const octokit = pair.client(pair.ada.token)
  const { merge } = await pair.merge(pair.bob)
  // As GitHub names it; its queue squashes.
  const branch = `gh-readonly-queue/main/pr-${pull}-${merge}`
  const group = await commitOn(octokit, pair.upstreamAt, branch, { 'src/queued.txt': 'queued\n' })
  const said = async (): Promise<string | undefined> => {
    const { data } = await octokit.rest.repos.listCommitStatusesForRef({ ...pair.upstreamAt, ref: group })
    return data[0]?.state
  }

  await tools.judge('all')
  expect(await said()).toBe('pending')
  await tools.verified(pair.publish(merge))
  await tools.judge('all')
  expect(await said()).toBe('success')
})
