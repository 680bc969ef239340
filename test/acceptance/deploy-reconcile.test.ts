import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { WorkflowRun } from '../../rehearsal/github/types.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { expectMissing } from '../fixtures/missing-permission.js'
import { recordAs } from '../fixtures/record-as.js'
import { type Start, type Started, startAction } from '../fixtures/start-action.js'

/** What the README lists, and not one more. */
const may = { actions: 'write', contents: 'read', deployments: 'read', issues: 'write' } as const

let deployRepo: DeployRepo
let token: string
/** The merged bump that is deployed now, and the run that does it. */
let commit: string
let run: WorkflowRun

beforeAll(async () => {
  deployRepo = await startDeployRepo()
  deployRepo.github.install(deployRepo.gateApp, 'hub-org/hub')
  token = deployRepo.github.mintJobToken(deploy, may, 1)
})
afterAll(() => deployRepo[Symbol.asyncDispose]())

beforeEach(async () => {
  for (const { number } of await openIssues()) await close(number)
  await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  commit = await deployRepo.merge(pr)
  run = deployRun('push')
})

test.each(['flaky', 'inconclusive'] as const)(
  'after a test that was %s, the deploy is started again, once',
  async (verdict) => {
    await ends('staging', verdict)

    const first = await retest()
    expect([first.code, first.result]).toMatchObject([0, { decision: 'retried', commit }])
    expect(run).toMatchObject({ attempt: 2, status: 'queued', triggeringActor: 'github-actions[bot]' })

    const second = await retest()
    expect([second.code, second.result]).toMatchObject([0, { decision: 'unchanged' }])
    expect(run.attempt).toBe(2)
  },
)

test('one clean pass ends it', async () => {
  await ends('staging', 'flaky')
  await retest()
  await ends('staging', 'pass')
  await ends('primary', 'pass')

  expect((await retest()).result.decision).toBe('unchanged')
  expect(run.attempt).toBe(2)
})

test('after three others, what is flaky goes back: held, reverted, and not tested again', async () => {
  for (const decision of ['retried', 'retried', 'retried', 'unchanged']) {
    expect((await rollBack()).result.decision).toBe('nothing-to-roll-back')
    await ends('staging', 'flaky')
    expect((await retest()).result.decision).toBe(decision)
  }
  expect(run.attempt).toBe(4)

  expect((await rollBack()).result).toMatchObject({ decision: 'reverted', reason: 'revert-pending' })
  expect((await openIssues('deploy-blocked-version')).map(({ body }) => body?.includes('staging is flaky'))).toEqual([
    true,
  ])
})

test('after three others, the operators are called where the test cannot tell: once, until the deploy is no longer waiting', async () => {
  for (const decision of ['retried', 'retried', 'retried', 'waiting']) {
    await ends('staging', 'inconclusive')
    expect((await retest()).result.decision).toBe(decision)
  }
  const again = await retest()
  expect([again.code, again.result]).toMatchObject([0, { decision: 'waiting', reason: 'smoke-inconclusive' }])
  expect((await rollBack()).result.decision).toBe('nothing-to-roll-back')

  const [call, ...others] = await openIssues('deploy-needs-operator')
  expect(others).toEqual([])
  expect(call?.title).toBe(`staging: it is unknown whether ${commit.slice(0, 7)} serves users`)
  expect(call?.body).toContain('@ada')
  expect(call?.body).toContain(`/actions/runs/${run.id}`)
  expect(run.attempt).toBe(4)

  await deployRepo.push({ 'docs/notes.md': `${run.id}\n` })
  expect((await retest()).result.decision).toBe('unchanged')
  expect(await openIssues('deploy-needs-operator')).toEqual([])
})

test('a call that somebody closed is not opened again', async () => {
  for (let attempt = 1; attempt <= 4; attempt++) {
    await ends('staging', 'inconclusive')
    await retest()
  }
  const [call] = await openIssues('deploy-needs-operator')
  await close(call?.number ?? 0)

  await retest()
  expect(await openIssues('deploy-needs-operator')).toEqual([])
})

test('a freeze keeps it waiting, and its end does not', async () => {
  await ends('staging', 'flaky')
  const { rest } = deployRepo.as(deployRepo.tokens.ada)
  const { data: freeze } = await rest.issues.create({ ...at, title: 'Wait', labels: ['deploy-freeze'] })

  expect((await retest()).result).toMatchObject({ decision: 'waiting', reason: 'deploy-freeze' })
  expect(run.attempt).toBe(1)

  await close(freeze.number)
  expect((await retest()).result.decision).toBe('retried')
})

