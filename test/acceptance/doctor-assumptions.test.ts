import { getOctokit } from '@actions/github'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { definition } from '../../actions/doctor/io.js'
import { examineSetup } from '../../actions/doctor/run.js'
import { appNumbers, rehearsalAppPermissions, repoNames } from '../../rehearsal/fixtures/names.js'
import { believedRows, type OpenRows } from '../../rehearsal/github/open-rows.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { externalId, gateCheckName, noDigest } from '../../shared/records/gate-check.js'
import { testAppJwt } from '../fixtures/app-jwt.js'
import { type DoctorSetup, startDoctorSetup } from '../fixtures/doctor-setup.js'
import { commitOn } from '../fixtures/repository-pair.js'
import { runInProcess } from '../fixtures/run-in-process.js'

let setup: DoctorSetup
const at = repoRef(repoNames.deploy)

beforeAll(async () => {
  setup = await startDoctorSetup()
})
afterAll(() => setup[Symbol.asyncDispose]())
afterEach(async () => {
  vi.useRealTimers()
  await setup.restore()
})

/** GitHub's moments are whole seconds: some seconds pass. */
const later = (): unknown => vi.setSystemTime(Date.now() + 5_000)

const client = (token: string): GitHub => getOctokit(token, { baseUrl: setup.github.url })

async function asGate(): Promise<GitHub> {
  const { inputs } = await setup.start()
  const app = client(await testAppJwt(appNumbers.gate, inputs['app-key'] ?? ''))
  const { data: installation } = await app.rest.apps.getRepoInstallation({ ...at })
  const asked = { installation_id: installation.id, repositories: [at.repo], permissions: rehearsalAppPermissions.gate }
  return client((await app.rest.apps.createInstallationAccessToken(asked)).data.token)
}

/** What a few weeks leave behind: an issue, records, a pull request with a word and its answer that merges by itself, one that is open. */
async function live(): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'] })
  const gate = await asGate()
  const olga = client(setup.people['olga']?.token ?? '')
  const { data: issue } = await gate.rest.issues.create({
    ...at,
    title: 'hold',
    body: 'one',
    labels: ['deploy-blocked-version'],
  })
  const edit = { ...at, issue_number: issue.number }
  const { data: labeled } = await gate.rest.issues.create({
    ...at,
    title: 'other',
    body: 'one',
    labels: ['internal-error'],
  })
  later()
  await gate.rest.issues.update({ ...edit, body: 'two' })
  await gate.rest.issues.addLabels({ ...at, issue_number: labeled.number, labels: ['deploy-freeze'] })
  later()
  await gate.rest.issues.update({ ...edit, body: 'three' })

  const about = { ...at, ref: 'main', auto_merge: false, required_contexts: [], payload: { schema: 1 } }
  for (const first of ['inactive', 'success'] as const) {
    const { data } = await gate.rest.repos.createDeployment({ ...about, task: 'word/1', environment: 'lockstep' })
    const status = { ...at, deployment_id: 'id' in data ? data.id : 0 }
    await gate.rest.repos.createDeploymentStatus({ ...status, state: first }).catch(() => {})
    await gate.rest.repos.createDeploymentStatus({ ...status, state: 'success' })
  }

  const tip = (await olga.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const pull = async (branch: string): Promise<{ number: number; head: string; node: string }> => {
    await olga.rest.git.createRef({ ...at, ref: `refs/heads/${branch}`, sha: tip })
    await commitOn(olga, at, branch, { [`${branch}.txt`]: 'x\n' })
    const { data } = await olga.rest.pulls.create({ ...at, title: branch, head: branch, base: 'main' })
    return { number: data.number, head: data.head.sha, node: data.node_id }
  }
  const [one] = [await pull('one'), await pull('two')]
  later()
  const { data: word } = await olga.rest.issues.createComment({ ...at, issue_number: one.number, body: '/merge' })
  later()
  await gate.rest.reactions.createForIssueComment({ ...at, comment_id: word.id, content: 'rocket' })

  setup.github.repository(repoNames.deploy).allowAutoMerge = true
  await olga.graphql(
    'mutation ($id: ID!) { enablePullRequestAutoMerge(input: { pullRequestId: $id }) { pullRequest { number } } }',
    { id: one.node },
  )
  const external = externalId({ pr: one.number, base: tip, digest: noDigest, tier: 'none' })
  const check = { ...at, name: gateCheckName, head_sha: one.head, external_id: external }
  await gate.rest.checks.create({ ...check, status: 'completed', conclusion: 'success' })
  await setup.github.settled()
}

