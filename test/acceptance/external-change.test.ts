import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getOctokit } from '@actions/github'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { definition } from '../../actions/external-change/io.js'
import { externalChange } from '../../actions/external-change/run.js'
import { repoNames } from '../../rehearsal/fixtures/names.js'
import { repoRef } from '../../shared/github/client.js'
import { type DoctorSetup, startDoctorSetup } from '../fixtures/doctor-setup.js'
import { commitOn } from '../fixtures/repository-pair.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const at = repoRef(repoNames.deploy)
/** A Tuesday. */
const now = (): Date => new Date('2026-03-03T10:00:00Z')
const upgrade = { kind: 'kubernetes', cluster: 'berlin', from: '1.30.8', to: '1.31.4', plan: 'In the console.' }

let setup: DoctorSetup
let bin: string

beforeAll(async () => {
  setup = await startDoctorSetup()
  bin = await mkdtemp(join(tmpdir(), 'lockstep-health-'))
  await copyFile('test/fixtures/health-stub.mjs', join(bin, 'kubectl'))
  await chmod(join(bin, 'kubectl'), 0o755)
})
afterAll(async () => {
  await rm(bin, { recursive: true })
  await setup[Symbol.asyncDispose]()
})
afterEach(() => setup.restore())

const as = (login: string) => getOctokit(setup.people[login]?.token ?? '', { baseUrl: setup.github.url })

/** The first job: a form that `by` sent, or the newest comment. */
async function hear(by: string, change?: Record<string, string>, run = '7', when = now): Promise<Started> {
  const { inputs, env } = await setup.start({
    mode: change ? 'request' : 'command',
    'change-request': change ? JSON.stringify(change) : 'null',
  })
  const event = change
    ? {}
    : setup.github.events.findLast(({ name, action }) => name === 'issue_comment' && action === 'created')?.payload
  const about = {
    GITHUB_EVENT_NAME: change ? 'workflow_dispatch' : 'issue_comment',
    GITHUB_ACTOR: by,
    GITHUB_RUN_ID: run,
  }
  return runInProcess(definition, externalChange, { inputs, env: { ...env, ...about }, event }, when)
}

/** The first job, by its schedule. */
async function scheduled(when: () => Date = now): Promise<Started> {
  const { inputs, env } = await setup.start({ mode: 'reconcile', 'change-request': 'null' })
  return runInProcess(definition, externalChange, { inputs, env: { ...env, GITHUB_EVENT_NAME: 'schedule' } }, when)
}

async function say(by: string, issue_number: number, body: string, when?: () => Date): Promise<Started> {
  await as(by).rest.issues.createComment({ ...at, issue_number, body })
  return hear(by, undefined, undefined, when)
}

/** The first Monday to Thursday, 10:00 UTC, a day or more after what is recorded now. */
function aDayLater(): Date {
  const day = 24 * 60 * 60_000
  const from = Date.now() + day
  const hour = new Date(from).setUTCHours(10, 0, 0, 0)
  const days = [0, 1, 2, 3, 4, 5].map((more) => new Date(hour + more * day))
  return days.find((one) => one.getTime() >= from && one.getUTCDay() >= 1 && one.getUTCDay() <= 4) as Date
}

interface Cluster {
  version: string
  kubelet?: string
  ready?: boolean
  down?: boolean
}

/** The two jobs after it: the committed bundle looks at a cluster, and the gate's job writes down what it saw. */
async function look(
  order: string,
  { version, kubelet = version, ready = true, down = false }: Cluster,
): Promise<Started> {
  const conditions = (type: string, well: boolean) => [{ type, status: well ? 'True' : 'False' }]
  const nodes = [
    {
      metadata: { name: 'n1' },
      status: { conditions: conditions('Ready', ready), nodeInfo: { kubeletVersion: kubelet } },
    },
  ]
  const apiservices = [{ metadata: { name: 'v1.' }, status: { conditions: conditions('Available', true) } }]
  await writeFile(join(bin, 'health.json'), JSON.stringify({ version, nodes, apiservices, down }))
  const { inputs, env = {} } = await setup.start({ mode: 'inspect', request: order, kubeconfig: 'any' })
  const instant = JSON.stringify({ ...JSON.parse(order), soak: 0 })
  const started = await startAction('external-change', {
    inputs: { ...inputs, request: instant },
    env: { ...env, PATH: `${bin}:${process.env.PATH}` },
  })
  const note = await setup.start({
    mode: 'record-inspection',
    request: order,
    observation: started.outputs.observation ?? '',
  })
  return runInProcess(definition, externalChange, note, now)
}

