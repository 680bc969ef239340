import { expect, test } from 'vitest'
import { cleanUp, play } from '../../../../rehearsal/probe/play.js'
import type { Probe } from '../../../../rehearsal/probe/probe.js'
import { startProbeFixture } from '../../../fixtures/probe-session.js'

/** A row whose answer is what it is told, after it made a repository. */
const row = (seen: string, meanwhile: () => void = () => {}): Probe => ({
  ...{ row: 'I1', expected: 'null', otherwise: 'nothing' },
  async ask(session) {
    await session.place('plain')
    meanwhile()
    return seen
  },
})

const before = ['probe-org/other']

test('what was made is gone at the end, and only that', async () => {
  await using fixture = await startProbeFixture()
  let during: string[] = []
  const looks: Probe = {
    ...row('null'),
    ask: async (of) => {
      await of.place('plain')
      await of.fork('plain')
      during = await fixture.repositories()
      return 'null'
    },
  }
  const printed: string[] = []
  expect(await play(fixture.options, [looks], (text) => void printed.push(text))).toBe(0)
  expect(during).toEqual([
    ...before,
    expect.stringMatching(/^probe-org\/lockstep-probe-/),
    expect.stringMatching(/^ada\/lockstep-probe-/),
  ])
  expect(await fixture.repositories()).toEqual(before)
  expect(printed.join('')).toContain('1 as expected, 0 otherwise, 0 not settled.')
})

test('the exit code says that something differs, or has no answer', async () => {
  await using fixture = await startProbeFixture()
  const fails: Probe = { ...row(''), ask: () => Promise.reject(new Error('No.')) }
  expect(await play(fixture.options, [row('null'), row('the App')], () => {})).toBe(1)
  expect(await play(fixture.options, [row('null'), fails], () => {})).toBe(2)
})

test('one that is stopped in the middle of a row takes away what it made at once', async () => {
  await using fixture = await startProbeFixture()
  const stop = new AbortController()
  const options = { ...fixture.options, stopped: stop.signal }
  const never: Probe = {
    ...row(''),
    ask: async (of) => {
      await of.place('plain')
      stop.abort()
      return of.until<string>('what never comes', async () => undefined)
    },
  }
  const printed: string[] = []
  expect(await play(options, [row('null'), never, row('null')], (text) => void printed.push(text))).toBe(2)
  expect(printed.join('')).toContain('1 as expected, 0 otherwise, 2 not settled.')
  expect(await fixture.repositories()).toEqual(before)
})

test('a repository that cannot be deleted is told, and the others go', async () => {
  await using fixture = await startProbeFixture()
  const two: Probe = {
    ...row('null'),
    ask: async (of) => {
      await of.place('one')
      await of.place('two')
      return 'null'
    },
  }
  const status = { kind: 'status', status: 403, message: 'Must have admin rights to Repository.' } as const
  fixture.github.faults.next({ ...status, match: { method: 'DELETE' } })
  expect(await play(fixture.options, [two], () => {})).toBe(2)
  expect(await fixture.repositories()).toHaveLength(2)
  expect(fixture.said.join('\n')).toMatch(/Could not delete probe-org\/lockstep-probe-.*admin rights/)
})

test('what a killed probe left behind is found later, and nothing else is touched', async () => {
  await using fixture = await startProbeFixture()
  const { github, options } = fixture
  const place = (await (await fixture.session()).place('plain')).ref
  await (await fixture.session()).fork('plain')
  // By somebody else: the name without the description, and the description without the name.
  const { description } = github.repository(`${place.owner}/${place.repo}`)
  const files = { 'a.txt': 'a' }
  for (const repo of ['probe-org/lockstep-probe-0123456789ab', 'probe-org/lockstep-probe-notes'])
    await github.createRepository({ repo, files, collaborators: { ada: 'admin' } })
  github.repository('probe-org/lockstep-probe-notes').description = description ?? null
  const printed: string[] = []
  expect(await cleanUp(options, (text) => void printed.push(text))).toBe(0)
  expect(printed.join('')).toBe('2 of 2 repositories of probes were deleted.\n')
  expect(await fixture.repositories()).toEqual([
    ...before,
    'probe-org/lockstep-probe-0123456789ab',
    'probe-org/lockstep-probe-notes',
  ])
})

test('an App that is on selected repositories only, or unknown, makes nothing', async () => {
  await using fixture = await startProbeFixture()
  const { github, options } = fixture
  const app = github.createApp({ id: 4713, slug: 'selected', permissions: {} })
  github.install(app.id, 'probe-org/other')
  const selected = { ...options, app: { id: app.id, key: app.privateKey } }
  await expect(play(selected, [row('null')], () => {})).rejects.toThrow(
    'not installed on all repositories of probe-org',
  )
  await expect(play({ ...options, owner: 'github-nobody' }, [row('null')], () => {})).rejects.toThrow('Not Found')
  expect(await fixture.repositories()).toEqual(before)
})