/** What the doctor tells of each row. */
async function told(): Promise<Record<string, string>> {
  const { log, code } = await runInProcess(definition, examineSetup, await setup.start())
  expect(code).toBe(0)
  return Object.fromEntries(
    [...log.matchAll(/^([A-Z]\d+) (believed|other|unseen): /gm)].map(([, row, is]) => [row, is]),
  )
}

const asBelieved = {
  ...{ I9: 'believed', I10: 'believed', I11: 'believed', I14: 'believed', I15: 'believed', I16: 'believed' },
  ...{ C5: 'believed', C18: 'believed', C26: 'believed', C27: 'unseen', C28: 'believed', C32: 'believed' },
  ...{ C33: 'believed', C34: 'unseen', C36: 'unseen', D17: 'believed', D18: 'believed', D19: 'believed' },
  ...{ D20: 'believed', P8: 'believed' },
}

test('a new repository tells only what needs no past', async () => {
  expect(await told()).toEqual({
    ...Object.fromEntries(Object.keys(asBelieved).map((row) => [row, 'unseen'])),
    ...{ I14: 'believed', C26: 'believed', C28: 'believed', C32: 'believed', D17: 'believed', P8: 'believed' },
  })
})

test('the past of a repository tells what GitHub does, as it is believed', async () => {
  await live()
  expect(await told()).toEqual(asBelieved)
})

test.each<[Partial<OpenRows>, Record<string, string>]>([
  [{ labelsAtCreation: 'silent' }, { I9: 'other' }],
  [{ issueEditor: 'anything' }, { I10: 'other' }],
  [{ commentUpdates: 'anything' }, { I11: 'other' }],
  [{ jobsViewer: 'slug' }, { I14: 'other' }],
  [{ newestStatusFirst: false }, { D18: 'other' }],
  [{ inactiveFirst: false }, { D19: 'unseen' }],
  [{ hiddenBypassList: 'null' }, { C26: 'other' }],
  [{ bypassToldToApps: 'absent' }, { C27: 'other' }],
  [{ anySource: 'null' }, { C28: 'other' }],
  [{ rulesetsShownAsProtection: true }, { C32: 'other' }],
  [{ mergeSettingsFor: 'readers' }, { C34: 'believed' }],
  [{ jobsSeeOthersDeployments: false }, { D17: 'other' }],
  [{ othersByGraphQL: 'forbidden' }, { D17: 'other', P8: 'other' }],
  [{ othersByGraphQL: 'not-found' }, { D17: 'other', P8: 'other' }],
])('a GitHub that does %j is told so, and no other row changes', async (rows, differs) => {
  Object.assign(setup.github.openRows, believedRows(), rows)
  await live()
  expect(await told()).toEqual({ ...asBelieved, ...differs })
})

test.each(['bot', 'nobody'] as const)('whom GitHub names where a pull request merges by itself: %s', async (who) => {
  setup.github.repository(repoNames.deploy).mergedByOfAutoMerge = who
  await live()
  expect(await told()).toEqual({ ...asBelieved, I15: 'other' })
})

test('a job that may only what doctor.yml gave it before is told what it can see, and fails nothing', async () => {
  await live()
  const reader = setup.github.mintJobToken(repoNames.deploy, { actions: 'read', contents: 'read' }, 1)
  const start = await setup.start({ 'upstream-token': reader })
  const { code, result, log } = await runInProcess(definition, examineSetup, start)
  expect([code, result.evidence.filter(({ ok }) => !ok)]).toEqual([0, []])
  expect(log).toMatch(/^D18 unseen: .+/m)
  expect(log).toMatch(/^I14 believed: /m)
})
