import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { released } from '../fixtures/released.js'
import { type Started, startAction } from '../fixtures/start-action.js'

// These need no Helm: the range check comes before the first call of it, and without it "tool-missing" says that all before was right.
let deployRepo: DeployRepo

beforeAll(async () => {
  deployRepo = await startDeployRepo()
})
afterAll(() => deployRepo[Symbol.asyncDispose]())

async function plan(commit: string): Promise<Started> {
  const workspace = await deployRepo.checkout(commit)
  return startAction('helm-deploy', {
    inputs: { mode: 'plan', token: deployRepo.tokens.job },
    env: deployRepo.env(commit, workspace, { PATH: deployRepo.noTools }),
  })
}

/** A gated bump on top of a commit that is verified everywhere; what stands against its deploy, the test adds. */
async function mergedBump(): Promise<{ verified: string; merged: string }> {
  const verified = await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  return { verified, merged: await deployRepo.merge(pr) }
}

test('a cluster that nothing is recorded of has to be adopted first', async () => {
  const { code, result, log } = await plan(await deployRepo.head())

  expect(code).toBe(1)
  expect(result).toMatchObject({
    decision: 'refused',
    reason: 'not-adopted',
    message: expect.stringContaining('staging'),
  })
  expect(log).toContain('adopt.yml')
})

test("a record that is not the gate App's is not believed", async () => {
  const head = await deployRepo.head()
  for (const cluster of ['staging', 'primary']) await deployRepo.recordSuccess(cluster, head, {}, deployRepo.tokens.ada)

  expect((await plan(head)).result.reason).toBe('not-adopted')
})

test("a gate App's deployment with somebody else's success is not believed", async () => {
  const head = await deployRepo.head()
  const { data } = await deployRepo.as(deployRepo.tokens.gate).rest.repos.createDeployment({
    ...at,
    ref: head,
    environment: 'staging',
    task: 'deploy',
    auto_merge: false,
    required_contexts: [],
    payload: { schema: 1, cluster: 'staging', run: '1/1', commit: head, releases: [] },
  })
  if (!('id' in data)) throw new Error('no deployment')
  await deployRepo
    .as(deployRepo.tokens.ada)
    .rest.repos.createDeploymentStatus({ ...at, deployment_id: data.id, state: 'success' })

  expect((await plan(head)).result.reason).toBe('not-adopted')
})

test('a gated bump passes the range check, and only then Helm is asked for', async () => {
  const { merged } = await mergedBump()

  expect((await plan(merged)).result).toMatchObject({
    reason: 'tool-missing',
    message: expect.stringContaining('helm'),
  })
})

test('what the gate let in without a proof passes the range check, as exactly that change', async () => {
  await deployRepo.verified()
  const pr = await deployRepo.open({ 'docs/index.md': 'hello\n' })
  const gate = await startAction('infra-change-gate', {
    inputs: {
      ...{ mode: 'check', token: deployRepo.tokens.gate },
      ...{ 'upstream-token': deployRepo.tokens.job, 'pull-request': String(pr.number) },
    },
    env: deployRepo.env(pr.head, deployRepo.dir),
  })
  expect([gate.result.decision, gate.result.reason]).toEqual(['success', 'no-cluster-effect'])
  expect((await plan(await deployRepo.merge(pr))).result.reason).toBe('tool-missing')

  const other = await deployRepo.open({ 'config/common.yaml': 'hub: { greeting: changed }\n' })
  await deployRepo.check(other)
  expect((await plan(await deployRepo.merge(other))).result.reason).toBe('unreviewed-commit')
})

test.each([
  ['version-blocked', 'deploy-blocked-version'],
  ['deploy-freeze', 'deploy-freeze'],
])('an open issue stops the plan, a closed one does not: %s', async (reason, label) => {
  const { merged: commit } = await mergedBump()
  const client = deployRepo.as(deployRepo.tokens.ada)
  const { data: issue } = await client.rest.issues.create({ ...at, title: 'Stop ::error::it', labels: [label] })

  const { code, result } = await plan(commit)
  expect(code).toBe(1)
  expect(result).toMatchObject({ decision: 'refused', reason, message: expect.stringContaining(`#${issue.number}`) })

  await client.rest.issues.update({ ...at, issue_number: issue.number, state: 'closed' })
  expect((await plan(commit)).result.reason).toBe('tool-missing')
})

test('a direct push stops the plan and is named with its author', async () => {
  await mergedBump()
  const pushed = await deployRepo.push({ 'config/common.yaml': 'hub: { greeting: changed }\n' })

  expect((await plan(pushed)).result).toMatchObject({
    reason: 'unreviewed-commit',
    message: expect.stringMatching(new RegExp(`${pushed.slice(0, 7)}.*ada`)),
  })
})

