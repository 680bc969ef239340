import { expect, test } from 'vitest'
import type { OpenRows } from '../../../../rehearsal/github/open-rows.js'
import { type BlockedVersion, blockedVersionBlock } from '../../../../shared/blocks/blocked-versions.js'
import { readBlockers } from '../../../../shared/blocks/blockers.js'
import type { GitHub } from '../../../../shared/github/client.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { testAppJwt } from '../../../app-jwt.js'
import { at, deploy, startWorld, type World } from '../../../unit/rehearsal/github/world.js'

const hold: BlockedVersion = {
  ...{ schema: 1, component: 'hub', version: '1.0.0-0.dev.git.3.habcdef0', commit: 'a'.repeat(40) },
  ...{ cause: 'it crashed', run: '9/1' },
}

interface Site extends AsyncDisposable {
  world: World
  gate: GitHub
  /** An operator. */
  ada: GitHub
  /** Writes, and is no operator. */
  eve: GitHub
  blockers(): ReturnType<typeof readBlockers>
}

async function site(rows: Partial<OpenRows> = {}): Promise<Site> {
  const world = await startWorld()
  Object.assign(world.github.openRows, rows)
  const eve = world.github.createUser('eve')
  world.github.repository(deploy).collaborators.set('eve', 'write')
  const policy = parsePolicy(`version: 1
operators: [ada]
apps: { gate: { id: ${world.gate.id}, bot: ${world.gate.bot} }, bump: { id: 2, bot: 4 } }
releases: { service: { chart: meta, name: service, namespace: "{cluster}", values: [] } }
clusters: { staging: { wave: staging } }
`)
  const gate: GitHub = world.client(await world.gateToken())
  return {
    ...{ world, gate, ada: world.client(world.ada.token), eve: world.client(eve.token) },
    blockers: () => readBlockers(gate, deploy, policy),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  }
}

const place = async (github: GitHub, labels = ['deploy-blocked-version']) =>
  (await github.rest.issues.create({ ...at, title: 'Bad', body: blockedVersionBlock(hold), labels })).data.number

/** A token of an App of this slug, installed here. */
async function anotherApp({ world }: Site, slug: string): Promise<GitHub> {
  const app = world.github.createApp({ id: 12, slug, permissions: { issues: 'write' } })
  world.github.install(app.id, deploy)
  const jwt = world.client(await testAppJwt(app.id, app.privateKey))
  const { data: installation } = await jwt.rest.apps.getRepoInstallation(at)
  const { data } = await jwt.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  return world.client(data.token)
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
  here.world.github.renameApp(here.world.gate.id, 'gatekeeper')
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
      here.world.github.renameApp(here.world.gate.id, 'gatekeeper')
      return anotherApp(here, 'gate')
    },
  ],
  ['a person whose login is the slug', async ({ world }) => world.client(world.github.createUser('gate').token)],
  ['a person of a similar name', async ({ world }) => world.client(world.github.createUser('gate-bot').token)],
])('%s is not the gate: its hold forbids everything, and lifts nothing', async (_, stranger) => {
  await using here = await site()
  const own = await place(here.gate)
  const they = await stranger(here)
  for (const login of ['gate', 'gate-bot']) here.world.github.repository(deploy).collaborators.set(login, 'write')
  const theirs = await place(they)
  await they.rest.issues.update({ ...at, issue_number: own, state: 'closed' })
  const found = await here.blockers()
  expect(found.map(({ number }) => number).toSorted()).toEqual([own, theirs])
  expect(found.find(({ number }) => number === own)?.doubt).toContain('so it still applies')
  expect(found.find(({ number }) => number === theirs)).toMatchObject({ hold: undefined, doubt: expect.anything() })
})
