import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { chartPath, commitOn, type Lane, lockPath, type Stage, startStage } from './code-lane.js'
import { laneTools, verifiedLane } from './queue-world.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

interface Proposed {
  /** The deploy pull request. */
  pull: number
  version: string
  /** Upstream's pull request, and its merge. */
  number: number
  merge: string
}

/** A change that `by` merges upstream, and its deploy pull request. */
async function propose(lane: Lane, by: User, change: Parameters<Lane['merge']>[1] = {}): Promise<Proposed> {
  const { merge, commit, number } = await lane.merge(by, change)
  const version = lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  return { pull: Number(outputs['pull-request-number']), version, number, merge }
}

const begin = () => verifiedLane(stage)

const say = (lane: Lane, by: User, pull: number, body: string) =>
  lane.client(by.token).rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body })

/** What the App said under a pull request: the kinds of words, oldest first. */
async function heard(lane: Lane, pull: number): Promise<string[]> {
  const { data } = await lane.client(lane.ada.token).rest.issues.listComments({ ...lane.deployAt, issue_number: pull })
  return data.flatMap(({ body }) => /^<!-- lockstep:duty ([\w-]+) -->/.exec(body ?? '')?.[1] ?? [])
}

const calls = async (lane: Lane, state: 'open' | 'closed') => {
  const where = { ...lane.deployAt, labels: 'deploy-overdue', state }
  return (await lane.client(lane.ada.token).rest.issues.listForRepo(where)).data
}

const mergeDeploy = (lane: Lane, pull: number) =>
  lane.client(lane.ada.token).rest.pulls.merge({ ...lane.deployAt, pull_number: pull })

/** The one comment upstream about how its deploy went, and the status on the merge. */
async function upstream(lane: Lane, { number, merge }: Proposed): Promise<{ comments: string[]; status: string }> {
  const { rest } = lane.client(lane.ada.token)
  const { data } = await rest.issues.listComments({ ...lane.upstreamAt, issue_number: number })
  const { data: statuses } = await rest.repos.listCommitStatusesForRef({ ...lane.upstreamAt, ref: merge })
  const own = statuses.find(({ context }) => context === 'lockstep / deployed')
  return { comments: data.map(({ body }) => body ?? ''), status: own ? `${own.state}: ${own.description}` : '' }
}

test('whoever merged is greeted, reminded, and then the operators are called: each once', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { pull } = await propose(lane, lane.bob)

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(14)
  expect(await heard(lane, pull)).toEqual(['greet-bob'])
  await tools.fromDeployRepo(16)
  await tools.fromDeployRepo(17)
  expect(await heard(lane, pull)).toEqual(['greet-bob', 'remind-proposed-bob'])
  expect(await calls(lane, 'open')).toEqual([])
  await tools.fromDeployRepo(61)
  await tools.fromDeployRepo(600)

  expect(await heard(lane, pull)).toEqual(['greet-bob', 'remind-proposed-bob', 'call-proposed'])
  const [issue, ...more] = await calls(lane, 'open')
  expect(more).toEqual([])
  expect(issue).toMatchObject({ title: `hub: #${pull} is not deployed yet` })
  expect(issue?.body).toContain('@ada')
})

test('what is merged while the lane looks is not taken for something that has gone back', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { pull, version } = await propose(lane, lane.bob)
  // After the lane has read main, and before it reads which bumps are on their way.
  lane.github.faults.next({
    ...{ kind: 'meanwhile', act: () => mergeDeploy(lane, pull).then(() => undefined) },
    ...{ match: { method: 'GET', path: `/repos/${lane.deployRepo}/pulls*` } },
  })

  await tools.fromDeployRepo()
  expect(await heard(lane, pull)).toEqual(['greet-bob'])
  // It is still looked after.
  await tools.verified(version)
  await tools.fromDeployRepo(2)
  expect(await heard(lane, pull)).toEqual(['greet-bob', 'end'])
})