async function issueNow(issue_number: number) {
  const { data } = await as('olga').rest.issues.get({ ...at, issue_number })
  const { data: comments } = await as('olga').rest.issues.listComments({ ...at, issue_number, per_page: 100 })
  const list = comments.filter(({ body }) => body?.startsWith('<!-- lockstep:outside -->'))
  return {
    ...data,
    lists: list.map(({ body }) => (body ?? '').replaceAll('\\', '')),
    last: comments.at(-1)?.body ?? '',
  }
}

/** An hour old at that time. */
const backup = (when: () => Date): string =>
  `/evidence backup hub-db-17 ${new Date(when().getTime() - 60 * 60_000).toISOString().slice(0, 16)}Z`

/** Everything that T3 asks for but staging, said by operators. */
async function agree(issue: number): Promise<Started> {
  await say('otto', issue, '/approve')
  await say('otto', issue, '/standby')
  for (const shown of ['removed-apis none in use', 'release-notes read', 'announcement on the forum'])
    await say('olga', issue, `/evidence ${shown}`)
  await say('olga', issue, backup(now))
  return say('olga', issue, '/evidence runbook https://example.org/restore')
}

/** From the form to its end. */
async function wholeWay(change: Record<string, string>, run: string): Promise<number> {
  await hear('olga', change, run)
  const issue = await newestIssue()
  expect((await agree(issue)).outputs.request).toBe('')
  const begin = await say('olga', issue, '/start')
  expect(begin.outputs.cluster).toBe(change.cluster)
  await look(begin.outputs.request ?? '', { version: 'v1.30.8' })
  const done = await say('olga', issue, '/done')
  await look(done.outputs.request ?? '', { version: 'v1.31.4' })
  return issue
}

async function newestIssue(): Promise<number> {
  const { data } = await as('olga').rest.issues.listForRepo({ ...at, labels: 'deploy-change-request', state: 'all' })
  return Math.max(0, ...data.map(({ number }) => number))
}

test('an upgrade goes from the form to its record, on staging first', async () => {
  await hear('olga', upgrade)
  const berlin = await newestIssue()
  const asked = await issueNow(berlin)
  expect(asked.title).toBe('berlin: kubernetes from 1.30.8 to 1.31.4')
  expect(asked.lists).toHaveLength(1)
  expect(asked.lists[0]).toContain('### T3, high risk')
  expect(asked.lists[0]).toContain('- [ ] the approval of two operators')
  const agreed = await agree(berlin)
  // It was never done on staging.
  expect([agreed.outputs.request, agreed.result.decision]).toEqual(['', 'failure'])
  expect(agreed.result.message).toMatch(/^It needs a staging trial[^;]*\.$/)

  const staging = await wholeWay({ ...upgrade, cluster: 'staging' }, '8')
  const ended = await issueNow(staging)
  expect([ended.state, ended.lists.length]).toEqual(['closed', 1])
  expect(ended.lists[0]).toContain('The change is done.')
  expect(ended.last).toContain('This is recorded, and this issue is closed.')

  // A dangerous change has to be there for a day.
  const soon = await say('olga', berlin, '/start', () => new Date())
  expect(soon.result.message).toContain('It needs a staging trial')
  const begin = await say('olga', berlin, '/start', aDayLater)
  expect([begin.result.decision, begin.outputs.cluster]).toEqual(['success', 'berlin'])
  const lost = { request: begin.outputs.request ?? '', observation: '', 'inspect-result': 'success' }
  const untold = await runInProcess(
    definition,
    externalChange,
    await setup.start({ mode: 'record-inspection', ...lost }),
    now,
  )
  expect([untold.code, untold.result.reason]).toEqual([1, 'result-lost'])
  expect((await issueNow(berlin)).last).toContain('@olga berlin: the job succeeded and its result did not arrive')
  await look(begin.outputs.request ?? '', { version: 'v1.30.8' })
  expect((await issueNow(berlin)).last).toContain('**Make the change now**')
  // Somebody did it, and a node did not come back.
  const done = await say('olga', berlin, '/done')
  await look(done.outputs.request ?? '', { version: 'v1.31.4', ready: false })
  const failed = await issueNow(berlin)
  expect([failed.state, failed.last]).toEqual(['open', expect.stringContaining('node n1 is not ready')])
  const again = await say('olga', berlin, '/done')
  await look(again.outputs.request ?? '', { version: 'v1.31.4' })
  expect((await issueNow(berlin)).state).toBe('closed')
  const { data: records } = await as('olga').rest.repos.listDeployments({
    ...at,
    environment: 'berlin',
    task: 'change',
  })
  const [record, ...others] = records
  expect(others).toEqual([])
  const { data: states } = await as('olga').rest.repos.listDeploymentStatuses({ ...at, deployment_id: record?.id ?? 0 })
  expect(states.map(({ state }) => state)).toEqual(['success', 'failure'])
})

