import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockedVersionBlock } from '../../shared/blocks/blocked-versions.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { commitOn } from '../fixtures/repository-pair.js'
import { type Started, startAction } from '../fixtures/start-action.js'

let byName: Site
let byTeam: Site

beforeAll(async () => {
  byName = await startSite('[olga]')
  byTeam = await startSite('"@hub-org/ops"')
})
afterAll(async () => {
  await byName.deployRepo[Symbol.asyncDispose]()
  await byTeam.deployRepo[Symbol.asyncDispose]()
})

interface Site {
  deployRepo: DeployRepo
  olga: ReturnType<DeployRepo['as']>
  /** Writes, and is no operator. */
  eve: ReturnType<DeployRepo['as']>
  gate: ReturnType<DeployRepo['as']>
  /** A merged bump that nothing but a hold or freeze stands against. */
  bumped: string
}

async function startSite(operators: string): Promise<Site> {
  const deployRepo = await startDeployRepo(undefined, { operators, collaborators: { olga: 'write', eve: 'write' } })
  const [olga, eve] = ['olga', 'eve'].map((login) => deployRepo.github.createUser(login))
  deployRepo.github.createTeam('hub-org', 'ops', ['olga'])
  await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  const bumped = await deployRepo.merge(pr)
  const { as, tokens } = deployRepo
  return { deployRepo, bumped, olga: as(olga?.token ?? ''), eve: as(eve?.token ?? ''), gate: as(tokens.gate) }
}

async function plan({ deployRepo, bumped }: Site): Promise<Started> {
  const env = deployRepo.env(bumped, await deployRepo.checkout(bumped), { PATH: deployRepo.noTools })
  return startAction('helm-deploy', { inputs: { mode: 'plan', token: deployRepo.tokens.job }, env })
}

/** Only Helm is missing: no hold and no freeze stood against it. */
const expectFree = async (site: Site): Promise<void> => expect((await plan(site)).result.reason).toBe('tool-missing')

async function keepHolds({ deployRepo }: Site, event?: unknown, token = deployRepo.tokens.gate): Promise<Started> {
  const env = deployRepo.env(await deployRepo.head(), deployRepo.dir, {
    GITHUB_EVENT_NAME: event ? 'issues' : 'schedule',
  })
  return startAction('infra-change-gate', { inputs: { mode: 'reconcile', token }, env, event })
}

const block = (commit: string): string =>
  blockedVersionBlock({ schema: 1, component: 'hub', version: 'x', commit, cause: 'it crashed', run: '1/1' })

const open = async (who: Site['gate'], labels: string[], body = 'Wait'): Promise<number> =>
  (await who.rest.issues.create({ ...at, title: 'Bad', body, labels })).data.number

const close = (who: Site['gate'], issue_number: number) =>
  who.rest.issues.update({ ...at, issue_number, state: 'closed' })

const comment = (who: Site['gate'], issue_number: number, body: string) =>
  who.rest.issues.createComment({ ...at, issue_number, body })

/** What was said under an issue, oldest first. */
async function saidUnder({ eve }: Site, issue_number: number): Promise<string[]> {
  const { data } = await eve.rest.issues.listComments({ ...at, issue_number })
  return data.map(({ body }) => body ?? '')
}

/** The id of the event that closed an issue last. */
async function closingOf({ eve }: Site, number: number): Promise<string> {
  const { repository } = await eve.graphql<{ repository: { issue: { timelineItems: { nodes: { id: string }[] } } } }>(
    `query ($owner: String!, $repo: String!, $number: Int!) { repository(owner: $owner, name: $repo) {
      issue(number: $number) { timelineItems(last: 1, itemTypes: [CLOSED_EVENT]) { nodes { ... on ClosedEvent { id } } } } } }`,
    { ...at, number },
  )
  return repository.issue.timelineItems.nodes[0]?.id ?? ''
}

/** A hold of the gate App about a commit that upstream does not know: it forbids every version of the hub. */
const held = (site: Site): Promise<number> => open(site.gate, ['deploy-blocked-version'], block('d'.repeat(40)))

test('a hold that somebody else closed stands, says so, and is opened again with a word; an operator lifts it', async () => {
  const site = byName
  const number = await held(site)
  await close(site.eve, number)
  const { result, log } = await plan(site)
  expect(result).toMatchObject({ reason: 'version-blocked', message: expect.stringContaining(`#${number}`) })
  expect(result.message).toContain('It was closed by "eve", who is not an operator, so it still applies.')
  expect(log).toContain('An operator checks it')

  expect((await keepHolds(site)).result).toMatchObject({ decision: 'updated', message: expect.stringContaining('eve') })
  const { data: issue } = await site.eve.rest.issues.get({ ...at, issue_number: number })
  expect([issue.state, issue.comments]).toEqual(['open', 1])
  expect((await keepHolds(site)).result.decision).toBe('unchanged')

  await close(site.olga, number)
  await expectFree(site)
  expect((await keepHolds(site)).result.decision).toBe('unchanged')
})

