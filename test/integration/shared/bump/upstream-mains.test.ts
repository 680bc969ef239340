import { afterAll, beforeAll, expect, test } from 'vitest'
import { type UpstreamMains, upstreamMains } from '../../../../shared/bump/upstream-mains.js'
import { at, deploy, type EmulatorFixture, type Octokit, startEmulatorFixture } from '../../../fixtures/emulator.js'
import { commitOn } from '../../../fixtures/repository-pair.js'

let fixture: EmulatorFixture
let ada: Octokit
let onMain: string[]
let beside: string
let mains: UpstreamMains
let asked: (what: RegExp) => number

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  ada = fixture.client(fixture.ada.token)
  onMain = []
  for (const text of ['1', '2', '3', '4']) onMain.push(await commitOn(ada as never, at, 'main', { 'a.txt': text }))
  beside = await commitOn(ada as never, at, 'beside', { 'b.txt': '1' })
}, 60_000)
afterAll(() => fixture[Symbol.asyncDispose]())

function fresh() {
  mains = upstreamMains(ada as never)
  const from = fixture.github.requests.length
  asked = (what) => fixture.github.requests.slice(from).filter(({ path }) => what.test(path)).length
}

test('the oldest commit’s answer tells of all that came after it, also of those asked for meanwhile', async () => {
  fresh()
  expect(await mains.nameOf(deploy)).toBe('main')
  expect(await Promise.all(onMain.map((sha) => mains.has(deploy, sha)))).toEqual([true, true, true, true])
  expect([asked(/\/compare\//), asked(/\/deploy$/)]).toEqual([1, 1])
})

test('what is older than what was asked for is asked for by itself', async () => {
  fresh()
  for (const sha of onMain.toReversed()) expect(await mains.has(deploy, sha)).toBe(true)
  expect(asked(/\/compare\//)).toBe(4)
})

test('a commit that only another branch has is not on it, whatever is known of others', async () => {
  fresh()
  expect(await Promise.all([...onMain, beside].map((sha) => mains.has(deploy, sha)))).toEqual([
    ...[true, true, true, true],
    false,
  ])
})

test('a commit that nobody knows is GitHub’s 404, and hides no other’s answer', async () => {
  fresh()
  const [none, ...others] = await Promise.allSettled(['f'.repeat(40), ...onMain].map((sha) => mains.has(deploy, sha)))
  expect(none).toMatchObject({ status: 'rejected', reason: { status: 404 } })
  expect(others).toEqual(onMain.map(() => ({ status: 'fulfilled', value: true })))
})

test('a failure to see the repository is not remembered', async () => {
  fresh()
  fixture.github.faults.next({ kind: 'status', status: 403, match: { path: '/repos/*/*' } })
  await expect(mains.nameOf(deploy)).rejects.toMatchObject({ status: 403 })
  expect(await mains.nameOf(deploy)).toBe('main')
})
