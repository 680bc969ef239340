import { setImmediate } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listedMerges } from '../../../../shared/github/listed-merges.js'
import { mergedPulls } from '../../../../shared/github/merged-pull.js'
import {
  at,
  commitFile,
  commitOnto,
  deploy,
  type EmulatorFixture,
  type Octokit,
  startEmulatorFixture,
} from '../../../fixtures/emulator.js'

const methods = ['merge', 'squash', 'rebase', 'merge', 'squash'] as const
let fixture: EmulatorFixture
let ada: Octokit
let merged: { number: number; head: string; sha: string }[]
let pushed: string[]

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  ada = fixture.client(fixture.ada.token)
  merged = []
  for (const [index, method] of methods.entries()) {
    const head = await commitFile(ada, `topic-${index}`, `${index}.txt`, '1')
    const { data: pull } = await ada.rest.pulls.create({ ...at, head: `topic-${index}`, base: 'main', title: 'T' })
    const { data } = await ada.rest.pulls.merge({ ...at, pull_number: pull.number, merge_method: method })
    merged.push({ number: pull.number, head, sha: data.sha })
  }
  pushed = []
  for (const name of ['one', 'two', 'three']) pushed.push(await commitOnto(ada, 'main', await tip(), name, '1'))
}, 60_000)
afterAll(() => fixture[Symbol.asyncDispose]())

const tip = async () => (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha

function reader(all: string[], branch = 'main') {
  const slept: number[] = []
  const clock = { sleep: async (ms: number) => void slept.push(ms) }
  const from = fixture.github.requests.length
  const asked = (what: RegExp) => fixture.github.requests.slice(from).filter(({ path }) => what.test(path)).length
  return { read: mergedPulls({ github: ada as never, clock, repo: deploy, branch }, all), slept, asked }
}

test('many merges are found in one request, each as its own list tells it', async () => {
  const shas = merged.map(({ sha }) => sha)
  const { read, asked } = reader(shas)
  const alone = reader([])
  const found = await Promise.all(shas.map(read))
  expect(found).toMatchObject(merged.map(({ number, head }) => ({ number, head })))
  expect(found).toEqual(await Promise.all(shas.map(alone.read)))
  expect([asked(/\/deploy\/pulls/), alone.asked(/\/commits\/\w+\/pulls/)]).toEqual([1, 5])
})

test('what was pushed is no merge, and one look at the branch’s activity tells it of all', async () => {
  const all = [...pushed, ...merged.map(({ sha }) => sha)]
  const { read, slept, asked } = reader(all)
  expect(await Promise.all(pushed.map(read))).toEqual([undefined, undefined, undefined])
  expect(slept).toEqual([])
  expect([asked(/\/commits\/\w+\/pulls/), asked(/\/activity/)]).toEqual([3, 1])
})

test('C15: a merge that the list does not have yet is asked for by itself, and again', async () => {
  const shas = merged.map(({ sha }) => sha)
  const { read, slept, asked } = reader(shas)
  const { data } = await ada.rest.pulls.list({ ...at, state: 'closed', base: 'main' })
  const [last] = merged.slice(-1)
  const late = data.filter(({ number }) => number !== last?.number)
  fixture.github.faults.next({ kind: 'answer', body: late, match: { path: '/repos/*/*/pulls' } })
  fixture.github.faults.next({ kind: 'answer', body: [], match: { path: '/repos/*/commits/*/pulls' }, times: 2 })
  expect(await Promise.all(shas.map(read))).toMatchObject(merged.map(({ number }) => ({ number })))
  expect(slept).toHaveLength(2)
  expect(asked(/\/commits\/\w+\/pulls/)).toBe(3)
})

test('another branch’s merges are none', async () => {
  const into = { github: ada as never, repo: deploy, branch: 'release' }
  const shas = merged.map(({ sha }) => sha)
  expect([...(await listedMerges(into, shas, () => true))]).toEqual([])
})

test('where two claim one merge, only the commit’s own list says which', async () => {
  const [wanted = merged[0]] = merged
  const { data } = await ada.rest.pulls.list({ ...at, state: 'closed', base: 'main' })
  const both = data.map((pull) => ({ ...pull, merge_commit_sha: wanted?.sha ?? '' }))
  fixture.github.faults.next({ kind: 'answer', body: both, match: { path: '/repos/*/*/pulls' } })
  const { read } = reader(merged.map(({ sha }) => sha))
  expect(await read(wanted?.sha ?? '')).toMatchObject({ number: wanted?.number })
})

test('commits that are asked for at the same time share their seconds, and each has all of them', async () => {
  const slept: number[] = []
  let asked = 0
  const paginate = {
    async *iterator() {
      asked += 1
      yield { data: [] }
    },
  }
  const github = { paginate, rest: { repos: { listActivities: async () => ({ data: [] }) } } } as never
  const clock = {
    async sleep(ms: number) {
      slept.push(ms)
      await setImmediate()
    },
  }
  const read = mergedPulls({ github, clock, repo: deploy, branch: 'main' })
  expect(await Promise.all(merged.slice(0, 2).map(({ sha }) => read(sha)))).toEqual([undefined, undefined])
  expect([slept.reduce((sum, ms) => sum + ms, 0), asked]).toEqual([15_000, 12])
})
