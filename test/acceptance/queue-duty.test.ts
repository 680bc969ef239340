import { afterAll, beforeAll, expect, test } from 'vitest'
import type { User } from '../../rehearsal/github/types.js'
import { queueTools, verifiedPair } from '../fixtures/queue-tools.js'
import {
  chartPath,
  commitOn,
  lockPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

interface Proposed {
  /** The deploy pull request. */
  pull: number
  version: string
  /** Upstream's pull request, and its merge. */
  number: number
  merge: string
}

/** A change that `by` merges upstream, and its deploy pull request. */
async function propose(
  pair: RepositoryPair,
  by: User,
  change: Parameters<RepositoryPair['merge']>[1] = {},
): Promise<Proposed> {
  const { merge, commit, number } = await pair.merge(by, change)
  const version = pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  return { pull: Number(outputs['pull-request-number']), version, number, merge }
}

const begin = () => verifiedPair(testGitHub)

const say = (pair: RepositoryPair, by: User, pull: number, body: string) =>
  pair.client(by.token).rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body })

/** What the App said under a pull request: the kinds of words, oldest first. */
async function heard(pair: RepositoryPair, pull: number): Promise<string[]> {
  const { data } = await pair.client(pair.ada.token).rest.issues.listComments({ ...pair.deployAt, issue_number: pull })
  return data.flatMap(({ body }) => /^<!-- lockstep:duty ([\w-]+) -->/.exec(body ?? '')?.[1] ?? [])
}

const calls = async (pair: RepositoryPair, state: 'open' | 'closed') => {
  const where = { ...pair.deployAt, labels: 'deploy-overdue', state }
  return (await pair.client(pair.ada.token).rest.issues.listForRepo(where)).data
}

const mergeDeploy = (pair: RepositoryPair, pull: number) =>
  pair.client(pair.ada.token).rest.pulls.merge({ ...pair.deployAt, pull_number: pull })

/** The one comment upstream about how its deploy went, and the status on the merge. */
async function upstream(
  pair: RepositoryPair,
  { number, merge }: Proposed,
): Promise<{ comments: string[]; status: string }> {
  const { rest } = pair.client(pair.ada.token)
  const { data } = await rest.issues.listComments({ ...pair.upstreamAt, issue_number: number })
  const { data: statuses } = await rest.repos.listCommitStatusesForRef({ ...pair.upstreamAt, ref: merge })
  const own = statuses.find(({ context }) => context === 'lockstep / deployed')
  return { comments: data.map(({ body }) => body ?? ''), status: own ? `${own.state}: ${own.description}` : '' }
}

test('whoever merged is greeted, reminded, and then the operators are called: each once', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { pull } = await propose(pair, pair.bob)

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(14)
  expect(await heard(pair, pull)).toEqual(['greet-bob'])
  await tools.fromDeployRepo(16)
  await tools.fromDeployRepo(17)
  expect(await heard(pair, pull)).toEqual(['greet-bob', 'remind-proposed-bob'])
  expect(await calls(pair, 'open')).toEqual([])
  await tools.fromDeployRepo(61)
  await tools.fromDeployRepo(600)

  expect(await heard(pair, pull)).toEqual(['greet-bob', 'remind-proposed-bob', 'call-proposed'])
  const [issue, ...more] = await calls(pair, 'open')
  expect(more).toEqual([])
  expect(issue).toMatchObject({ title: `hub: #${pull} is not deployed yet` })
  expect(issue?.body).toContain('@ada')
})

test('what is merged while the lane looks is not taken for something that has gone back', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { pull, version } = await propose(pair, pair.bob)
  // After deploy-queue has read main, and before it reads which bumps are on their way.
  pair.github.faults.next({
    ...{ kind: 'meanwhile', act: () => mergeDeploy(pair, pull).then(() => undefined) },
    ...{ match: { method: 'GET', path: `/repos/${pair.deployRepo}/pulls*` } },
  })

  await tools.fromDeployRepo()
  expect(await heard(pair, pull)).toEqual(['greet-bob'])
  // It is still looked after.
  await tools.verified(version)
  await tools.fromDeployRepo(2)
  expect(await heard(pair, pull)).toEqual(['greet-bob', 'end'])
})

