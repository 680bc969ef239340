import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { lockWith } from '../../shared/bump/lock.js'
import { checksOf, headOf } from '../fixtures/gate-records.js'
import {
  chartPath,
  commitOn,
  lockPath,
  metaChart,
  policyPath,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub
let pair: RepositoryPair
/** Merged upstream by ada, published, and not deployed yet. */
let merged: { commit: string; version: string }

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})
afterAll(() => testGitHub[Symbol.asyncDispose]())
beforeEach(async () => {
  pair = await testGitHub.repositoryPair()
  const { commit } = await pair.merge(pair.ada)
  merged = { commit, version: pair.publish(commit) }
})
afterEach(() => pair[Symbol.asyncDispose]())

/** The bump as open-bump-pr would make it. */
async function bumpTo(version: string, sha256?: string): Promise<Record<string, string>> {
  const digest = sha256 ?? (await pair.sha256Of(version))
  const entry = { component: 'hub', version, sha256: digest }
  return {
    [chartPath]: metaChart(version, pair.charts.url),
    [lockPath]: lockWith(await pair.deployed(lockPath), entry),
  }
}

/** The committed bundle judges it; what GitHub then shows of it. */
async function judged(pull: number) {
  const { result } = await pair.bundle.gate(pull)
  const checks = await checksOf(pair, await headOf(pair, pull))
  const gate = checks.filter(({ name, app }) => name === 'lockstep / gate' && app?.id === 11)
  expect(gate).toHaveLength(1)
  expect(gate[0]?.conclusion).toBe(result.decision === 'success' ? 'success' : 'failure')
  return { decision: result.decision, reason: result.reason, message: result.message }
}

/** A pull request whose tree entries are given as git has them. */
async function proposeEntries(
  branch: string,
  files: Record<string, string>,
  entries: { path: string; mode: '120000' | '100755'; content: string }[],
) {
  const ada = pair.client(pair.ada.token)
  const parent = await commitOn(ada, pair.deployAt, branch, files)
  const tree = entries.map((entry) => ({ ...entry, type: 'blob' as const }))
  const { data: made } = await ada.rest.git.createTree({ ...pair.deployAt, base_tree: parent, tree })
  const { data: commit } = await ada.rest.git.createCommit({
    ...pair.deployAt,
    message: 'Bump',
    tree: made.sha,
    parents: [parent],
  })
  await ada.rest.git.updateRef({ ...pair.deployAt, ref: `heads/${branch}`, sha: commit.sha })
  const { data } = await ada.rest.pulls.create({ ...pair.deployAt, base: 'main', head: branch, title: 'Bump hub' })
  return data.number
}

const evil = { 'meta/templates/evil.yaml': 'kind: ClusterRoleBinding\n' }

test('the same files made by anybody are what they are: this one is pure', async () => {
  expect(await judged(await pair.propose('any-name', await bumpTo(merged.version)))).toMatchObject({
    decision: 'success',
    reason: 'pure-bump',
  })
})

