import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { appNumbers, clusterNames, repoNames } from '../../rehearsal/fixtures/names.js'
import type { RehearsalUser } from '../../rehearsal/fixtures/users.js'
import type { WorkflowRun } from '../../rehearsal/github/types.js'
import { waitUntil } from '../../rehearsal/scenarios/until.js'
import { type AttackedInstallation, deploy, startAttackedInstallation } from '../fixtures/attacked-installation.js'
import { conclusions, jobOf } from '../fixtures/emulator-with-runner.js'

const lock = '.github/deploy-lock.yml'
const policy = '.github/deploy-policy.yml'
const gateWorkflow = '.github/workflows/gate.yml'
const values = 'service/values.yaml'
const bumpBranch = 'lockstep/bump/hub'
const evil = (text: string): string => text.replace('replicas: 2', 'replicas: 0')

let installation: AttackedInstallation
/** The honest bump that most attacks hide behind: ada merged upstream, all the rest came by itself. */
let bump: number

beforeAll(async () => {
  installation = await startAttackedInstallation()
  const { ada } = installation.people
  const number = await ada.propose(repoNames.hub, {
    title: 'Say how the hub is in one more word',
    branch: 'one-more-word',
    edit: { 'image/start.sh': (text) => text.replace('{"ok": true}', '{"ok": true, "mood": "calm"}') },
  })
  await ada.merge(repoNames.hub, number)
  bump = await waitUntil('the bump', 60, async () => {
    const { data } = await ada.github.rest.pulls.list({ ...deploy, head: `jupiter:${bumpBranch}` })
    return data[0]?.number
  })
  expect(await gateSays(bump)).toMatchObject({ conclusion: 'success' })
})

/** The same bump made by hand, on a branch of its own; returns its number when the gate is green. */
async function proposeBump(branch: string): Promise<number> {
  const { ada } = installation.people
  const number = await installation.propose(ada, branch, { edit: await bumpedFiles() })
  expect(await gateSays(number)).toMatchObject({ conclusion: 'success' })
  return number
}

async function bumpedFiles(): Promise<Record<string, () => string>> {
  const { github } = installation.people.ada
  const read = async (path: string): Promise<string> => {
    const file = { ...deploy, path, ref: bumpBranch, mediaType: { format: 'raw' } }
    return String((await github.rest.repos.getContent(file)).data)
  }
  const [chart, pinned] = [await read('service/Chart.yaml'), await read(lock)]
  return { 'service/Chart.yaml': () => chart, [lock]: () => pinned }
}

afterAll(() => installation[Symbol.asyncDispose]())

afterEach(async () => {
  await installation.restore()
  // Whatever was tried, in whatever order: nobody ever used a cluster's credentials.
  expect(installation.touched).toEqual([])
})

/** What the gate App, and nobody else, said about the head of a pull request. */
async function gateSays(pull_number: number) {
  const { github } = installation.people.olga
  const { data } = await github.rest.pulls.get({ ...deploy, pull_number })
  return waitUntil(`the gate about #${pull_number}`, 60, async () => {
    const at = { ...deploy, ref: data.head.sha, check_name: 'lockstep / gate', app_id: appNumbers.gate }
    const { data: checks } = await github.rest.checks.listForRef(at)
    const done = checks.check_runs.find(({ status }) => status === 'completed')
    return done && { conclusion: done.conclusion, title: done.output.title, summary: done.output.summary }
  })
}

const refusalOf = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it was done',
    (error: Error) => error.message,
  )

/** Without the escapes that keep strangers' text from being Markdown. */
const plainly = (text: string | null | undefined): string => (text ?? '').replaceAll('\\', '')

const merge = (who: RehearsalUser, number: number): Promise<string> => refusalOf(who.merge(repoNames.deploy, number))

/** The deploy that main's tip started, when it has ended. */
async function deployRun(): Promise<WorkflowRun> {
  await installation.runner.idle()
  const run = installation.runs.findLast(({ workflow }) => workflow === '.github/workflows/deploy.yml')
  if (!run) throw new Error('Nothing started deploy.yml')
  return run
}

/** An admin merges past the ruleset. */
async function mergedAnyway(number: number): Promise<WorkflowRun> {
  installation.emulator.repository(repoNames.deploy).adminsMayBypass = true
  expect(await merge(installation.people.olga, number)).toBe('it was done')
  return deployRun()
}

const notReached = ['staging', 'canary', 'primary', 'rest', 'rollback', 'git']
/** Whether the issue about it was kept is each test's own business. */
const stoppedAtPlan = { plan: 'failure', ...Object.fromEntries(notReached.map((job) => [job, 'skipped'])) }

function expectRefusal(run: WorkflowRun, ...words: string[]): void {
  expect(conclusions(run)).toMatchObject(stoppedAtPlan)
  const { log } = jobOf(run, 'plan')
  for (const word of words) expect(log).toContain(word)
}

