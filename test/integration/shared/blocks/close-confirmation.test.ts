import { afterAll, beforeAll, expect, test } from 'vitest'
import { readBlockers } from '../../../../shared/blocks/blockers.js'
import { confirmationMarker } from '../../../../shared/blocks/close-confirmation.js'
import type { GitHub } from '../../../../shared/github/client.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { testAppJwt } from '../../../fixtures/app-jwt.js'
import { at, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

let fixture: EmulatorFixture
/** `eve` writes, and is no operator; `other` is of another App. */
let [gate, eve, other]: GitHub[] = []
let policy: ReturnType<typeof parsePolicy>

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  policy = parsePolicy(`version: 1
operators: [ada]
apps: { gate: { id: ${fixture.gate.id}, bot: ${fixture.gate.bot} }, bump: { id: 2, bot: 4 } }
releases: { service: { chart: meta, name: service, namespace: "{cluster}", values: [] } }
clusters: { staging: { wave: staging } }
`)
  gate = fixture.client(await fixture.gateToken())
  eve = fixture.client(fixture.github.createUser('eve').token)
  fixture.github.repository(deploy).collaborators.set('eve', 'write')
  const app = fixture.github.createApp({ id: 12, slug: 'lockstep-gate', permissions: { issues: 'write' } })
  fixture.github.install(app.id, deploy)
  const jwt = fixture.client(await testAppJwt(app.id, app.privateKey))
  const { data: installation } = await jwt.rest.apps.getRepoInstallation(at)
  const { data } = await jwt.rest.apps.createInstallationAccessToken({ installation_id: installation.id })
  other = fixture.client(data.token)
})
afterAll(() => fixture[Symbol.asyncDispose]())

/** A hold of the gate App that eve has closed. */
interface Closed {
  number: number
  /** GraphQL's id of the event that closed it. */
  closing: string
}

const who = (github: GitHub | undefined): GitHub => github ?? expect.fail('not begun')

async function closed(): Promise<Closed> {
  const { data } = await who(gate).rest.issues.create({
    ...at,
    title: 'Bad',
    body: 'Wait',
    labels: ['deploy-blocked-version'],
  })
  return { number: data.number, closing: await close(data.number) }
}

async function close(issue_number: number): Promise<string> {
  await who(eve).rest.issues.update({ ...at, issue_number, state: 'closed' })
  const query = `{ repository(owner: "${at.owner}", name: "${at.repo}") { issue(number: ${issue_number}) {
    timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { id } } } } } }`
  type Answer = { repository: { issue: { timelineItems: { nodes: [{ id: string }] } } } }
  return (await who(gate).graphql<Answer>(query)).repository.issue.timelineItems.nodes[0].id
}

const open = (issue_number: number) => who(eve).rest.issues.update({ ...at, issue_number, state: 'open' })

const say = async (github: GitHub | undefined, issue_number: number, body: string): Promise<number> =>
  (await who(github).rest.issues.createComment({ ...at, issue_number, body })).data.id

async function stands({ number }: Closed): Promise<boolean> {
  return (await readBlockers(who(gate), deploy, policy)).some((one) => one.number === number)
}

const confirmation = (closing: string): string =>
  `${confirmationMarker('version-blocked', closing)}\nIt counts as closed.\n`

test("the gate App's own word about this closing lifts it, whoever it was", async () => {
  const hold = await closed()
  expect(await stands(hold)).toBe(true)
  await say(gate, hold.number, confirmation(hold.closing))
  expect(await stands(hold)).toBe(false)
})

test.each<[string, (hold: Closed) => Promise<unknown>]>([
  ['somebody else writes it', ({ number, closing }) => say(eve, number, confirmation(closing))],
  ["another App's bot writes it", ({ number, closing }) => say(other, number, confirmation(closing))],
  [
    'a person with the login of the App writes it',
    ({ number, closing }) => {
      const { token } = fixture.github.createUser('gate')
      fixture.github.repository(deploy).collaborators.set('gate', 'write')
      return say(fixture.client(token), number, confirmation(closing))
    },
  ],
  [
    'somebody else makes it of another comment of the gate App',
    async ({ number, closing }) => {
      const comment_id = await say(gate, number, 'This hold was closed by eve, so it stands.')
      await who(eve).rest.issues.updateComment({ ...at, comment_id, body: confirmation(closing) })
    },
  ],
  [
    'somebody else changed it, and be it only its words',
    async ({ number, closing }) => {
      const comment_id = await say(gate, number, confirmation(closing))
      await who(eve).rest.issues.updateComment({ ...at, comment_id, body: `${confirmation(closing)}Indeed.` })
    },
  ],
  [
    'the gate App only quotes it',
    ({ number, closing }) => say(gate, number, `Somebody wrote:\n${confirmation(closing)}`),
  ],
  [
    'it is about the same issue as something else, which others may close',
    ({ number, closing }) => say(gate, number, `${confirmationMarker('debt', closing)}\nIt counts as closed.\n`),
  ],
  ['it is about another issue', async ({ number }) => say(gate, number, confirmation((await closed()).closing))],
  ['it stands under another issue', async ({ closing }) => say(gate, (await closed()).number, confirmation(closing))],
])('it stands where %s', async (_, act) => {
  const hold = await closed()
  await act(hold)
  expect(await stands(hold)).toBe(true)
})

test('what was confirmed, opened again and closed by somebody else stands', async () => {
  const hold = await closed()
  await say(gate, hold.number, confirmation(hold.closing))
  await open(hold.number)
  await close(hold.number)
  expect(await stands(hold)).toBe(true)
})

test('what somebody else deleted is confirmed no more', async () => {
  const hold = await closed()
  const comment_id = await say(gate, hold.number, confirmation(hold.closing))
  await who(eve).rest.issues.deleteComment({ ...at, comment_id })
  expect(await stands(hold)).toBe(true)
})

test('ninety-nine comments after it do not hide it; behind a hundred it is not known, and so it stands', async () => {
  const hold = await closed()
  await say(gate, hold.number, confirmation(hold.closing))
  for (let made = 0; made < 99; made += 1) await say(eve, hold.number, `${made}`)
  expect(await stands(hold)).toBe(false)
  await say(eve, hold.number, 'one more')
  expect(await stands(hold)).toBe(true)

  await say(gate, hold.number, confirmation(hold.closing))
  expect(await stands(hold)).toBe(false)
}, 60_000)
