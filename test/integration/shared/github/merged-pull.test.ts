import { expect, test } from 'vitest'
import { mergesOf } from '../../../../shared/duty/merges.js'
import { mergedPulls } from '../../../../shared/github/merged-pull.js'
import { at, commitFile, commitOnto, deploy, startEmulatorFixture } from '../../../fixtures/emulator.js'

async function ready(branch = 'main') {
  const fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const tip = async () => (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const merged = async (method: 'merge' | 'squash' | 'rebase' = 'merge') => {
    const name = `topic-${method}`
    const head = await commitFile(ada, name, `${name}.txt`, '1')
    const { data: pull } = await ada.rest.pulls.create({ ...at, head: name, base: 'main', title: 'T' })
    const { data } = await ada.rest.pulls.merge({ ...at, pull_number: pull.number, merge_method: method })
    return { number: pull.number, head, sha: data.sha }
  }
  const slept: number[] = []
  const clock = { sleep: async (ms: number) => void slept.push(ms) }
  const read = mergedPulls({ github: ada as never, clock, repo: deploy, branch })
  /** GitHub does not know yet which pull requests a commit is from, so many times. */
  const forget = (times: number, body: unknown = []) =>
    fixture.github.faults.next({ kind: 'answer', body, match: { path: '/repos/*/commits/*/pulls' }, times })
  const asked = () => fixture.github.requests.filter(({ path }) => /\/commits\/\w+\/pulls/.test(path)).length
  return { fixture, ada, tip, merged, read, slept, forget, asked }
}

test.each(['merge', 'squash', 'rebase'] as const)('what came in by %s is found, at once', async (method) => {
  const { fixture: owned, merged, read, slept } = await ready()
  await using _fixture = owned
  const { number, head, sha } = await merged(method)
  expect(await read(sha)).toMatchObject({ number, head })
  expect(slept).toEqual([])
})

test('one that GitHub does not know yet right after the merge is asked for again', async () => {
  const { fixture: owned, merged, read, slept, forget } = await ready()
  await using _fixture = owned
  const { number, sha } = await merged()
  forget(3)
  expect(await read(sha)).toMatchObject({ number })
  expect(slept).toHaveLength(3)
})

test('one that GitHub still shows as open is asked for again', async () => {
  const { fixture: owned, ada, merged, read, slept, forget } = await ready()
  await using _fixture = owned
  const { number, sha } = await merged()
  const { data } = await ada.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: sha })
  forget(
    1,
    data.map((pull) => ({ ...pull, state: 'open', merged_at: null, merge_commit_sha: null })),
  )
  expect(await read(sha)).toMatchObject({ number })
  expect(slept).toHaveLength(1)
})

test('what somebody pushed is told from the branch’s own activity, without waiting', async () => {
  const { fixture: owned, ada, tip, read, slept } = await ready()
  await using _fixture = owned
  const sha = await commitOnto(ada, 'main', await tip(), 'pushed', '1')
  expect(await read(sha)).toBeUndefined()
  expect(slept).toEqual([])
})

test('all commits of one reader share the seconds that they are waited for', async () => {
  const { fixture: owned, merged, read, slept, forget, asked } = await ready()
  await using _fixture = owned
  const [one, other] = [await merged('merge'), await merged('squash')]
  forget(1_000)
  expect([await read(one.sha), await read(other.sha)]).toEqual([undefined, undefined])
  expect([slept.reduce((sum, ms) => sum + ms, 0), asked()]).toEqual([15_000, 7])
})

test('thirty other pull requests that have the commit hide nothing, and cost no request more', async () => {
  const { fixture: owned, ada, merged, tip, read, slept, asked } = await ready()
  await using _fixture = owned
  await ada.rest.git.createRef({ ...at, ref: 'refs/heads/old', sha: await tip() })
  const { number, sha } = await merged()
  for (let one = 0; one < 31; one += 1) {
    await ada.rest.git.createRef({ ...at, ref: `refs/heads/copy-${one}`, sha })
    await ada.rest.pulls.create({ ...at, head: `copy-${one}`, base: 'old', title: 'Copy' })
  }
  expect(await read(sha)).toMatchObject({ number })
  expect([asked(), slept]).toEqual([1, []])

  const commit = { sha, parents: [], tree: '', message: 'T', author: 'ada' } as never
  const { merges } = await mergesOf(ada as never, { upstream: deploy } as never, [commit])
  expect(merges).toMatchObject([{ pull: { number } }])
}, 30_000)

test('nor do more than a page of them', async () => {
  const sha = 'a'.repeat(40)
  const copy = { merged_at: null, merge_commit_sha: null }
  const base = { ref: 'main', repo: { full_name: deploy } }
  const meant = { number: 5, merged_at: '2026-03-03T10:00:00Z', merge_commit_sha: sha, base, head: { sha } }
  const paginate = {
    async *iterator() {
      yield { data: Array.from({ length: 100 }, () => copy) }
      yield { data: [meant] }
    },
  }
  const github = { paginate, rest: { repos: {} } } as never
  const read = mergedPulls({ github, clock: { sleep: () => Promise.reject() }, repo: deploy, branch: 'main' })
  expect(await read(sha)).toMatchObject({ number: 5 })
})

test('another branch’s pull request is none', async () => {
  const { fixture: owned, merged, read } = await ready('release')
  await using _fixture = owned
  expect(await read((await merged()).sha)).toBeUndefined()
})