test('once it is verified duty ends, the operators’ issue closes, and nothing is ever asked again', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const proposed = await propose(lane, lane.bob)
  const { pull, version } = proposed
  await tools.fromDeployRepo()
  await tools.fromDeployRepo(61)
  await mergeDeploy(lane, pull)
  await tools.fromDeployRepo(2)
  expect(await heard(lane, pull)).toEqual(['greet-bob', 'call-proposed'])

  await tools.verified(version)
  await tools.fromDeployRepo(63)

  expect(await heard(lane, pull)).toEqual(['greet-bob', 'call-proposed', 'end'])
  expect([(await calls(lane, 'open')).length, (await calls(lane, 'closed')).length]).toEqual([0, 1])
  const { comments, status } = await upstream(lane, proposed)
  expect(status).toBe('success: Verified on all clusters after 1 min.')
  expect(comments).toEqual([expect.stringContaining('**Deployed to all clusters, and verified** after 1 min: staging')])
  expect(comments[0]).toContain(`deploy pull request`)

  const before = lane.github.requests.length
  await tools.fromDeployRepo(10_000)
  const asked = lane.github.requests.slice(before).filter(({ path }) => path.includes(`/issues/${pull}/`))
  expect(asked).toEqual([])
})

test.each(['reset', 'unanswered'] as const)(
  'cut off (%s) at the last word, it is said once, and all else is done before it',
  async (kind) => {
    const { lane, tools } = await begin()
    await using _ = lane
    const proposed = await propose(lane, lane.bob)
    const { pull, version } = proposed
    await tools.fromDeployRepo()
    await tools.fromDeployRepo(61)
    await mergeDeploy(lane, pull)
    await tools.verified(version)
    lane.github.faults.next({ kind, match: { method: 'POST', path: `*/issues/${pull}/comments` } })
    await tools.fromDeployRepo(63)
    expect((await calls(lane, 'open')).length).toBe(0)
    const told = await upstream(lane, proposed)
    expect(told.status).toContain('success: ')

    await tools.fromDeployRepo(64)
    await tools.fromDeployRepo(65)
    expect(await heard(lane, pull)).toEqual(['greet-bob', 'call-proposed', 'end'])
    expect(await upstream(lane, proposed)).toEqual(told)
  },
)

test('the last word of somebody else ends nothing, and one that somebody else changed is not said again', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { pull, version } = await propose(lane, lane.bob)
  await mergeDeploy(lane, pull)
  await say(lane, lane.ada, pull, '<!-- lockstep:duty end -->\nDone.')
  await tools.fromDeployRepo()
  await tools.verified(version)
  await tools.fromDeployRepo(1)
  expect(await heard(lane, pull)).toEqual(['end', 'greet-bob', 'end'])

  const { rest } = lane.client(lane.ada.token)
  const { data } = await rest.issues.listComments({ ...lane.deployAt, issue_number: pull })
  const last = data.at(-1)
  await rest.issues.updateComment({ ...lane.deployAt, comment_id: last?.id ?? 0, body: `${last?.body}Thanks!` })
  await tools.fromDeployRepo(2)
  expect(await heard(lane, pull)).toEqual(['end', 'greet-bob', 'end'])
})

test('what was taken back has a last word, after which nothing is asked about it', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const before = await Promise.all([chartPath, lockPath].map(async (path) => [path, (await lane.deployed(path)) ?? '']))
  const proposed = await propose(lane, lane.bob)
  const { pull } = proposed
  await mergeDeploy(lane, pull)
  await tools.fromDeployRepo()
  await lane.push(Object.fromEntries(before))
  await tools.fromDeployRepo(1)
  expect(await heard(lane, pull)).toEqual(['greet-bob', 'end'])
  expect((await upstream(lane, proposed)).status).toBe('failure: Reverted.')

  const asked = lane.github.requests.length
  await tools.fromDeployRepo(10_000)
  const about = lane.github.requests.slice(asked).filter(({ path }) => path.includes(`/issues/${pull}/`))
  expect(about).toEqual([])
  expect(await heard(lane, pull)).toEqual(['greet-bob', 'end'])
})