test('a direct push below a good bump stops the plan as well', async () => {
  await deployRepo.verified()
  const pushed = await deployRepo.push({ 'README.md': 'hello\n' })
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)

  expect((await plan(await deployRepo.merge(pr))).result).toMatchObject({
    reason: 'unreviewed-commit',
    message: expect.stringContaining(pushed.slice(0, 7)),
  })
})

test('a direct push of which nothing is left stops nothing, however it was taken back', async () => {
  await deployRepo.verified()
  const pushed = await deployRepo.push({ 'config/common.yaml': 'hub: { greeting: changed }\n' })
  expect((await plan(pushed)).log).toContain(`git revert ${pushed.slice(0, 7)}`)

  const revert = await deployRepo.open({ 'config/common.yaml': 'hub: { greeting: hello }\n' })
  expect((await plan(await deployRepo.merge(revert))).result.reason).toBe('tool-missing')

  const bump = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(bump)
  expect((await plan(await deployRepo.merge(bump))).result.reason).toBe('tool-missing')
})

test('a push that was taken back only in part stops the plan', async () => {
  await deployRepo.verified()
  const pushed = await deployRepo.push({
    'config/common.yaml': 'a: 1\n',
    'config/primary.yaml': 'host: evil.example\n',
  })
  const back = await deployRepo.push({ 'config/common.yaml': 'hub: { greeting: hello }\n' })

  expect((await plan(back)).result).toMatchObject({
    reason: 'unreviewed-commit',
    message: expect.stringContaining(pushed.slice(0, 7)),
  })
})

test.each<[string, (on: DeployRepo, pr: { number: number; head: string }) => Promise<void>, RegExp]>([
  ['without any check', async () => {}, /without a check/],
  ['with a red check', (on, pr) => on.check(pr, 'failure'), /the gate had not succeeded/],
  ["with another pull request's check", (on, pr) => on.check(pr, 'success', pr.number + 1), /another pull request/],
  [
    'with a check by a workflow of its own',
    (on, pr) => on.check(pr, 'success', pr.number, on.github.mintJobToken(deploy, { checks: 'write' }, 7)),
    /without a check/,
  ],
])('a pull request merged %s stops the plan', async (_, check, message) => {
  await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await check(deployRepo, pr)

  expect((await plan(await deployRepo.merge(pr))).result).toMatchObject({
    reason: 'unreviewed-commit',
    message: expect.stringMatching(message),
  })
})

test('a pull request that is more than a bump stops the plan, whatever its check says', async () => {
  await deployRepo.verified()
  const pr = await deployRepo.open({
    ...(await deployRepo.bump(deployRepo.versions[1] ?? '')),
    'config/primary.yaml': 'host: evil.example\n',
  })
  await deployRepo.check(pr)

  expect((await plan(await deployRepo.merge(pr))).result).toMatchObject({
    reason: 'unreviewed-commit',
    message: expect.stringContaining('not a pure bump'),
  })
})

test('a re-run of an old run does not go back', async () => {
  const { merged, verified } = await mergedBump()
  for (const cluster of ['staging', 'primary']) await deployRepo.recordSuccess(cluster, merged, { run: '2/1' })

  expect((await plan(verified)).result).toMatchObject({ reason: 'outdated-commit' })
})

test('a values file that the policy names and that is not there is named', async () => {
  const { code, result } = await startAction('helm-deploy', {
    inputs: { mode: 'plan', token: deployRepo.tokens.job },
    env: deployRepo.env(await deployRepo.head(), await withoutFile('config/primary.yaml'), {
      PATH: deployRepo.noTools,
    }),
  })

  expect(code).toBe(1)
  expect(result).toMatchObject({ reason: 'target-missing', message: expect.stringContaining('config/primary.yaml') })
})

async function withoutFile(path: string): Promise<string> {
  const workspace = await deployRepo.checkout(await deployRepo.head())
  await rm(join(workspace, path))
  return workspace
}

const meta = () => released({ components: { hub: deployRepo.versions[1] ?? '' } })
const monitor = released({ name: 'monitor', namespace: 'monitoring', revision: 7 })

const deployed = (commit: string, change: object = {}) =>
  JSON.stringify({
    schema: 1,
    action: 'helm-deploy',
    decision: 'deployed',
    reason: 'ok',
    message: 'staging has it',
    cluster: 'staging',
    releases: [meta(), monitor],
    commit,
    run: '100/1',
    evidence: [],
    ...change,
  })

const verified = (commit: string, change: object = {}) =>
  JSON.stringify({
    schema: 1,
    action: 'smoke-test',
    decision: 'verified',
    reason: 'ok',
    message: 'staging serves it',
    cluster: 'staging',
    releases: [meta(), monitor],
    commit,
    run: '100/1',
    verdict: 'pass',
    evidence: [],
    ...change,
  })

async function record(
  commit: string,
  inputs: Record<string, string>,
  token = deployRepo.tokens.gate,
): Promise<Started> {
  const workspace = await deployRepo.checkout(commit)
  return startAction('helm-deploy', {
    inputs: { mode: 'record', cluster: 'staging', token, ...inputs },
    env: deployRepo.env(commit, workspace, { PATH: deployRepo.noTools }),
  })
}