test("a pull request whose own workflow says what the gate says is not believed, and gets nobody's keys", async () => {
  const { bob } = installation.people
  const forgery = `
name: forgery
on: pull_request
jobs:
  check:
    runs-on: ubuntu-latest
    permissions: { checks: write, statuses: write }
    steps:
      - shell: bash
        env: { TOKEN: "\${{ github.token }}", HEAD: "\${{ github.event.pull_request.head.sha }}" }
        run: |
          node --input-type=module <<'SCRIPT'
          const { TOKEN, HEAD, GITHUB_API_URL, GITHUB_REPOSITORY } = process.env
          const post = async (path, body) => {
            const headers = { authorization: 'Bearer ' + TOKEN, 'content-type': 'application/json' }
            const url = GITHUB_API_URL + '/repos/' + GITHUB_REPOSITORY + path
            console.log(path, (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).status)
          }
          const name = 'lockstep / gate'
          await post('/check-runs', { name, head_sha: HEAD, status: 'completed', conclusion: 'success' })
          await post('/statuses/' + HEAD, { context: name, state: 'success' })
          SCRIPT
  steal-gate:
    runs-on: ubuntu-latest
    environment: { name: lockstep, deployment: false }
    steps: [{ run: 'echo "\${#KEY} bytes"', env: { KEY: "\${{ secrets.LOCKSTEP_GATE_APP_KEY }}" } }]
  steal-cluster:
    runs-on: ubuntu-latest
    environment: { name: staging, deployment: false }
    steps: [{ run: 'echo "\${#KEY} bytes"', env: { KEY: "\${{ secrets.KUBECONFIG }}" } }]
`
  const edit = { '.github/workflows/forgery.yml': () => forgery, [values]: evil }
  const number = await installation.propose(bob, 'forgery', { edit })
  const verdict = await gateSays(number)
  await installation.runner.idle()

  const run = installation.runs.find(({ name }) => name === 'forgery')
  expect(conclusions(run)).toEqual({ check: 'success', 'steal-gate': 'failure', 'steal-cluster': 'failure' })
  expect(jobOf(run, 'check').log).toMatch(/\/check-runs 201[\s\S]*\/statuses\/\w+ 201/)
  expect(jobOf(run, 'steal-gate').log).toContain('is not allowed to deploy to lockstep')
  expect(jobOf(run, 'steal-cluster').log).toContain('is not allowed to deploy to staging')

  expect(verdict).toMatchObject({ conclusion: 'failure', title: expect.stringContaining('it needs review') })
  expect(verdict.summary).toContain('forgery')
  expect(await merge(bob, number)).toContain('Required status check "lockstep / gate" is failing')
  expectRefusal(await mergedAnyway(number), `#${number}`, 'was merged although the gate had not succeeded')
})