test('for a day after a dangerous change its cluster is looked at: what is not well is told once, and that it is well again', async () => {
  expect((await scheduled()).outputs.request).toBeUndefined()
  const issue = await wholeWay({ ...upgrade, cluster: 'staging' }, '8')
  expect((await issueNow(issue)).last).toContain('For 23 more hours the cluster is inspected')
  const { outputs } = await scheduled()
  expect(outputs.cluster).toBe('staging')
  const seen = async (cluster: Cluster): Promise<string[]> => {
    await look(outputs.request ?? '', cluster)
    const { data } = await as('olga').rest.issues.listComments({ ...at, issue_number: issue, per_page: 100 })
    return data.flatMap(({ body }) => (body?.startsWith('<!-- lockstep:outside-watch -->') ? [body] : []))
  }

  const well = { version: 'v1.31.4' }
  expect(await seen(well)).toEqual([])
  const ill = [
    expect.stringMatching(/^<!.*>\n@olga staging is \*\*unhealthy\*\* since this change[\s\S]*node n1 is not ready/),
  ]
  expect(await seen({ ...well, ready: false })).toEqual(ill)
  expect(await seen({ ...well, ready: false })).toEqual(ill)
  const unknown = expect.stringContaining('it could not be inspected')
  expect(await seen({ ...well, down: true })).toEqual([...ill, unknown])
  const again = expect.stringContaining('@olga staging is healthy again.')
  expect(await seen(well)).toEqual([...ill, unknown, again])
  expect(await seen(well)).toEqual([...ill, unknown, again])
  // It only tells.
  const { state, lists } = await issueNow(issue)
  expect([state, lists[0]]).toEqual(['closed', expect.stringContaining('The change is done.')])

  const tomorrow = () => new Date(Date.now() + 24 * 60 * 60_000)
  expect((await scheduled(tomorrow)).result.decision).toBe('skipped')
})

test.each([
  ['a minor version left out', { from: '1.29.1', to: '1.31.4' }, 'not-allowed', 'one minor version at a time'],
  ['a control plane that goes back', { from: '1.31.4', to: '1.30.8' }, 'not-allowed', 'cannot be downgraded'],
  ['versions that are none', { from: 'old', to: 'new' }, 'input-invalid', 'not a Kubernetes version'],
  ['a cluster that is none', { cluster: 'nowhere' }, 'input-invalid', 'no cluster'],
  ['no plan', { plan: ' ' }, 'input-invalid', 'plan'],
])('%s is refused before there is an issue', async (_, change, reason, says) => {
  const { code, result } = await hear('olga', { ...upgrade, ...change })
  expect([code, result.decision, result.reason]).toEqual([1, 'refused', reason])
  expect(result.message).toContain(says)
  expect(await newestIssue()).toBe(0)
})

test('a writer who is no operator asks for nothing, and a form sent twice has one issue', async () => {
  expect((await hear('bob', upgrade)).result.reason).toBe('not-operator')
  await hear('olga', upgrade)
  await hear('olga', upgrade)
  const { data } = await as('olga').rest.issues.listForRepo({ ...at, labels: 'deploy-change-request', state: 'all' })
  expect(data).toHaveLength(1)
})

test("writers' words, edited ones and the author's own second do not count", async () => {
  await hear('olga', { ...upgrade, kind: 'access', from: '', to: '' })
  const issue = await newestIssue()
  for (const word of ['/approve', '/evidence release-notes read', '/start']) await say('bob', issue, word)
  await say('olga', issue, '/approve')
  const { data: comment } = await as('otto').rest.issues.createComment({ ...at, issue_number: issue, body: 'Hm' })
  // A writer puts words into an operator's mouth, before and after it is heard.
  await as('bob').rest.issues.updateComment({ ...at, comment_id: comment.id, body: '/approve' })
  const { data: other } = await as('otto').rest.issues.createComment({ ...at, issue_number: issue, body: '/standby' })
  await as('bob').rest.issues.updateComment({ ...at, comment_id: other.id, body: '/approve' })
  await hear('otto')
  await as('olga').rest.issues.createComment({ ...at, issue_number: issue, body: '/start' })
  const { outputs, result } = await hear('olga')
  expect([outputs.request, result.decision]).toEqual(['', 'failure'])
  expect(result.message).toContain('the approval of two operators')
  const { lists, last } = await issueNow(issue)
  expect(lists[0]).toContain('counted: olga')
  expect(lists[0]).not.toContain('bob')
  expect(last).toBe('Not all requirements are met yet: see the checklist above.')
})

