import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitOn, type Lane, type Stage, startStage } from './code-lane.js'
import { type LaneTools, laneTools } from './queue-world.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

async function begin(change?: (policy: string) => string): Promise<{ lane: Lane; tools: LaneTools }> {
  const lane = await stage.lane(change)
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  return { lane, tools }
}

/** Whoever it is may not write upstream any more. */
const leave = (lane: Lane, login: string): boolean =>
  lane.github.repository(lane.upstreamRepo).collaborators.delete(login)

/** The deploy pull request of what is merged: who is assigned when it is proposed, and after the lane has looked. */
async function propose(lane: Lane, { merge, commit }: { merge: string; commit: string }): Promise<number> {
  lane.publish(commit)
  return Number((await lane.bump(merge)).outputs['pull-request-number'])
}

/** A change by a bot, with these approvals, merged by the token's owner. */
async function byBot(lane: Lane, mergeAs: string, approver?: string): Promise<{ merge: string; commit: string }> {
  const robot = lane.client(await lane.token('gate'))
  const commit = await commitOn(robot, lane.upstreamAt, 'renovate', { 'src/main.txt': 'newer\n' })
  const { data } = await robot.rest.pulls.create({ ...lane.upstreamAt, base: 'main', head: 'renovate', title: 'Newer' })
  const pull = { ...lane.upstreamAt, pull_number: data.number }
  if (approver) await lane.client(approver).rest.pulls.createReview({ ...pull, event: 'APPROVE' })
  const { data: merged } = await lane.client(mergeAs).rest.pulls.merge(pull)
  return { merge: merged.sha, commit }
}

async function greeted(lane: Lane, pull: number): Promise<{ keys: string[]; words: string; assignees: string[] }> {
  const { rest } = lane.client(lane.ada.token)
  const { data } = await rest.issues.listComments({ ...lane.deployAt, issue_number: pull })
  const bodies = data.flatMap(({ body }) => (body?.startsWith('<!-- lockstep:duty ') ? [body] : []))
  const { data: issue } = await rest.issues.get({ ...lane.deployAt, issue_number: pull })
  return {
    keys: bodies.map((body) => /lockstep:duty ([\w-]+)/.exec(body)?.[1] ?? ''),
    words: bodies.join('\n'),
    assignees: (issue.assignees ?? []).map(({ login }) => login),
  }
}

test('whoever merged has left: the author is on duty, is told so, and may say /merge', async () => {
  const { lane, tools } = await begin((policy) => `${policy}merge: { bump: command }\n`)
  await using _ = lane
  const pull = await propose(lane, await lane.merge(lane.ada, { author: lane.bob }))
  await lane.gate(pull)
  leave(lane, 'ada')

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(16)

  expect((await greeted(lane, pull)).keys).toEqual(['greet-bob', 'remind-proposed-bob'])
  const go = { ...lane.deployAt, issue_number: pull, body: '/merge' }
  await lane.client(lane.bob.token).rest.issues.createComment(go)
  // Whether somebody has left is seen only by a token of upstream itself.
  const start = await lane.starts.gate(pull, { 'upstream-token': lane.bob.token }, 'issue_comment')
  const done = await lane.gateStarted(start)
  expect(done.outputs.merged, done.log).toBe('true')
})

test('whoever merged has left, and the author is a bot: who approved it is on duty', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const pull = await propose(lane, await byBot(lane, lane.ada.token, lane.bob.token))
  leave(lane, 'ada')

  await tools.fromDeployRepo()

  expect((await greeted(lane, pull)).keys).toEqual(['greet-bob'])
})

test('a merge queue merged it: the author is on duty, and assigned', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const commit = await commitOn(lane.client(lane.ada.token), lane.upstreamAt, 'mine', { 'src/main.txt': 'mine\n' })
  const { rest } = lane.client(lane.ada.token)
  const { data } = await rest.pulls.create({ ...lane.upstreamAt, base: 'main', head: 'mine', title: 'Mine' })
  const queue = lane.client(await lane.token('gate'))
  const { data: merged } = await queue.rest.pulls.merge({ ...lane.upstreamAt, pull_number: data.number })
  const pull = await propose(lane, { merge: merged.sha, commit })

  await tools.fromDeployRepo()

  const { keys, assignees } = await greeted(lane, pull)
  expect([keys, assignees]).toEqual([['greet-ada'], ['ada']])
})

test.each([
  ['person', 'bob'],
  ['bot', 'ada'],
  ['nobody', 'ada'],
] as const)('it merged by itself, and GitHub names as who merged: %s', async (named, expected) => {
  const { lane, tools } = await begin()
  await using _ = lane
  const settings = lane.github.repository(lane.upstreamRepo)
  Object.assign(settings, { allowAutoMerge: true, requiredCheck: { name: 'ci' }, mergedByOfAutoMerge: named })
  const [ada, bob] = [lane.client(lane.ada.token), lane.client(lane.bob.token)]
  const commit = await commitOn(ada, lane.upstreamAt, 'mine', { 'src/main.txt': 'mine\n' })
  const { data } = await ada.rest.pulls.create({ ...lane.upstreamAt, base: 'main', head: 'mine', title: 'Mine' })
  const enable = `mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId } }`
  await bob.graphql(enable, { id: data.node_id })
  const status = { ...lane.upstreamAt, sha: commit, context: 'ci', state: 'success' as const }
  await ada.rest.repos.createCommitStatus(status)
  const { data: pull } = await ada.rest.pulls.get({ ...lane.upstreamAt, pull_number: data.number })
  expect([pull.merged, pull.merged_by?.login]).toEqual([
    true,
    { person: 'bob', bot: 'github-merge-queue[bot]', nobody: undefined }[named],
  ])
  const bump = await propose(lane, { merge: pull.merge_commit_sha ?? '', commit })

  await tools.fromDeployRepo()

  expect((await greeted(lane, bump)).keys).toEqual([`greet-${expected}`])
})

test('bots made, approved and merged it: the operators are told, and called where nobody comes', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const pull = await propose(lane, await byBot(lane, await lane.token('gate')))

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(61)

  const { keys, words } = await greeted(lane, pull)
  expect(keys).toEqual(['greet', 'call-proposed'])
  expect(words).toContain('@ada: bots made and merged these changes')
})