test.each([
  [
    'the policy',
    policy,
    (text: string) => text.replace('gate: { id: 1001, bot: 90001001 }', 'gate: { id: 1003, bot: 90001003 }'),
    'deploy-policy.yml',
  ],
  ["the gate's workflow", gateWorkflow, (text: string) => text.replace(/infra-change-gate@0{40}/, 'x@v1'), 'gate.yml'],
  [
    'another line of the lock file',
    lock,
    (text: string) => text.replace(/("builder":[\s\S]*?sha256: ")\w{8}/, '$100000000'),
    'deploy-lock.yml',
  ],
  [
    'the pinned bytes',
    lock,
    (text: string) => text.replace(/("hub":[\s\S]*?sha256: ")\w{8}/, '$100000000'),
    'The lock file pins hub',
  ],
])('a bump that changes %s with it is no bump', async (what, path, edit, words) => {
  const { bob } = installation.people
  const number = await installation.propose(bob, `with-${what.replace(/\W+/g, '-')}`, {
    from: bumpBranch,
    edit: { [path]: edit },
  })

  const verdict = await gateSays(number)
  expect(verdict.conclusion).toBe('failure')
  expect(plainly(verdict.summary)).toContain(words)
  expect(await merge(bob, number)).toContain('Required status check "lockstep / gate" is failing')

  const run = await mergedAnyway(number)
  expect(conclusions(run)).toMatchObject(stoppedAtPlan)
  expect(jobOf(run, 'plan').log).toMatch(
    /::error::.*(is not a pure bump|although the gate had not succeeded|Nothing is recorded)/,
  )
})

test('a commit pushed to the bump branch after the check went green is judged anew', async () => {
  const { bob } = installation.people
  const number = await proposeBump('pushed-after')
  const judged = (await bob.github.rest.pulls.get({ ...deploy, pull_number: number })).data.head.sha
  await installation.push(bob, { from: 'pushed-after', to: 'pushed-after', edit: { [values]: evil } })

  // At once: the new head has no check yet, and the old one's does not count for it.
  expect(await merge(bob, number)).toMatch(/Required status check "lockstep \/ gate" is (expected|failing)/)
  const asJudged = bob.github.rest.pulls.merge({ ...deploy, pull_number: number, sha: judged })
  expect(await refusalOf(asJudged)).toContain('Head branch was modified')

  expect(await gateSays(number)).toMatchObject({
    conclusion: 'failure',
    title: expect.stringContaining('it needs review'),
  })
  expect(await merge(bob, number)).toContain('is failing')
  expectRefusal(await mergedAnyway(number), `#${number}`, 'was merged although the gate had not succeeded')
})

test('a merge that brings more than the pull request that was judged is seen in the merged tree', async () => {
  const number = await proposeBump('evil-merge')
  installation.emulator.repository(repoNames.deploy).adminsMayBypass = true
  const { olga } = installation.people
  await installation.push(olga, { merge: 'evil-merge', to: 'main', edit: { [values]: evil } })

  const { data: pull } = await olga.github.rest.pulls.get({ ...deploy, pull_number: number })
  expect(pull.merged).toBe(true)
  expectRefusal(
    await deployRun(),
    `#${number}`,
    'is not a pure bump',
    `It changes more than the version of hub: ${values}`,
  )
})

test("the bump App's key in a stranger's hands opens pull requests, and nothing more", async () => {
  const { github, token } = await installation.asApp('bump')
  const stranger = { login: 'x-access-token', token }
  const head = await installation.push(stranger, { to: 'stranger', edit: { [values]: evil } })
  const { data: pull } = await github.rest.pulls.create({
    ...deploy,
    title: 'Bump hub',
    head: 'stranger',
    base: 'main',
  })
  expect(await gateSays(pull.number)).toMatchObject({ conclusion: 'failure' })

  const merging = github.rest.pulls.merge({ ...deploy, pull_number: pull.number })
  expect(await refusalOf(merging)).toContain('Required status check "lockstep / gate" is failing')
  const check = { name: 'lockstep / gate', head_sha: head, status: 'completed', conclusion: 'success' } as const
  const denied = 'Resource not accessible by integration'
  expect(await refusalOf(github.rest.checks.create({ ...deploy, ...check }))).toContain(denied)
  const status = { sha: head, context: 'lockstep / gate', state: 'success' } as const
  expect(await refusalOf(github.rest.repos.createCommitStatus({ ...deploy, ...status }))).toContain(denied)
  const record = { ref: head, environment: 'staging', required_contexts: [] }
  expect(await refusalOf(github.rest.repos.createDeployment({ ...deploy, ...record }))).toContain(denied)
  const dispatch = { workflow_id: 'adopt.yml', ref: 'main', inputs: { cluster: 'staging' } }
  expect(await refusalOf(github.rest.actions.createWorkflowDispatch({ ...deploy, ...dispatch }))).toContain(denied)

  const violation = 'Repository rule violations found'
  expect(await refusalOf(installation.push(stranger, { to: 'main', edit: { [values]: evil } }))).toContain(violation)
  expect(await refusalOf(github.rest.git.updateRef({ ...deploy, ref: 'heads/main', sha: head }))).toContain(violation)
  const workflow = { '.github/workflows/gate.yml': () => 'name: gate\non: push\njobs: {}\n' }
  expect(await refusalOf(installation.push(stranger, { to: 'main', edit: workflow }))).toContain(
    'without `workflows` permission',
  )

  const before = installation.runs.length
  await github.rest.repos.createDispatchEvent({ ...deploy, event_type: 'deploy' })
  await installation.runner.idle()
  expect(installation.runs.slice(before)).toEqual([])
  expect(
    installation.runs.filter(({ workflow }) => /deploy|adopt/.test(workflow)).every(({ jobs }) => jobs.length > 0),
  ).toBe(true)
})

test('a direct push to main by an admin stops at the plan, whatever is recorded by hand', async () => {
  const { bob, olga } = installation.people
  installation.emulator.repository(repoNames.deploy).adminsMayBypass = true
  const sha = await installation.push(olga, { to: 'main', edit: { [values]: evil } })
  const first = await deployRun()
  expectRefusal(first, `${sha.slice(0, 7)} by`, 'it was pushed directly', 'Revert it with a pull request')
  expect(conclusions(first)).toMatchObject({ ungated: 'success' })

  // Anybody with write access can make GitHub say that it was deployed; only the gate App's word counts.
  for (const environment of clusterNames) {
    const { data } = await bob.github.rest.repos.createDeployment({
      ...deploy,
      ref: sha,
      environment,
      task: 'deploy',
      required_contexts: [],
      auto_merge: false,
    })
    const id = 'id' in data ? Number(data.id) : 0
    await bob.github.rest.repos.createDeploymentStatus({ ...deploy, deployment_id: id, state: 'success' })
  }
  const again = await installation.push(olga, { to: 'main', edit: { [values]: (text) => `${text}# again\n` } })
  expect(again).not.toBe(sha)
  expectRefusal(await deployRun(), `${sha.slice(0, 7)} by`, 'it was pushed directly')
})

test('a pull request on top of a direct push does not carry it in', async () => {
  const { olga } = installation.people
  installation.emulator.repository(repoNames.deploy).adminsMayBypass = true
  const sha = await installation.push(olga, { to: 'main', edit: { [values]: evil } })
  await deployRun()
  const number = await installation.propose(olga, 'harmless', { edit: { 'README.md': (text) => `${text}\n` } })
  await gateSays(number)
  expectRefusal(await mergedAnyway(number), `${sha.slice(0, 7)} by`, 'it was pushed directly')
})

test('a main that was rewritten is not deployed', async () => {
  const { github } = installation.people.olga
  installation.emulator.repository(repoNames.deploy).adminsMayBypass = true
  const { data: tip } = await github.rest.git.getCommit({ ...deploy, commit_sha: installation.verified })
  const other = { message: 'As if nothing had been', tree: tip.tree.sha, parents: tip.parents.map(({ sha }) => sha) }
  const { data: rewritten } = await github.rest.git.createCommit({ ...deploy, ...other })
  await github.rest.git.updateRef({ ...deploy, ref: 'heads/main', sha: rewritten.sha, force: true })

  expectRefusal(await deployRun(), 'is not a first-parent descendant', 'Was the default branch rewritten?')
})

test('adopting takes two operators: neither a writer, nor one operator twice, nor an App counts', async () => {
  const { bob, olga, otto } = installation.people
  const dispatch = async (who: Pick<RehearsalUser, 'github'>): Promise<WorkflowRun | undefined> => {
    const inputs = { cluster: 'staging' }
    await who.github.rest.actions.createWorkflowDispatch({ ...deploy, workflow_id: 'adopt.yml', ref: 'main', inputs })
    await installation.runner.idle()
    return installation.runs.findLast(({ workflow }) => workflow === '.github/workflows/adopt.yml')
  }
  const stranger = await dispatch(bob)
  expect(conclusions(stranger)).toEqual({ approve: 'failure', adopt: 'skipped' })
  expect(jobOf(stranger, 'approve').log).toContain('is not an operator: an adoption needs the approvals of two')

  for (let time = 1; time <= 2; time++) {
    const run = await dispatch(olga)
    expect(conclusions(run)).toEqual({ approve: 'success', adopt: 'skipped' })
    expect(jobOf(run, 'approve').log).toContain('a second operator has to approve it')
  }

  // Main moves on: what otto says is about another commit.
  installation.emulator.repository(repoNames.deploy).adminsMayBypass = true
  await installation.push(olga, { to: 'main', edit: { [values]: evil } })
  expect(conclusions(await dispatch(otto))).toEqual({ approve: 'success', adopt: 'skipped' })
})

test('a branch that adopts without asking anybody gets no keys', async () => {
  const { bob } = installation.people
  const adopt = '.github/workflows/adopt.yml'
  await installation.push(bob, { to: 'alone', edit: { [adopt]: (text) => text.replace("== 'true'", "!= 'never'") } })
  const inputs = { cluster: 'staging' }
  await bob.github.rest.actions.createWorkflowDispatch({ ...deploy, workflow_id: 'adopt.yml', ref: 'alone', inputs })
  await installation.runner.idle()
  const run = installation.runs.findLast(({ workflow }) => workflow === adopt)
  expect(jobOf(run, 'approve').log).toContain('is not allowed to deploy to lockstep')
})

test('a hold that a writer closes, or takes the label from, is there again', async () => {
  const { bob, olga } = installation.people
  const gate = await installation.asApp('gate')
  const hold = { ...deploy, title: 'Hold', body: 'Nothing is deployed.', labels: ['deploy-blocked-version'] }
  const { data: issue } = await gate.github.rest.issues.create(hold)
  const at = { ...deploy, issue_number: issue.number }
  const now = async (): Promise<unknown> => {
    await installation.runner.idle()
    const { data } = await bob.github.rest.issues.get(at)
    return [data.state, data.labels.map((label) => (typeof label === 'string' ? label : label.name))]
  }
  await bob.github.rest.issues.update({ ...at, state: 'closed' })
  expect(await now()).toEqual(['open', ['deploy-blocked-version']])
  await bob.github.rest.issues.removeLabel({ ...at, name: 'deploy-blocked-version' })
  expect(await now()).toEqual(['open', ['deploy-blocked-version']])
  await olga.github.rest.issues.update({ ...at, state: 'closed' })
  expect(await now()).toEqual(['closed', ['deploy-blocked-version']])
})
