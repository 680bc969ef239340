import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readBlockedVersion } from '../../shared/blocks/blocked-versions.js'
import { at, type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { recordAs } from '../fixtures/record-as.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const hub = { owner: 'hub-org', repo: 'hub' }
let deployRepo: DeployRepo
/** What was verified, and the merged bump on top of it that failed on staging. */
let verified: string
let failed: string
/** Counts runs, so that no test sees another's records. */
let run = 100

beforeAll(async () => {
  deployRepo = await startDeployRepo()
  deployRepo.github.install(deployRepo.gateApp, 'hub-org/hub')
})
afterAll(() => deployRepo[Symbol.asyncDispose]())

beforeEach(async () => {
  run++
  deployRepo.github.faults.clear()
  await closeIssues()
  verified = await deployRepo.verified()
  const pr = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  await deployRepo.check(pr)
  failed = await deployRepo.merge(pr)
})

test('after a failed deploy: one hold, one revert that the gate knows, one issue upstream; run again, nothing twice', async () => {
  await recordFailure('unhealthy')

  const first = await rollBack()
  expect([first.code, first.result]).toMatchObject([1, { decision: 'reverted', reason: 'revert-pending' }])
  const [pull, ...others] = await openPulls()
  expect(others).toEqual([])
  expect(pull?.head.ref).toBe(`lockstep/revert/${failed.slice(0, 7)}`)
  expect(pull?.labels.map(({ name }) => name)).toEqual(['deploy-revert'])

  expect((await judge(pull?.number ?? 0)).result).toMatchObject({ decision: 'success', reason: 'pure-revert' })

  const second = await rollBack()
  expect([second.code, second.result]).toMatchObject([0, { decision: 'reverted', reason: 'ok', commit: verified }])
  const third = await rollBack()
  expect([third.code, third.result]).toMatchObject([0, { decision: 'reverted', reason: 'up-to-date' }])

  const [hold, ...moreHolds] = await issues(at, 'open')
  expect(moreHolds).toEqual([])
  expect(readBlockedVersion(hold?.body)).toMatchObject({
    component: 'hub',
    version: deployRepo.versions[1],
    run: `${run}/1`,
  })
  const [told, ...moreTold] = await issues(hub, 'open')
  expect(moreTold).toEqual([])
  expect(told?.body).toContain('git revert')
  expect(told?.body).toContain('staging: it crashed')

  const main = await deployRepo.head()
  expect((await plan(failed)).result).toMatchObject({ decision: 'refused', reason: 'version-blocked' })
  // Only Helm is missing: the way back passes range and hold, and a freeze as well.
  expect((await plan(main)).result.reason).toBe('tool-missing')
  await deployRepo.as(deployRepo.tokens.ada).rest.issues.create({ ...at, title: 'Wait', labels: ['deploy-freeze'] })
  expect((await plan(main)).result.reason).toBe('tool-missing')
})

test.each(['squash', 'rebase'] as const)(
  'where only %s is allowed, the revert is merged so, and is still proven',
  async (method) => {
    const settings = deployRepo.github.repository(deploy)
    settings.mergeMethods = [method]
    try {
      await recordFailure('unhealthy')
      await rollBack()
      const [pull] = await openPulls()
      await judge(pull?.number ?? 0)
      deployRepo.github.faults.next({
        ...{ kind: 'status', status: 405, message: 'Base branch was modified. Review and try the merge again.' },
        match: { method: 'PUT', path: '*/merge' },
      })
      expect((await rollBack()).result).toMatchObject({ decision: 'reverted', reason: 'ok', commit: verified })
      const main = await deployRepo.head()
      const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.repos.getCommit({ ...at, ref: main })
      expect(data.parents).toHaveLength(1)
      // Only Helm is missing: the way back passes range and hold.
      expect((await plan(main)).result.reason).toBe('tool-missing')
    } finally {
      delete settings.mergeMethods
    }
  },
)

test('the gate lets no version in that contains what is held, until the hold is closed', async () => {
  await recordFailure('smoke-failed')
  await rollBack()
  const revert = (await openPulls()).find(({ head }) => head.ref.startsWith('lockstep/revert/'))
  await judge(revert?.number ?? 0)
  await rollBack()
  const more = await deployRepo.open({
    ...(await deployRepo.bump(deployRepo.versions[1] ?? '')),
    'README.md': 'not only\n',
  })
  expect((await judge(more.number)).result).toMatchObject({ decision: 'failure', reason: 'not-a-pure-bump' })
  const again = await deployRepo.open(await deployRepo.bump(deployRepo.versions[1] ?? ''))
  expect((await judge(again.number)).result).toMatchObject({ decision: 'failure', reason: 'version-blocked' })
  await closeIssues('deploy-blocked-version')
  expect((await judge(again.number)).result).toMatchObject({ decision: 'success', reason: 'pure-bump' })
})

test.each([403, 404, 500])(
  'hold and revert come although upstream answers %i; who could not be told is told later',
  { timeout: 240_000 },
  async (status) => {
    await recordFailure('unhealthy')
    deployRepo.github.faults.next({ kind: 'status', status, match: { path: '/repos/hub-org/hub*' }, times: 1_000 })

    const first = await rollBack()
    expect([first.code, first.result]).toMatchObject([1, { decision: 'reverted', reason: 'revert-pending' }])
    expect(first.log).toContain('The issue in hub-org/hub could not be opened')
    const [hold, ...moreHolds] = await issues(at, 'open')
    expect(moreHolds).toEqual([])
    expect(readBlockedVersion(hold?.body)).toMatchObject({ component: 'hub', version: deployRepo.versions[1] })

    const pull = (await openPulls()).find(({ head }) => head.ref.startsWith('lockstep/revert/'))
    expect((await judge(pull?.number ?? 0)).result).toMatchObject({ decision: 'success', reason: 'pure-revert' })
    const second = await rollBack()
    expect([second.code, second.result]).toMatchObject([1, { decision: 'reverted', reason: 'ok' }])

    deployRepo.github.faults.clear()
    expect((await rollBack()).code).toBe(0)
    expect(await issues(at, 'open')).toHaveLength(1)
    expect(await issues(hub, 'open')).toHaveLength(1)
    expect((await plan(failed)).result).toMatchObject({ decision: 'refused', reason: 'version-blocked' })
  },
)

test('hold and revert come without a token for upstream', async () => {
  await recordFailure('unhealthy')
  // As GitHub answers the deploy repo's own token there.
  deployRepo.github.faults.next({
    kind: 'status',
    status: 404,
    match: { method: 'POST', path: '/repos/hub-org/hub/issues' },
  })

  const { code, result, log } = await rollBack({ 'upstream-token': '' })

  expect([code, result]).toMatchObject([1, { decision: 'reverted', reason: 'revert-pending' }])
  expect(log).toContain('The issue in hub-org/hub could not be opened')
  expect(await issues(at, 'open')).toHaveLength(1)
})

test('a file that was changed again since makes an issue with the commands, once, and no pull request', async () => {
  await deployRepo.push({ 'config/common.yaml': 'hub: { greeting: changed }\n' })
  await recordFailure('unhealthy')

  const results = [await rollBack(), await rollBack()]
  for (const { code, result } of results) {
    expect([code, result]).toMatchObject([1, { decision: 'irreversible', reason: 'revert-conflict' }])
  }
  expect((await openPulls()).filter(({ head }) => head.ref.startsWith('lockstep/revert/'))).toEqual([])
  const [conflict, ...others] = await issues(at, 'open', 'deploy-revert')
  expect(others).toEqual([])
  expect(conflict?.body).toContain(`git restore --source ${verified} -- config/common.yaml`)
})

test('other work that was merged meanwhile stays', async () => {
  await deployRepo.push({ 'docs/notes.md': 'meanwhile\n' })
  await recordFailure('unhealthy')
  await rollBack()

  const [pull] = (await openPulls()).filter(({ head }) => head.ref.startsWith('lockstep/revert/'))
  const { data: files } = await deployRepo
    .as(deployRepo.tokens.ada)
    .rest.pulls.listFiles({ ...at, pull_number: pull?.number ?? 0 })
  expect(files.map(({ filename }) => filename)).toEqual(['.github/deploy-lock.yml', 'meta/Chart.yaml'])
})

test.each(['smoke-flaky', 'smoke-inconclusive', 'cluster-unreachable'])(
  'what the change is not to blame for takes nothing back: %s',
  async (reason) => {
    await recordFailure(reason)

    expect((await rollBack()).result.decision).toBe('nothing-to-roll-back')
    expect(await issues(at, 'open')).toEqual([])
  },
)

test('a failure that somebody else recorded is not believed', async () => {
  await recordFailure('unhealthy', deployRepo.tokens.ada)

  expect((await rollBack()).result.decision).toBe('nothing-to-roll-back')
})

test('a branch that somebody works on is left alone', async () => {
  await recordFailure('unhealthy')
  await rollBack()
  const branch = `lockstep/revert/${failed.slice(0, 7)}`
  const { commitOn } = await import('../fixtures/repository-pair.js')
  const tip = await commitOn(deployRepo.as(deployRepo.tokens.ada) as never, at, branch, { 'README.md': 'by hand\n' })

  expect((await rollBack()).result.reason).toBe('branch-modified')
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.git.getRef({ ...at, ref: `heads/${branch}` })
  expect(data.object.sha).toBe(tip)
})

const env = (commit: string, workspace: string) =>
  deployRepo.env(commit, workspace, { GITHUB_RUN_ID: String(run), PATH: deployRepo.noTools })

async function rollBack(change: Record<string, string> = {}): Promise<Started> {
  return startAction('rollback', {
    inputs: {
      mode: 'revert',
      token: deployRepo.tokens.gate,
      'upstream-token': deployRepo.tokens.gate,
      wait: '0s',
      ...change,
    },
    env: env(failed, await deployRepo.checkout(failed)),
  })
}

async function judge(pull: number): Promise<Started> {
  return startAction('infra-change-gate', {
    inputs: {
      ...{ mode: 'check', token: deployRepo.tokens.gate },
      ...{ 'upstream-token': deployRepo.tokens.job, 'pull-request': String(pull) },
    },
    env: env(failed, ''),
  })
}

async function plan(commit: string): Promise<Started> {
  return startAction('helm-deploy', {
    inputs: { mode: 'plan', token: deployRepo.tokens.job },
    env: env(commit, await deployRepo.checkout(commit)),
  })
}

async function recordFailure(reason: string, token = deployRepo.tokens.gate): Promise<void> {
  await recordAs(
    { github: deployRepo.as(token) as never, repo: deploy, gateBot: deployRepo.gateBot },
    {
      schema: 1,
      cluster: 'staging',
      run: `${run}/1`,
      commit: failed,
      releases: [],
      reason,
      outcome: 'failure',
      logUrl: `${deployRepo.github.url}/${deploy}/actions/runs/${run}`,
      environmentUrl: undefined,
      description: 'it crashed',
    },
  )
}

async function issues(repo: { owner: string; repo: string }, state: 'open' | 'all', labels = 'deploy-blocked-version') {
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.issues.listForRepo({ ...repo, labels, state })
  return data
}

async function openPulls() {
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.pulls.list({ ...at, state: 'open' })
  return data
}

/** Pull requests are issues as well. */
async function closeIssues(labels?: string): Promise<void> {
  const { rest } = deployRepo.as(deployRepo.tokens.ada)
  for (const repo of [at, hub]) {
    const { data } = await rest.issues.listForRepo({ ...repo, state: 'open', ...(labels ? { labels } : {}) })
    for (const { number } of data) await rest.issues.update({ ...repo, issue_number: number, state: 'closed' })
  }
}