test.each<[string, string, RegExp, () => Promise<number>]>([
  [
    "the bump App's own pull request, with its branch, title, label and body, and one file more",
    'not-a-pure-bump',
    /review/,
    async () => {
      const app = pair.client(await pair.token('bump'))
      const branch = 'lockstep/bump/hub'
      await commitOn(
        app,
        pair.deployAt,
        branch,
        { ...(await bumpTo(merged.version)), ...evil },
        'Bump hub\n\nLockstep-Pure: true',
      )
      const body = '<!-- lockstep:bump hub -->\nPure bump of hub. On duty: ada.'
      const { data } = await app.rest.pulls.create({
        ...pair.deployAt,
        base: 'main',
        head: branch,
        title: 'Bump hub',
        body,
      })
      await app.rest.issues.addLabels({ ...pair.deployAt, issue_number: data.number, labels: ['deploy-bump'] })
      return data.number
    },
  ],
  [
    'a version of a branch that upstream never merged',
    'not-a-pure-bump',
    /not on main/,
    async () => {
      const { data: pull } = await proposeUpstream('never-merged')
      const version = pair.publish(pull.head.sha)
      return pair.propose('one', await bumpTo(version))
    },
  ],
  [
    'a version of a commit that upstream got without a pull request',
    'not-a-pure-bump',
    /without a pull request/,
    async () => {
      const sha = await commitOn(pair.client(pair.bob.token), pair.upstreamAt, 'main', { 'src/main.txt': 'pushed\n' })
      return pair.propose('two', await bumpTo(pair.publish(sha)))
    },
  ],
  [
    'a version of a commit in the middle of a pull request',
    'not-a-pure-bump',
    /only a part/,
    async () => {
      const bob = pair.client(pair.bob.token)
      const middle = await commitOn(bob, pair.upstreamAt, 'long', { 'src/main.txt': 'a hole\n' })
      await commitOn(bob, pair.upstreamAt, 'long', { 'src/main.txt': 'and none\n' })
      const { data } = await bob.rest.pulls.create({ ...pair.upstreamAt, base: 'main', head: 'long', title: 'Long' })
      await bob.rest.pulls.merge({ ...pair.upstreamAt, pull_number: data.number })
      return pair.propose('three', await bumpTo(pair.publish(middle)))
    },
  ],
  [
    'a version of a merge that failed its own checks upstream',
    'upstream-checks',
    /not green: ci/,
    async () => {
      const { commit } = await pair.merge(pair.ada, { ci: 'failure' })
      return pair.propose('failed', await bumpTo(pair.publish(commit)))
    },
  ],
  [
    'a version of a merge that nothing but Lockstep itself says is well',
    'upstream-checks',
    /no checks/,
    async () => {
      const { merge: sha, commit } = await pair.merge(pair.ada, { ci: 'none' })
      const status = { ...pair.upstreamAt, sha, context: 'lockstep / queue', state: 'success' as const }
      await pair.client(pair.ada.token).rest.repos.createCommitStatus(status)
      return pair.propose('unchecked', await bumpTo(pair.publish(commit)))
    },
  ],
  [
    'a pinned digest that is not of the bytes in the registry',
    'digest-mismatch',
    /pinned|registry|lock/i,
    async () => pair.propose('four', await bumpTo(merged.version, 'a'.repeat(64))),
  ],
  [
    'a lock entry of another version than the chart has',
    'not-a-pure-bump',
    /lock/i,
    async () => {
      const { [lockPath]: _, ...files } = await bumpTo(merged.version)
      const entry = { component: 'hub', version: pair.firstVersion, sha256: await pair.sha256Of(merged.version) }
      return pair.propose('five', { ...files, [lockPath]: lockWith(undefined, entry) })
    },
  ],
  [
    'an older version again, as if it were new',
    'not-a-pure-bump|not-a-descendant',
    /./,
    async () => {
      const older = pair.publish(pair.firstCommit, {}, `1.0.0-0.dev.git.99.h${pair.firstCommit.slice(0, 8)}`)
      return pair.propose('six', await bumpTo(older))
    },
  ],
  [
    'a file of the release that is renamed into the docs on the way',
    'not-a-pure-bump',
    /./,
    async () =>
      pair.propose('seven', { ...(await bumpTo(merged.version)), 'README.md': null, 'docs/Chart.yaml': '# Deploy\n' }),
  ],
  [
    'a symbolic link in place of a file that only people read',
    'not-a-pure-bump',
    /./,
    () => proposeEntries('eight', {}, [{ path: 'README.md', mode: '120000', content: '.github/deploy-policy.yml' }]),
  ],
  [
    'a link in place of the chart, to the right text elsewhere',
    'not-a-pure-bump|target-missing',
    /./,
    async () => {
      const { [chartPath]: chart = '', ...files } = await bumpTo(merged.version)
      return proposeEntries('nine', { ...files, 'meta/Real.yaml': chart }, [
        { path: chartPath, mode: '120000', content: 'Real.yaml' },
      ])
    },
  ],
  [
    'the chart made executable beside the bump',
    'not-a-pure-bump',
    /./,
    async () => {
      const { [chartPath]: content = '', ...files } = await bumpTo(merged.version)
      return proposeEntries('ten', files, [{ path: chartPath, mode: '100755', content }])
    },
  ],
  [
    "a policy that makes itself mild: the author an operator, the registry somebody else's",
    'not-a-pure-bump',
    /./,
    async () => {
      const policy = ((await pair.deployed(policyPath)) ?? '').replace('[ada]', '[ada, bob]')
      const mild = `${policy}change-classes:\n  any: { files: ["**"], tier: T0 }\n`
      return pair.propose('eleven', { ...evil, [policyPath]: mild })
    },
  ],
])('red: %s', async (_, reasons, why, forge) => {
  const { decision, reason, message } = await judged(await forge())

  expect(decision).toBe('failure')
  expect(reasons.split('|')).toContain(reason)
  expect(message).toMatch(why)
})