test('nothing is started again where another cluster failed, for an adoption, or on a word of somebody else', async () => {
  await ends('staging', 'flaky', deployRepo.tokens.ada)
  expect((await retest()).result.decision).toBe('unchanged')

  const adoption = deployRun('workflow_dispatch')
  await ends('staging', 'flaky', deployRepo.tokens.gate, adoption)
  expect((await retest()).result.decision).toBe('unchanged')
  expect(adoption.attempt).toBe(1)

  await ends('staging', 'flaky')
  await ends('primary', 'fail')
  expect((await retest()).result.decision).toBe('unchanged')
  expect(run.attempt).toBe(1)
})

test.each(Object.keys(may) as (keyof typeof may)[])('without its permission for %s it says so', async (name) => {
  await ends('staging', 'flaky')
  const { [name]: _, ...others } = may

  expectMissing(await retest(deployRepo.github.mintJobToken(deploy, others, 1)), name)
  expect(run.attempt).toBe(1)
})

test('operators are called once, wherever it was killed before', { timeout: 240_000 }, async () => {
  for (let attempt = 1; attempt <= 4; attempt++) {
    await ends('staging', 'inconclusive')
    if (attempt < 4) await retest()
  }
  const calls = (dump: string): number => dump.match(/it is unknown whether/g)?.length ?? 0
  const before = calls(await deployRepo.github.dump())
  const killed = await killEverywhere(deployRepo.github, 'helm-deploy', await retestStart())

  expect(killed.different).toEqual([])
  expect(killed.states).toBe(2)
  expect(calls(killed.end)).toBe(before + 1)
})

function deployRun(event: string): WorkflowRun {
  const workflow = '.github/workflows/deploy.yml'
  return deployRepo.github.startRun({
    repo: deploy,
    workflow,
    name: 'deploy',
    event,
    headBranch: 'main',
    headSha: commit,
    actor: 'ada',
  })
}

/** The run's present attempt ends with this verdict of a cluster's smoke test. */
async function ends(
  cluster: string,
  verdict: 'pass' | 'flaky' | 'inconclusive' | 'fail',
  by = deployRepo.tokens.gate,
  of = run,
): Promise<void> {
  const reason = { pass: undefined, flaky: 'smoke-flaky', inconclusive: 'smoke-inconclusive', fail: 'smoke-failed' }
  await recordAs(
    { github: deployRepo.as(by) as never, repo: deploy, gateBot: deployRepo.gateBot },
    {
      schema: 1,
      cluster,
      run: `${of.id}/${of.attempt}`,
      commit,
      releases: [],
      verdict,
      ...(reason[verdict] === undefined ? {} : { reason: reason[verdict] }),
      outcome: verdict === 'pass' ? 'success' : 'failure',
      logUrl: `${deployRepo.github.url}/${deploy}/actions/runs/${of.id}`,
      environmentUrl: undefined,
      description: `${cluster} is ${verdict}`,
    },
  )
  deployRepo.github.updateRun(of.id, { status: 'completed', conclusion: verdict === 'pass' ? 'success' : 'failure' })
}

async function retestStart(by = token): Promise<Start> {
  const head = await deployRepo.head()
  return {
    inputs: { mode: 'reconcile', token: by },
    env: deployRepo.env(head, await deployRepo.checkout(head), {
      GITHUB_EVENT_NAME: 'schedule',
      PATH: deployRepo.noTools,
    }),
  }
}

const retest = async (by = token): Promise<Started> => startAction('helm-deploy', await retestStart(by))

/** What the deploy's own run does after a failure, in the job that holds the gate's key. */
async function rollBack(): Promise<Started> {
  return startAction('rollback', {
    inputs: { mode: 'revert', token: deployRepo.tokens.gate, 'upstream-token': deployRepo.tokens.gate, wait: '0s' },
    env: deployRepo.env(commit, await deployRepo.checkout(commit), {
      GITHUB_RUN_ID: String(run.id),
      PATH: deployRepo.noTools,
    }),
  })
}

async function openIssues(labels?: string) {
  const { data } = await deployRepo
    .as(deployRepo.tokens.ada)
    .rest.issues.listForRepo({ ...at, state: 'open', ...(labels ? { labels } : {}) })
  return data
}

const close = (issue_number: number) =>
  deployRepo.as(deployRepo.tokens.ada).rest.issues.update({ ...at, issue_number, state: 'closed' })