test('cut off between the word and the deed, the next run does the deed and says nothing twice', async () => {
  const site = byName
  const number = await held(site)
  await close(site.eve, number)
  const { faults } = site.deployRepo.github
  faults.next({ kind: 'status', status: 422, match: { method: 'PATCH', path: `*/issues/${number}` } })
  expect((await keepHolds(site)).code).toBe(1)
  await keepHolds(site)
  const { data: issue } = await site.eve.rest.issues.get({ ...at, issue_number: number })
  expect([issue.state, issue.comments]).toEqual(['open', 1])
  await close(site.olga, number)
})

test('a hold that somebody else edited forbids every version until an operator looks', async () => {
  const site = byName
  const hub = { owner: 'hub-org', repo: 'hub' }
  const aside = await commitOn(site.deployRepo.as(site.deployRepo.tokens.ada) as never, hub, 'aside', { README: 'x' })
  const body = block(aside)
  const number = await open(site.gate, ['deploy-blocked-version'], body)
  // No version contains it.
  await expectFree(site)
  await site.eve.rest.issues.update({ ...at, issue_number: number, body: `Harmless.\n\n${body}` })
  const { result } = await plan(site)
  expect(result.message).toContain('It was last edited by "eve", who is not an operator, so it blocks every version.')

  await site.olga.rest.issues.update({ ...at, issue_number: number, body: `Looked at.\n\n${body}` })
  await expectFree(site)
  await close(site.olga, number)
})

test('a freeze of somebody else is one, and only an operator lifts it', async () => {
  const site = byName
  const number = await open(site.eve, ['deploy-freeze'])
  expect((await plan(site)).result.reason).toBe('deploy-freeze')
  await close(site.eve, number)
  expect((await plan(site)).result.reason).toBe('deploy-freeze')
  await keepHolds(site)
  await close(site.olga, number)
  await expectFree(site)
})

test('a label that somebody else takes away comes back, an operator may take it', async () => {
  const site = byName
  const number = await held(site)
  const event = (login: string) => ({
    action: 'unlabeled',
    label: { name: 'deploy-blocked-version' },
    issue: { number },
    sender: { login, type: 'User' },
  })
  await site.eve.rest.issues.removeLabel({ ...at, issue_number: number, name: 'deploy-blocked-version' })
  expect((await keepHolds(site, event('eve'))).result.decision).toBe('updated')
  expect((await plan(site)).result.reason).toBe('version-blocked')

  await site.olga.rest.issues.removeLabel({ ...at, issue_number: number, name: 'deploy-blocked-version' })
  expect((await keepHolds(site, event('olga'))).result.decision).toBe('unchanged')
  await expectFree(site)
})

test('what an operator of a team closed counts for a job only once the gate App has confirmed it', async () => {
  const site = byTeam
  const number = await held(site)
  await close(site.olga, number)
  expect((await plan(site)).result.message).toContain('cannot see whether they are in the team hub-org/ops')

  const blind = await keepHolds(site, undefined, site.deployRepo.github.mintJobToken(deploy, jobMayAll, 1))
  expect([blind.result.reason, blind.log]).toEqual(['missing-permission', expect.stringContaining('members: read')])
  expect((await keepHolds(site)).result.message).toContain('confirmed')
  await expectFree(site)
  expect((await keepHolds(site)).result.decision).toBe('unchanged')

  // An earlier confirmation is of an earlier closing, and a comment of somebody else confirms nothing.
  const [confirmation = ''] = await saidUnder(site, number)
  await site.eve.rest.issues.update({ ...at, issue_number: number, state: 'open' })
  await close(site.eve, number)
  const closing = await closingOf(site, number)
  await comment(site.eve, number, confirmation)
  await comment(site.eve, number, confirmation.replace(/(close-confirmed \w+) \S+/, `$1 ${closing}`))
  expect((await plan(site)).result.reason).toBe('version-blocked')
  await keepHolds(site)
  await close(site.olga, number)
  await keepHolds(site)
  await expectFree(site)
})

test('what is confirmed is the closing that was looked at, and not what somebody else closed in the meantime', async () => {
  const site = byTeam
  const number = await held(site)
  await close(site.olga, number)
  const again = async () => {
    await site.eve.rest.issues.update({ ...at, issue_number: number, state: 'open' })
    await close(site.eve, number)
  }
  const match = { method: 'POST', path: `*/issues/${number}/comments` }
  site.deployRepo.github.faults.next({ kind: 'meanwhile', act: again, match })
  expect((await keepHolds(site)).result.message).toContain(`#${number}: confirmed that an operator closed it`)
  expect((await plan(site)).result.reason).toBe('version-blocked')

  await keepHolds(site)
  await close(site.olga, number)
  await keepHolds(site)
  await expectFree(site)
})

test.each(['unanswered', 'reset'] as const)(
  'cut off (%s) while it confirms, it is confirmed, and once',
  async (kind) => {
    const site = byTeam
    const number = await held(site)
    await close(site.olga, number)
    const match = { method: 'POST', path: `*/issues/${number}/comments` }
    site.deployRepo.github.faults.next({ kind, match })
    expect((await keepHolds(site)).code).toBe(1)
    await keepHolds(site)
    await keepHolds(site)
    expect(await saidUnder(site, number)).toHaveLength(1)
    await expectFree(site)
  },
)

const jobMayAll = { contents: 'read', deployments: 'read', issues: 'write' } as const