test("an operator's hold keeps it, an operator lifts it; what was approved cannot be changed afterwards", async () => {
  await hear('olga', { ...upgrade, cluster: 'staging' })
  const issue = await newestIssue()
  await agree(issue)
  expect((await say('otto', issue, '/hold the backup is not mine')).result.decision).toBe('failure')
  expect((await say('bob', issue, '/unhold')).result.decision).toBe('failure')
  expect((await say('otto', issue, '/unhold')).result.decision).toBe('success')
  // A writer edits what people read: what counts is the record.
  await as('bob').rest.issues.update({ ...at, issue_number: issue, title: 'staging: nothing', body: 'Nothing.' })
  const begin = await say('olga', issue, '/start')
  expect(JSON.parse(begin.outputs.request ?? '').change).toMatchObject({
    kind: 'kubernetes',
    to: '1.31.4',
    cluster: 'staging',
  })
})

test('it does not begin where the cluster is another, ill, or does not answer; nor twice, nor two at a time', async () => {
  await hear('olga', { ...upgrade, cluster: 'staging' })
  const issue = await newestIssue()
  await agree(issue)
  const order = (await say('olga', issue, '/start')).outputs.request ?? ''
  const tried = async (cluster: Cluster): Promise<string> => {
    await look(order, cluster)
    return (await issueNow(issue)).last
  }
  expect(await tried({ version: 'v1.29.3' })).toContain('the change starts from 1')
  expect(await tried({ version: 'v1.30.8', ready: false })).toContain('node n1 is not ready')
  expect(await tried({ version: 'v1.30.8', down: true })).toContain('its state is unknown')
  expect((await say('olga', issue, '/done')).outputs.request).toBe('')
  expect((await issueNow(issue)).last).toContain('The change has not started')
  expect(await tried({ version: 'v1.30.8' })).toContain('**Make the change now**')
  expect((await say('olga', issue, '/start')).outputs.request).toBe('')

  await hear('olga', { ...upgrade, kind: 'other', cluster: 'chicago' }, '9')
  const other = await newestIssue()
  await say('otto', other, '/approve')
  await say('otto', other, '/evidence removed-apis none')
  await say('otto', other, '/evidence release-notes none')
  await say('otto', other, '/start')
  expect((await issueNow(other)).last).toMatch(/Not all requirements are met|Only one change at a time/)
})

test('an issue that somebody made and labelled is no change', async () => {
  const { data } = await as('bob').rest.issues.create({
    ...at,
    title: 'berlin: kubernetes',
    labels: ['deploy-change-request'],
  })
  const { result } = await say('olga', data.number, '/start')
  expect([result.decision, result.reason]).toEqual(['refused', 'input-invalid'])
})

test('what goes with another pull request waits until that one is merged or green', async () => {
  await commitOn(as('olga'), at, 'linked-pull-request', { 'docs/upgrade.md': 'How.\n' })
  const { data: pull } = await as('olga').rest.pulls.create({
    ...at,
    base: 'main',
    head: 'linked-pull-request',
    title: 'With it',
  })
  await hear('olga', { ...upgrade, 'linked-pull-request': `#${pull.number}` }, '61')
  const issue = await newestIssue()
  const listed = async (): Promise<string> => {
    await agree(issue)
    // What could be a link is taken apart.
    return ((await issueNow(issue)).lists[0] ?? '').replaceAll('\u200b', '')
  }
  const what = 'the linked pull request, merged or ready to merge'
  expect(await listed()).toContain(`- [ ] ${what} (#${pull.number} is open, and its check is not green)`)

  // A word does not stand for it.
  await say('olga', issue, '/evidence linked-pull-request it is there')
  expect((await issueNow(issue)).lists[0]).toContain(`- [ ] ${what}`)

  await as('olga').rest.pulls.update({ ...at, pull_number: pull.number, state: 'closed' })
  expect(await listed()).toContain(`- [ ] ${what} (#${pull.number} was closed and not merged)`)
  await as('olga').rest.pulls.update({ ...at, pull_number: pull.number, state: 'open' })
  const settings = setup.github.repository(repoNames.deploy)
  const { requiredCheck } = settings
  delete settings.requiredCheck
  await as('olga').rest.pulls.merge({ ...at, pull_number: pull.number })
  if (requiredCheck) settings.requiredCheck = requiredCheck
  expect(await listed()).toContain(`- [x] ${what} (#${pull.number} is merged)`)
})