test('once it is verified duty ends, the operators’ issue closes, and nothing is ever asked again', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const proposed = await propose(pair, pair.bob)
  const { pull, version } = proposed
  await tools.fromDeployRepo()
  await tools.fromDeployRepo(61)
  await mergeDeploy(pair, pull)
  await tools.fromDeployRepo(2)
  expect(await heard(pair, pull)).toEqual(['greet-bob', 'call-proposed'])

  await tools.verified(version)
  await tools.fromDeployRepo(63)

  expect(await heard(pair, pull)).toEqual(['greet-bob', 'call-proposed', 'end'])
  expect([(await calls(pair, 'open')).length, (await calls(pair, 'closed')).length]).toEqual([0, 1])
  const { comments, status } = await upstream(pair, proposed)
  expect(status).toBe('success: Verified on all clusters after 1 min.')
  expect(comments).toEqual([expect.stringContaining('**Deployed to all clusters, and verified** after 1 min: staging')])
  expect(comments[0]).toContain(`deploy pull request`)

  const before = pair.github.requests.length
  await tools.fromDeployRepo(10_000)
  const asked = pair.github.requests.slice(before).filter(({ path }) => path.includes(`/issues/${pull}/`))
  expect(asked).toEqual([])
})

test.each(['reset', 'unanswered'] as const)(
  'cut off (%s) at the last word, it is said once, and all else is done before it',
  async (kind) => {
    const { pair, tools } = await begin()
    await using _ = pair
    const proposed = await propose(pair, pair.bob)
    const { pull, version } = proposed
    await tools.fromDeployRepo()
    await tools.fromDeployRepo(61)
    await mergeDeploy(pair, pull)
    await tools.verified(version)
    pair.github.faults.next({ kind, match: { method: 'POST', path: `*/issues/${pull}/comments` } })
    await tools.fromDeployRepo(63)
    expect((await calls(pair, 'open')).length).toBe(0)
    const told = await upstream(pair, proposed)
    expect(told.status).toContain('success: ')

    await tools.fromDeployRepo(64)
    await tools.fromDeployRepo(65)
    expect(await heard(pair, pull)).toEqual(['greet-bob', 'call-proposed', 'end'])
    expect(await upstream(pair, proposed)).toEqual(told)
  },
)

test('the last word of somebody else ends nothing, and one that somebody else changed is not said again', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { pull, version } = await propose(pair, pair.bob)
  await mergeDeploy(pair, pull)
  await say(pair, pair.ada, pull, '<!-- lockstep:duty end -->\nDone.')
  await tools.fromDeployRepo()
  await tools.verified(version)
  await tools.fromDeployRepo(1)
  expect(await heard(pair, pull)).toEqual(['end', 'greet-bob', 'end'])

  const { rest } = pair.client(pair.ada.token)
  const { data } = await rest.issues.listComments({ ...pair.deployAt, issue_number: pull })
  const last = data.at(-1)
  await rest.issues.updateComment({ ...pair.deployAt, comment_id: last?.id ?? 0, body: `${last?.body}Thanks!` })
  await tools.fromDeployRepo(2)
  expect(await heard(pair, pull)).toEqual(['end', 'greet-bob', 'end'])
})

test('what was taken back has a last word, after which nothing is asked about it', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const before = await Promise.all([chartPath, lockPath].map(async (path) => [path, (await pair.deployed(path)) ?? '']))
  const proposed = await propose(pair, pair.bob)
  const { pull } = proposed
  await mergeDeploy(pair, pull)
  await tools.fromDeployRepo()
  await pair.push(Object.fromEntries(before))
  await tools.fromDeployRepo(1)
  expect(await heard(pair, pull)).toEqual(['greet-bob', 'end'])
  expect((await upstream(pair, proposed)).status).toBe('failure: Reverted.')

  const asked = pair.github.requests.length
  await tools.fromDeployRepo(10_000)
  const about = pair.github.requests.slice(asked).filter(({ path }) => path.includes(`/issues/${pull}/`))
  expect(about).toEqual([])
  expect(await heard(pair, pull)).toEqual(['greet-bob', 'end'])
})