async function proposeUpstream(branch: string) {
  const bob = pair.client(pair.bob.token)
  await commitOn(bob, pair.upstreamAt, branch, { 'src/main.txt': `${branch}\n` })
  return bob.rest.pulls.create({ ...pair.upstreamAt, base: 'main', head: branch, title: branch })
}

test('an approval does not outlive what it was for: what is pushed after it cannot be merged', async () => {
  const settings = pair.github.repository(pair.deployRepo)
  settings.requiredCheck = { name: 'lockstep / gate', appId: 11 }
  const bob = pair.bob
  settings.pullsOnly = true
  const pull = await pair.propose('pin', { 'docs/a.md': 'a\n' })
  expect((await judged(pull)).decision).toBe('success')

  const merge = async (): Promise<string> => {
    const merging = pair.client(pair.ada.token).rest.pulls.merge({ ...pair.deployAt, pull_number: pull })
    return merging.then(
      () => 'merged',
      (error: Error) => error.message,
    )
  }
  // The new head is nobody's word yet, and the old check is no longer about the head.
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'pin', evil)
  expect(await merge()).toContain('Required status check "lockstep / gate" is expected')
  expect((await judged(pull)).decision).toBe('failure')
  await pair.client(bob.token).rest.pulls.createReview({ ...pair.deployAt, pull_number: pull, event: 'APPROVE' })
  expect((await judged(pull)).decision).toBe('failure')
  expect(await merge()).toContain('Required status check "lockstep / gate" is failing')
})

test('every event of a pull request leaves a word of the gate on its head', async () => {
  const ada = pair.client(pair.ada.token)
  const at = pair.deployAt
  const pull_number = await pair.propose('events', { 'docs/a.md': 'a\n' }, { draft: true })
  const heard = async (): Promise<unknown> => {
    const head = await headOf(pair, pull_number)
    const event = pair.github.events.findLast(({ name }) => name.startsWith('pull_request'))
    const start = await pair.starts.gate(pull_number)
    const { 'pull-request': _, ...inputs } = start.inputs
    const { result } = await pair.gateStarted({ ...start, inputs, event: event?.payload })
    expect(result.commit).toBe(head)
    return [event?.action, (await checksOf(pair, head)).map(({ name, conclusion }) => `${name}: ${conclusion}`)]
  }
  const green = ['lockstep / gate: success']
  const red = ['lockstep / gate: failure']

  expect(await heard()).toEqual(['opened', green])
  await ada.rest.pulls.update({ ...at, pull_number, title: 'Another title' })
  expect(await heard()).toEqual(['edited', green])
  await commitOn(ada, at, 'events', evil)
  expect(await heard()).toEqual(['synchronize', red])
  await ada.rest.pulls.createReview({ ...at, pull_number, event: 'COMMENT', body: 'Hm' })
  expect(await heard()).toEqual(['submitted', red])
  await ada.rest.pulls.update({ ...at, pull_number, state: 'closed' })
  await ada.rest.pulls.update({ ...at, pull_number, state: 'open' })
  expect(await heard()).toEqual(['reopened', red])
})
