import { expect, test } from 'vitest'
import { connectGitHub, type GitHub } from '../../../../shared/github/client.js'
import { mergePullRequest } from '../../../../shared/github/merge.js'
import { at, commitFile, deploy, startEmulatorFixture } from '../../../fixtures/emulator.js'

const log = { warning: () => {} }

async function ready() {
  const fixture = await startEmulatorFixture()
  const gate = fixture.client(await fixture.gateToken())
  const head = await commitFile(gate, 'topic', 'topic.txt', '1')
  await gate.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  const github: GitHub = connectGitHub(await fixture.gateToken(), { apiUrl: fixture.github.url }, log)
  const slept: number[] = []
  const clock = { now: () => new Date(), sleep: async (ms: number) => void slept.push(ms) }
  const settings = fixture.github.repository(deploy)
  const merge = (change: Partial<Parameters<typeof mergePullRequest>[2]> = {}) =>
    mergePullRequest(github, { clock }, { repo: deploy, number: 1, head, ...change })
  const puts = () =>
    fixture.github.requests.filter(({ method, path }) => method === 'PUT' && path.endsWith('/merge')).length
  /** How many parents main's newest commit has, and whether it is the head itself. */
  const made = async () => {
    const { data } = await gate.rest.repos.getCommit({ ...at, ref: 'main' })
    return [data.parents.length, data.commit.message.split('\n')[0]]
  }
  const refuse = (message: string, times: number) =>
    fixture.github.faults.next({
      kind: 'status',
      status: 405,
      message,
      match: { method: 'PUT', path: '*/merge' },
      times,
    })
  return { fixture, settings, merge, puts, made, refuse, slept, head }
}

const [byMerge, bySquash, byRebase] = [
  [2, 'Merge pull request #1 from hub-org/topic'],
  [1, 'Change topic.txt (#1)'],
  [1, 'Change topic.txt'],
]

test.each<[string, string]>([
  ['another merge at the same moment', 'Base branch was modified. Review and try the merge again.'],
  ['a check that has only just turned green', 'Required status check "lockstep / gate" is expected.'],
  ['words that nobody has heard before', 'No.'],
])('%s passes within seconds, and does not change how it is merged', async (_, message) => {
  const { fixture: owned, merge, puts, made, refuse, slept } = await ready()
  await using _fixture = owned
  refuse(message, 2)
  expect(await merge()).toEqual({ merged: true })
  expect([puts(), slept.length, await made()]).toEqual([3, 2, byMerge])
})

test('what is refused again and again ends, with GitHub’s own words', async () => {
  const { fixture: owned, merge, puts, refuse, slept } = await ready()
  await using _fixture = owned
  refuse('Not now', 100)
  expect(await merge()).toEqual({ merged: false, why: expect.stringContaining('Not now') })
  expect([puts(), slept.reduce((sum, one) => sum + one, 0)]).toEqual([6, 6_000])
})

test.each([
  ['squash', bySquash],
  ['rebase', byRebase],
] as const)(
  'where only %s is allowed, by the settings or by a ruleset, nothing else is tried',
  async (method, expected) => {
    for (const where of ['mergeMethods', 'rulesetMergeMethods'] as const) {
      const { fixture: owned, settings, merge, puts, made } = await ready()
      await using fixture = owned
      settings[where] = [method]
      if (where === 'rulesetMergeMethods') {
        settings.requiredCheck = { name: 'x' }
        const { data } = await fixture.client(fixture.ada.token).rest.git.getRef({ ...at, ref: 'heads/topic' })
        const status = { ...at, sha: data.object.sha, context: 'x', state: 'success' as const }
        await fixture.client(fixture.ada.token).rest.repos.createCommitStatus(status)
      }
      expect(await merge()).toEqual({ merged: true })
      expect([where, puts(), await made()]).toEqual([where, 1, expected])
    }
  },
)

test('what only GitHub knows to be forbidden is told by its refusal, and the next way is taken', async () => {
  const { fixture: owned, merge, made, refuse } = await ready()
  await using _fixture = owned
  refuse('This branch must not contain merge commits.', 4)
  expect(await merge()).toEqual({ merged: true })
  expect(await made()).toEqual(bySquash)
})

test('another head is never merged, nor tried again', async () => {
  const { fixture: owned, merge, puts } = await ready()
  await using _fixture = owned
  expect(await merge({ head: 'f'.repeat(40) })).toMatchObject({ merged: false })
  expect(puts()).toBe(0)
})

test('an answer that gets lost is no refusal, and one that is merged is not merged again', async () => {
  const { fixture: owned, merge, puts } = await ready()
  await using fixture = owned
  fixture.github.faults.next({ kind: 'unanswered', match: { method: 'PUT', path: '*/merge' } })
  expect(await merge()).toEqual({ merged: true })
  const before = puts()
  expect(await merge()).toEqual({ merged: true })
  expect(puts()).toBe(before)
})

test('what has become stale meanwhile is left', async () => {
  const { fixture: owned, merge, puts, refuse } = await ready()
  await using _fixture = owned
  refuse('Base branch was modified. Review and try the merge again.', 1)
  expect(await merge({ isStale: async () => true })).toMatchObject({ merged: false })
  expect(puts()).toBe(1)
})
