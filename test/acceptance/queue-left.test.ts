import { afterAll, beforeAll, expect, test } from 'vitest'
import { type QueueTools, queueTools } from '../fixtures/queue-tools.js'
import { commitOn, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

async function begin(change?: (policy: string) => string): Promise<{ pair: RepositoryPair; tools: QueueTools }> {
  const pair = await testGitHub.repositoryPair(change)
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  return { pair, tools }
}

/** Whoever it is may not write upstream any more. */
const leave = (pair: RepositoryPair, login: string): boolean =>
  pair.github.repository(pair.upstreamRepo).collaborators.delete(login)

/** The deploy pull request of what is merged: who is assigned when it is proposed, and after deploy-queue has looked. */
async function propose(pair: RepositoryPair, { merge, commit }: { merge: string; commit: string }): Promise<number> {
  pair.publish(commit)
  return Number((await pair.bump(merge)).outputs['pull-request-number'])
}

/** A change by a bot, with these approvals, merged by the token's owner. */
async function byBot(
  pair: RepositoryPair,
  mergeAs: string,
  approver?: string,
): Promise<{ merge: string; commit: string }> {
  const robot = pair.client(await pair.token('gate'))
  const commit = await commitOn(robot, pair.upstreamAt, 'renovate', { 'src/main.txt': 'newer\n' })
  const { data } = await robot.rest.pulls.create({ ...pair.upstreamAt, base: 'main', head: 'renovate', title: 'Newer' })
  const pull = { ...pair.upstreamAt, pull_number: data.number }
  if (approver) await pair.client(approver).rest.pulls.createReview({ ...pull, event: 'APPROVE' })
  const { data: merged } = await pair.client(mergeAs).rest.pulls.merge(pull)
  return { merge: merged.sha, commit }
}

async function greeted(
  pair: RepositoryPair,
  pull: number,
): Promise<{ keys: string[]; words: string; assignees: string[] }> {
  const { rest } = pair.client(pair.ada.token)
  const { data } = await rest.issues.listComments({ ...pair.deployAt, issue_number: pull })
  const bodies = data.flatMap(({ body }) => (body?.startsWith('<!-- lockstep:duty ') ? [body] : []))
  const { data: issue } = await rest.issues.get({ ...pair.deployAt, issue_number: pull })
  return {
    keys: bodies.map((body) => /lockstep:duty ([\w-]+)/.exec(body)?.[1] ?? ''),
    words: bodies.join('\n'),
    assignees: (issue.assignees ?? []).map(({ login }) => login),
  }
}

test('whoever merged has left: the author is on duty, is told so, and may say /merge', async () => {
  const { pair, tools } = await begin((policy) => `${policy}merge: { bump: command }\n`)
  await using _ = pair
  const pull = await propose(pair, await pair.merge(pair.ada, { author: pair.bob }))
  await pair.gate(pull)
  leave(pair, 'ada')

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(16)

  expect((await greeted(pair, pull)).keys).toEqual(['greet-bob', 'remind-proposed-bob'])
  const go = { ...pair.deployAt, issue_number: pull, body: '/merge' }
  await pair.client(pair.bob.token).rest.issues.createComment(go)
  // Whether somebody has left is seen only by a token of upstream itself.
  const start = await pair.starts.gate(pull, { 'upstream-token': pair.bob.token }, 'issue_comment')
  const done = await pair.gateStarted(start)
  expect(done.outputs.merged, done.log).toBe('true')
})

test('whoever merged has left, and the author is a bot: who approved it is on duty', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const pull = await propose(pair, await byBot(pair, pair.ada.token, pair.bob.token))
  leave(pair, 'ada')

  await tools.fromDeployRepo()

  expect((await greeted(pair, pull)).keys).toEqual(['greet-bob'])
})

test('a merge queue merged it: the author is on duty, and assigned', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const commit = await commitOn(pair.client(pair.ada.token), pair.upstreamAt, 'mine', { 'src/main.txt': 'mine\n' })
  const { rest } = pair.client(pair.ada.token)
  const { data } = await rest.pulls.create({ ...pair.upstreamAt, base: 'main', head: 'mine', title: 'Mine' })
  const queue = pair.client(await pair.token('gate'))
  const { data: merged } = await queue.rest.pulls.merge({ ...pair.upstreamAt, pull_number: data.number })
  const pull = await propose(pair, { merge: merged.sha, commit })

  await tools.fromDeployRepo()

  const { keys, assignees } = await greeted(pair, pull)
  expect([keys, assignees]).toEqual([['greet-ada'], ['ada']])
})

test.each([
  ['person', 'bob'],
  ['bot', 'ada'],
  ['nobody', 'ada'],
] as const)('it merged by itself, and GitHub names as who merged: %s', async (named, expected) => {
  const { pair, tools } = await begin()
  await using _ = pair
  const settings = pair.github.repository(pair.upstreamRepo)
  Object.assign(settings, { allowAutoMerge: true, requiredCheck: { name: 'ci' }, mergedByOfAutoMerge: named })
  const [ada, bob] = [pair.client(pair.ada.token), pair.client(pair.bob.token)]
  const commit = await commitOn(ada, pair.upstreamAt, 'mine', { 'src/main.txt': 'mine\n' })
  const { data } = await ada.rest.pulls.create({ ...pair.upstreamAt, base: 'main', head: 'mine', title: 'Mine' })
  const enable = `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }`
  await bob.graphql(enable, { id: data.node_id })
  const status = { ...pair.upstreamAt, sha: commit, context: 'ci', state: 'success' as const }
  await ada.rest.repos.createCommitStatus(status)
  const { data: pull } = await ada.rest.pulls.get({ ...pair.upstreamAt, pull_number: data.number })
  expect([pull.merged, pull.merged_by?.login]).toEqual([
    true,
    { person: 'bob', bot: 'github-merge-queue[bot]', nobody: undefined }[named],
  ])
  const bump = await propose(pair, { merge: pull.merge_commit_sha ?? '', commit })

  await tools.fromDeployRepo()

  expect((await greeted(pair, bump)).keys).toEqual([`greet-${expected}`])
})

test('bots made, approved and merged it: the operators are told, and called where nobody comes', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const pull = await propose(pair, await byBot(pair, await pair.token('gate')))

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(61)

  const { keys, words } = await greeted(pair, pull)
  expect(keys).toEqual(['greet', 'call-proposed'])
  expect(words).toContain('@ada: bots made and merged these changes')
})