/** A commit that nothing is recorded of. */
const newCommit = (): Promise<string> => deployRepo.push({ 'README.md': `${++commits}\n` })
let commits = 0

async function statuses(sha: string): Promise<{ state: string; payload: unknown; description: string | null }[]> {
  const client = deployRepo.as(deployRepo.tokens.ada)
  const { data } = await client.rest.repos.listDeployments({ ...at, environment: 'staging', sha })
  const lists = await Promise.all(
    data.map(async ({ id, payload }) => {
      const { data: all } = await client.rest.repos.listDeploymentStatuses({ ...at, deployment_id: id })
      return all.map(({ state, description }) => ({ state: state as string, payload: payload as unknown, description }))
    }),
  )
  return lists.flat()
}

test('a verified deploy is recorded as success, once, with what the next deploy must know', async () => {
  const head = await newCommit()
  const inputs = { 'deploy-result': deployed(head), 'smoke-result': verified(head) }

  expect((await record(head, inputs)).result).toMatchObject({ decision: 'recorded', reason: 'ok', verdict: 'pass' })
  expect((await record(head, inputs)).result).toMatchObject({ decision: 'recorded', reason: 'up-to-date' })

  expect(await statuses(head)).toEqual([
    expect.objectContaining({
      state: 'success',
      payload: {
        schema: 1,
        cluster: 'staging',
        run: '100/1',
        commit: head,
        releases: [meta(), monitor],
        verdict: 'pass',
      },
    }),
  ])
})

test('a cut-off deploy is recorded as failure and verifies nothing', async () => {
  const head = await newCommit()

  expect((await record(head, {})).code).toBe(0)
  expect(await statuses(head)).toEqual([
    expect.objectContaining({ state: 'failure', description: expect.stringContaining('interrupted') }),
  ])
})

test.each<[string, object | undefined, object | undefined]>([
  ['no smoke test', {}, undefined],
  ['a flaky one', {}, { decision: 'not-verified', verdict: 'flaky', reason: 'smoke-flaky' }],
  ['one of another revision', {}, { releases: [released(), { ...monitor, revision: 6 }] }],
  ['one of another release only', {}, { releases: [monitor] }],
  ['one of a cluster where nothing was deployed', { releases: [] }, { releases: [] }],
  ['a failed deploy', { decision: 'failed', reason: 'unhealthy' }, {}],
])('%s is no success', async (_, deploy, smoke) => {
  const head = await newCommit()
  await record(head, {
    'deploy-result': deployed(head, deploy),
    ...(smoke === undefined ? {} : { 'smoke-result': verified(head, smoke) }),
  })

  expect((await statuses(head)).map(({ state }) => state)).toEqual(['failure'])
})

test.each([
  ['another commit', { commit: 'f'.repeat(40) }],
  ['another run', { run: '99/1' }],
  ['another cluster', { cluster: 'primary' }],
])('a result of %s is refused, and nothing is recorded', async (_, change) => {
  const head = await newCommit()
  const { code, result } = await record(head, {
    'deploy-result': deployed(head, change),
    'smoke-result': verified(head, change),
  })

  expect(code).toBe(1)
  expect(result.reason).toBe('input-invalid')
  expect(await statuses(head)).toEqual([])
})

test('a pass that a failed smoke test of the attempt before left behind is none for another deploy', async () => {
  // A17: a job that fails again and says nothing keeps the outputs that it had.
  const commit = await newCommit()
  const { result } = await record(commit, {
    'deploy-result': deployed(commit, { run: '100/2' }),
    'smoke-result': verified(commit, { run: '100/1' }),
  })
  expect(result.message).not.toContain('is verified')
  expect((await statuses(commit)).map(({ state }) => state)).toEqual(['failure'])
})

test('a token that may not write deployments is told which permission it lacks', async () => {
  const head = await deployRepo.head()
  const { code, result, log } = await record(
    head,
    { 'deploy-result': deployed(head), 'smoke-result': verified(head) },
    deployRepo.tokens.job,
  )

  expect(code).toBe(1)
  expect(result.reason).toBe('missing-permission')
  expect(log).toContain('deployments: write')
})

test('a deploy with a plan of another attempt is refused before anything is touched', async () => {
  const head = await deployRepo.head()
  const plan = JSON.stringify({ schema: 1, run: '100/1', commit: head, clusters: [{ name: 'staging', from: head }] })
  const { code, result } = await startAction('helm-deploy', {
    inputs: { mode: 'deploy', cluster: 'staging', kubeconfig: 'x', token: deployRepo.tokens.job, plan },
    env: deployRepo.env(head, await deployRepo.checkout(head), { PATH: deployRepo.noTools, GITHUB_RUN_ATTEMPT: '2' }),
  })

  expect(code).toBe(1)
  expect(result).toMatchObject({ decision: 'refused', reason: 'stale-plan' })
})