test('bumps that have ended cost as many requests as one of them does, however many there are', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const askedOf = async (minutes: number): Promise<number> => {
    const before = lane.github.requests.length
    await tools.fromDeployRepo(minutes)
    return lane.github.requests.length - before
  }
  const end = async (): Promise<void> => {
    const { pull, version } = await propose(lane, lane.bob)
    await mergeDeploy(lane, pull)
    await tools.verified(version)
    await tools.fromDeployRepo()
    expect(await heard(lane, pull)).toContain('end')
  }
  await end()
  const withOne = await askedOf(1)
  await end()
  await end()
  expect(await askedOf(2)).toBe(withOne)
})

test('handed over and accepted: the other one is greeted and reminded, and may say /merge', async () => {
  const lane = await stage.lane((policy) => `${policy}merge: { bump: command }\n`)
  await using _ = lane
  const tools = laneTools(lane)
  await tools.verified(lane.firstVersion)
  const carol = lane.github.createUser(`carol-${lane.deployAt.repo}`)
  const { pull } = await propose(lane, lane.bob)
  await lane.gate(pull)
  await tools.fromDeployRepo()
  await say(lane, carol, pull, '/assign')
  await say(lane, lane.bob, pull, `/assign @${carol.login}`)
  await tools.fromDeployRepo(1)
  const offered = await heard(lane, pull)
  expect(offered).toEqual(['greet-bob', expect.stringMatching(/^offer-\d+$/)])

  // Not yet hers.
  await say(lane, carol, pull, '/merge')
  expect((await lane.gate(pull, 'issue_comment')).outputs.merged).toBe('false')

  await say(lane, carol, pull, '/assign')
  await tools.fromDeployRepo(2)
  await tools.fromDeployRepo(17)
  expect(await heard(lane, pull)).toEqual([...offered, `greet-${carol.login}`, `remind-proposed-${carol.login}`])

  await say(lane, carol, pull, '/merge')
  expect((await lane.gate(pull, 'issue_comment')).outputs.merged).toBe('true')
})

test('what bots made and merged is on duty of who approved it', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const robot = lane.client(await lane.token('gate'))
  const commit = await commitOn(robot, lane.upstreamAt, 'renovate', { 'src/main.txt': 'newer\n' })
  const { data } = await robot.rest.pulls.create({ ...lane.upstreamAt, base: 'main', head: 'renovate', title: 'Newer' })
  const approval = { ...lane.upstreamAt, pull_number: data.number, event: 'APPROVE' } as const
  await lane.client(lane.bob.token).rest.pulls.createReview(approval)
  const { data: merged } = await robot.rest.pulls.merge({ ...lane.upstreamAt, pull_number: data.number })
  lane.publish(commit)
  const { outputs } = await lane.bump(merged.sha)

  await tools.fromDeployRepo()

  expect(await heard(lane, Number(outputs['pull-request-number']))).toEqual(['greet-bob'])
})

test('two merges in the same seconds are both told, once', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const first = await lane.merge(lane.ada)
  const second = await lane.merge(lane.bob)

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(20)

  for (const { number } of [first, second]) {
    const { data } = await lane
      .client(lane.ada.token)
      .rest.issues.listComments({ ...lane.upstreamAt, issue_number: number })
    expect(data.map(({ body }) => body)).toEqual([
      expect.stringMatching(
        new RegExp(`#${first.number} \\(ada\\) and #${second.number} \\(bob\\) are merged, but not deployed`),
      ),
    ])
  }
})

test('a freeze makes nobody late', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { pull } = await propose(lane, lane.bob)
  await tools.fromDeployRepo()
  const octokit = lane.client(lane.ada.token)
  const freeze = { ...lane.deployAt, title: 'Conference week', labels: ['deploy-freeze'] }
  const { data } = await octokit.rest.issues.create(freeze)

  await tools.fromDeployRepo(600)
  expect(await heard(lane, pull)).toEqual(['greet-bob'])

  await octokit.rest.issues.update({ ...lane.deployAt, issue_number: data.number, state: 'closed' })
  await tools.fromDeployRepo(14)
  expect(await heard(lane, pull)).toEqual(['greet-bob'])
  await tools.fromDeployRepo(16)
  expect(await heard(lane, pull)).toEqual(['greet-bob', 'remind-proposed-bob'])
})