test('bumps that have ended cost as many requests as one of them does, however many there are', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const askedOf = async (minutes: number): Promise<number> => {
    const before = pair.github.requests.length
    await tools.fromDeployRepo(minutes)
    return pair.github.requests.length - before
  }
  const end = async (): Promise<void> => {
    const { pull, version } = await propose(pair, pair.bob)
    await mergeDeploy(pair, pull)
    await tools.verified(version)
    await tools.fromDeployRepo()
    expect(await heard(pair, pull)).toContain('end')
  }
  await end()
  const withOne = await askedOf(1)
  await end()
  await end()
  expect(await askedOf(2)).toBe(withOne)
})

test('handed over and accepted: the other one is greeted and reminded, and may say /merge', async () => {
  const pair = await testGitHub.repositoryPair((policy) => `${policy}merge: { bump: command }\n`)
  await using _ = pair
  const tools = queueTools(pair)
  await tools.verified(pair.firstVersion)
  const carol = pair.github.createUser(`carol-${pair.deployAt.repo}`)
  const { pull } = await propose(pair, pair.bob)
  await pair.gate(pull)
  await tools.fromDeployRepo()
  await say(pair, carol, pull, '/assign')
  await say(pair, pair.bob, pull, `/assign @${carol.login}`)
  await tools.fromDeployRepo(1)
  const offered = await heard(pair, pull)
  expect(offered).toEqual(['greet-bob', expect.stringMatching(/^offer-\d+$/)])

  // Not yet hers.
  await say(pair, carol, pull, '/merge')
  expect((await pair.gate(pull, 'issue_comment')).outputs.merged).toBe('false')

  await say(pair, carol, pull, '/assign')
  await tools.fromDeployRepo(2)
  await tools.fromDeployRepo(17)
  expect(await heard(pair, pull)).toEqual([...offered, `greet-${carol.login}`, `remind-proposed-${carol.login}`])

  await say(pair, carol, pull, '/merge')
  expect((await pair.gate(pull, 'issue_comment')).outputs.merged).toBe('true')
})

test('what bots made and merged is on duty of who approved it', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const robot = pair.client(await pair.token('gate'))
  const commit = await commitOn(robot, pair.upstreamAt, 'renovate', { 'src/main.txt': 'newer\n' })
  const { data } = await robot.rest.pulls.create({ ...pair.upstreamAt, base: 'main', head: 'renovate', title: 'Newer' })
  const approval = { ...pair.upstreamAt, pull_number: data.number, event: 'APPROVE' } as const
  await pair.client(pair.bob.token).rest.pulls.createReview(approval)
  const { data: merged } = await robot.rest.pulls.merge({ ...pair.upstreamAt, pull_number: data.number })
  pair.publish(commit)
  const { outputs } = await pair.bump(merged.sha)

  await tools.fromDeployRepo()

  expect(await heard(pair, Number(outputs['pull-request-number']))).toEqual(['greet-bob'])
})

test('two merges in the same seconds are both told, once', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const first = await pair.merge(pair.ada)
  const second = await pair.merge(pair.bob)

  await tools.fromDeployRepo()
  await tools.fromDeployRepo(20)

  for (const { number } of [first, second]) {
    const { data } = await pair
      .client(pair.ada.token)
      .rest.issues.listComments({ ...pair.upstreamAt, issue_number: number })
    expect(data.map(({ body }) => body)).toEqual([
      expect.stringMatching(
        new RegExp(`#${first.number} \\(ada\\) and #${second.number} \\(bob\\) are merged, but not deployed`),
      ),
    ])
  }
})

test('a freeze makes nobody late', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { pull } = await propose(pair, pair.bob)
  await tools.fromDeployRepo()
  const octokit = pair.client(pair.ada.token)
  const freeze = { ...pair.deployAt, title: 'Conference week', labels: ['deploy-freeze'] }
  const { data } = await octokit.rest.issues.create(freeze)

  await tools.fromDeployRepo(600)
  expect(await heard(pair, pull)).toEqual(['greet-bob'])

  await octokit.rest.issues.update({ ...pair.deployAt, issue_number: data.number, state: 'closed' })
  await tools.fromDeployRepo(14)
  expect(await heard(pair, pull)).toEqual(['greet-bob'])
  await tools.fromDeployRepo(16)
  expect(await heard(pair, pull)).toEqual(['greet-bob', 'remind-proposed-bob'])
})
