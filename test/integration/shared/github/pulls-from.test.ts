import { expect, test } from 'vitest'
import { openRevert, revertOf } from '../../../../actions/rollback/revert/revert-pull.js'
import { findOrOpenRevert } from '../../../../actions/rollback/upstream/upstream-revert.js'
import type { GitHub } from '../../../../shared/github/client.js'
import { firstInPages } from '../../../../shared/github/pages.js'
import { pullsFrom } from '../../../../shared/github/pulls-from.js'
import { at, commitFile, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

const branch = 'lockstep/revert/abcdef0'
const failure = {
  ...{ failed: 'abcdef0'.padEnd(40, '0'), verified: 'b'.repeat(40), pulls: [], bad: [], irreversible: [] },
  ...{ run: '1/1', url: 'https://github.test/run', cause: 'The pod did not start' },
}
const tipOf = async (github: GitHub): Promise<string> =>
  (await github.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha

const open = async (github: GitHub, base: string, head: string): Promise<number> =>
  (await github.rest.pulls.create({ ...at, base, head, title: `${head} into ${base}` })).data.number

const contextOf = async (fixture: EmulatorFixture): Promise<Parameters<typeof openRevert>[0]> => {
  const github: GitHub = fixture.client(await fixture.gateToken())
  return { github, world: { run: { repository: deploy, serverUrl: 'https://github.test' } }, policy: {} } as never
}

test('a pull request of the revert branch into another branch is no revert, merged or open', async () => {
  await using fixture = await startEmulatorFixture()
  const ada: GitHub = fixture.client(fixture.ada.token)
  const context = await contextOf(fixture)
  await ada.rest.git.createRef({ ...at, ref: 'refs/heads/other', sha: await tipOf(ada) })
  await commitFile(ada, branch, 'x.txt', '1')
  const merged = await open(ada, 'other', branch)
  await ada.rest.pulls.merge({ ...at, pull_number: merged })
  expect(await revertOf(context, failure)).toBeUndefined()
  const own = await open(ada, 'main', branch)
  expect(await revertOf(context, failure)).toMatchObject({ number: own, state: 'open' })
})

test('a revert is opened into main though its branch already has a pull request into another', async () => {
  await using fixture = await startEmulatorFixture()
  const ada: GitHub = fixture.client(fixture.ada.token)
  const context = await contextOf(fixture)
  const tip = await tipOf(ada)
  const { data: commit } = await ada.rest.git.getCommit({ ...at, commit_sha: tip })
  const { data: blob } = await ada.rest.git.createBlob({ ...at, content: 'old' })
  const base = { mode: '100644', sha: blob.sha }
  const main = { name: 'main', tip, tree: commit.tree.sha }
  const wanted = { main, later: [], changes: [{ path: 'meta/Chart.yaml', base }] } as never
  await ada.rest.git.createRef({ ...at, ref: 'refs/heads/release', sha: tip })
  const first = await openRevert(context, failure, wanted)
  await ada.rest.issues.update({ ...at, issue_number: first.number, state: 'closed' })
  const other = await open(ada, 'release', branch)
  const second = await openRevert(context, failure, wanted)
  expect([first.number, other]).not.toContain(second.number)
  expect((await ada.rest.pulls.get({ ...at, pull_number: second.number })).data.base.ref).toBe('main')
  expect((await openRevert(context, failure, wanted)).number).toBe(second.number)
})

test('an upstream revert into another branch than the pull request had is not it', async () => {
  await using fixture = await startEmulatorFixture()
  const ada: GitHub = fixture.client(fixture.ada.token)
  await ada.rest.git.createRef({ ...at, ref: 'refs/heads/other', sha: await tipOf(ada) })
  await commitFile(ada, 'change', 'x.txt', '1')
  const number = await open(ada, 'main', 'change')
  await ada.rest.pulls.merge({ ...at, pull_number: number })
  await commitFile(ada, `revert-${number}-change`, 'y.txt', '1')
  const other = await open(ada, 'other', `revert-${number}-change`)
  const { data } = await ada.rest.pulls.get({ ...at, pull_number: number })
  const github = {
    ...{ rest: ada.rest, paginate: ada.paginate },
    graphql: async () => ({
      revertPullRequest: { revertPullRequest: { number: other + 1, url: 'https://github.test' } },
    }),
  } as never
  const runtime = { run: { repository: deploy }, log: { info: () => undefined } } as never
  const pull = { id: data.node_id, number, title: 'Change', branch: 'change', base: 'main' }
  expect(await findOrOpenRevert({ world: runtime, github, bump: undefined, me: 'ada', issue: 1 }, pull)).toMatchObject({
    number: other + 1,
    isNew: true,
  })
})

test('the one that counts may stand on a later page, and may not come from a fork of the same owner', async () => {
  const pull = (number: number, repo: number, base = 'main') => ({
    ...{ number, head: { ref: 'a', repo: { id: repo } }, base: { ref: base, repo: { id: 1 } } },
  })
  const paginate = {
    async *iterator() {
      yield { data: [...Array.from({ length: 99 }, (_, n) => pull(n, 2)), pull(99, 1, 'other')] }
      yield { data: [pull(100, 1)] }
    },
  }
  const github = { paginate, rest: { pulls: { list: () => undefined } } } as never
  const found = await firstInPages(pullsFrom(github, deploy, { branch: 'a', base: 'main', state: 'open' }))
  expect(found.map(({ number }) => number)).toEqual([100])
})
