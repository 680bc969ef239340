import { expect, test } from 'vitest'
import type { OpenRows } from '../../../../rehearsal/github/open-rows.js'
import { type BlockedVersion, blockedVersionBlock } from '../../../../shared/blocks/blocked-versions.js'
import { readBlockers } from '../../../../shared/blocks/blockers.js'
import type { GitHub } from '../../../../shared/github/client.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { testAppJwt } from '../../../fixtures/app-jwt.js'
import { at, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

const hold: BlockedVersion = {
  ...{ schema: 1, component: 'hub', version: '1.0.0-0.dev.git.3.habcdef0', commit: 'a'.repeat(40) },
  ...{ cause: 'it crashed', run: '9/1' },
}

interface Site extends AsyncDisposable {
  fixture: EmulatorFixture
  gate: GitHub
  /** An operator. */
  ada: GitHub
  /** Writes, and is no operator. */
  eve: GitHub
  blockers(): ReturnType<typeof readBlockers>
}

async function site(rows: Partial<OpenRows> = {}): Promise<Site> {
  const fixture = await startEmulatorFixture()
  Object.assign(fixture.github.openRows, rows)
  const eve = fixture.github.createUser('eve')
  fixture.github.repository(deploy).collaborators.set('eve', 'write')
  const policy = parsePolicy(`version: 1
operators: [ada]
apps: { gate: { id: ${fixture.gate.id}, bot: ${fixture.gate.bot} }, bump: { id: 2, bot: 4 } }
releases: { service: { chart: meta, name: service, namespace: "{cluster}", values: [] } }
clusters: { staging: { wave: staging } }
`)
  const gate: GitHub = fixture.client(await fixture.gateToken())
  return {
    ...{ fixture, gate, ada: fixture.client(fixture.ada.token), eve: fixture.client(eve.token) },
    blockers: () => readBlockers(gate, deploy, policy),
    [Symbol.asyncDispose]: () => fixture[Symbol.asyncDispose](),
  }
}

const place = async (github: GitHub, labels = ['deploy-blocked-version']) =>
  (await github.rest.issues.create({ ...at, title: 'Bad', body: blockedVersionBlock(hold), labels })).data.number

/** A token of an App of this slug, installed here. */
async function anotherApp({ fixture }: Site, slug: string): Promise<GitHub> {
  const app = fixture.github.createApp({ id: 12, slug, permissions: { issues: 'write' } })
  fixture.github.install(app.id, deploy)
  const jwt = fixture.client(await testAppJwt(app.id, app.privateKey))
  const { data: installation } = await jwt.rest.apps.getRepoInstallation(at)
  const { data } = await jwt.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  return fixture.client(data.token)
}

test.each(['events', 'silent'] as const)(
  "the gate App's hold is believed where labels at creation are %s (I9)",
  async (labelsAtCreation) => {
    await using here = await site({ labelsAtCreation })
    await place(here.gate)
    expect(await here.blockers()).toMatchObject([{ kind: 'version-blocked', hold, doubt: undefined }])
  },
)

test.each(['events', 'silent'] as const)(
  'a label that somebody else gave later is theirs, where labels at creation are %s (I9)',
  async (labelsAtCreation) => {
    await using here = await site({ labelsAtCreation })
    const issue_number = await place(here.gate, [])
    await here.eve.rest.issues.addLabels({ ...at, issue_number, labels: ['deploy-blocked-version'] })
    expect(await here.blockers()).toMatchObject([
      { hold: undefined, doubt: expect.stringContaining('labelled by "eve"') },
    ])
  },
)

test.each(['text', 'anything'] as const)(
  "a stranger's edit is not hidden by the gate App's label, nor a label taken for an edit, where %s sets the editor (I10)",
  async (issueEditor) => {
    await using here = await site({ issueEditor })
    const issue_number = await place(here.gate)
    await here.eve.rest.issues.update({
      ...at,
      issue_number,
      title: 'Bad!',
      labels: ['deploy-blocked-version', 'help wanted'],
    })
    expect(await here.blockers()).toMatchObject([{ hold, doubt: undefined }])

    await here.eve.rest.issues.update({
      ...at,
      issue_number,
      body: blockedVersionBlock({ ...hold, component: 'other' }),
    })
    await here.gate.rest.issues.addLabels({ ...at, issue_number, labels: ['seen'] })
    expect(await here.blockers()).toMatchObject([
      { hold: undefined, doubt: expect.stringContaining('edited by "eve"') },
    ])

    // What an operator edits, they confirm.
    await here.ada.rest.issues.update({ ...at, issue_number, body: blockedVersionBlock(hold) })
    expect(await here.blockers()).toMatchObject([{ hold, doubt: undefined }])
  },
)

test('a hundred events after it do not hide who placed, and who lifted a hold', async () => {
  await using here = await site()
  const lifted = await place(here.gate)
  const placed = await place(here.gate)
  await here.ada.rest.issues.update({ ...at, issue_number: lifted, state: 'closed' })
  for (let made = 0; made < 101; made += 1)
    for (const issue_number of [lifted, placed])
      await here.eve.rest.issues.addLabels({ ...at, issue_number, labels: [`noise-${made}`] })
  expect(await here.blockers()).toMatchObject([{ number: placed, hold, doubt: undefined }])
})

test('a renamed App is still the gate', async () => {
  await using here = await site()
  await place(here.gate)
  here.fixture.github.renameApp(here.fixture.gate.id, 'gatekeeper')
  await place(here.gate)
  expect(await here.blockers()).toMatchObject([
    { hold, doubt: undefined },
    { hold, doubt: undefined },
  ])
})

test.each<[string, (here: Site) => Promise<GitHub>]>([
  ["another App's bot", (here) => anotherApp(here, 'lockstep-gate')],
  [
    'another App that has taken the name that the gate App had',
    (here) => {
      here.fixture.github.renameApp(here.fixture.gate.id, 'gatekeeper')
      return anotherApp(here, 'gate')
    },
  ],
  ['a person whose login is the slug', async ({ fixture }) => fixture.client(fixture.github.createUser('gate').token)],
  ['a person of a similar name', async ({ fixture }) => fixture.client(fixture.github.createUser('gate-bot').token)],
])('%s is not the gate: its hold forbids everything, and lifts nothing', async (_, stranger) => {
  await using here = await site()
  const own = await place(here.gate)
  const they = await stranger(here)
  for (const login of ['gate', 'gate-bot']) here.fixture.github.repository(deploy).collaborators.set(login, 'write')
  const theirs = await place(they)
  await they.rest.issues.update({ ...at, issue_number: own, state: 'closed' })
  const found = await here.blockers()
  expect(found.map(({ number }) => number).toSorted()).toEqual([own, theirs])
  expect(found.find(({ number }) => number === own)?.doubt).toContain('so it still applies')
  expect(found.find(({ number }) => number === theirs)).toMatchObject({ hold: undefined, doubt: expect.anything() })
})
