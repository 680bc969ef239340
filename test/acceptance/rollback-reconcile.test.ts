import { expect, test } from 'vitest'
import { definition } from '../../actions/rollback/io.js'
import { readRequestedRevert } from '../../actions/rollback/revert/requested-revert.js'
import { runRollback } from '../../actions/rollback/run.js'
import type { Permissions } from '../../rehearsal/github/types.js'
import { at, deploy } from '../fixtures/deploy-repo.js'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { type ManualRollback, startManualRollback } from '../fixtures/manual-rollback.js'
import { eachPermissionLess, expectMissing } from '../fixtures/missing-permission.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Start, startAction } from '../fixtures/start-action.js'

const slow = { timeout: 300_000 }
const here = (start: Start) => runInProcess(definition, runRollback, start)
const hub = { owner: 'hub-org', repo: 'hub' }

async function issues({ deployRepo }: ManualRollback, labels: string, repo = at) {
  const { data } = await deployRepo
    .as(deployRepo.tokens.ada)
    .rest.issues.listForRepo({ ...repo, labels, state: 'open' })
  return data
}

async function revertsOf({ deployRepo }: ManualRollback) {
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.pulls.list({ ...at, state: 'all' })
  return data.filter(({ head }) => head.ref.startsWith('lockstep/revert/'))
}

async function timelines({ deployRepo }: ManualRollback, repo: typeof at, issue_number: number): Promise<string[]> {
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.issues.listComments({ ...repo, issue_number })
  return data.map(({ body }) => body ?? '').filter((body) => body.startsWith('<!-- lockstep:timeline -->'))
}

/** The job that brings git back in the deploy's own run. */
const ownGit = async (place: ManualRollback): Promise<Start> => {
  const start = await place.starts.git('')
  return { ...start, env: { ...start.env, GITHUB_RUN_ID: '101', GITHUB_SHA: place.bumped } }
}

test(
  'GitHub is down while the clusters go back: hold, revert and words follow by themselves, from the records',
  slow,
  async () => {
    await using place = await startManualRollback('failure', 'pr')
    const { faults } = place.deployRepo.github
    const own = await ownGit(place)
    faults.next({ kind: 'status', status: 503, times: 1_000 })
    const down = await here(own)
    expect([down.code, down.result.reason]).toEqual([1, 'github-unreachable'])
    faults.clear()
    expect(await issues(place, 'deploy-blocked-version')).toEqual([])

    const first = await startAction('rollback', await place.starts.settle())
    expect([first.code, first.result.decision]).toEqual([0, 'updated'])
    expect((await here(await place.starts.settle())).code).toBe(0)
    expect(await issues(place, 'deploy-blocked-version')).toHaveLength(1)
    const [told, ...moreTold] = await issues(place, 'deploy-revert', hub)
    expect(moreTold).toEqual([])
    expect(readRequestedRevert(told?.body)).toMatchObject({
      pull: 1,
      command: expect.stringContaining('git revert -m 1 '),
    })
    expect(told?.assignees?.map(({ login }) => login)).toEqual(['ada'])
    expect(told?.body).toContain('staging: it crashed')

    const [revert, ...moreReverts] = await revertsOf(place)
    expect(moreReverts).toEqual([])
    await startAction('infra-change-gate', await place.starts.gate(revert?.number ?? 0))
    await here(await place.starts.settle())
    expect((await revertsOf(place)).map(({ merged_at }) => merged_at !== null)).toEqual([true])
    for (const [repo, number] of [
      [at, place.bump],
      [hub, 1],
    ] as const) {
      const [timeline, ...others] = await timelines(place, repo, number)
      expect(others).toEqual([])
      expect(timeline).toContain('**staging** failed: staging: it crashed')
      expect(timeline).toMatch(/\/pull\/\d+\) is merged\n\nTimes are/)
    }

    const main = await place.deployRepo.head()
    for (const cluster of place.clusters) await place.record(cluster, main, { run: '103/1' })
    expect((await here(await place.starts.settle())).result.decision).toBe('unchanged')
    for (const [repo, number] of [
      [at, place.bump],
      [hub, 1],
    ] as const) {
      const [timeline, ...others] = await timelines(place, repo, number)
      expect(others).toEqual([])
      for (const cluster of place.clusters) expect(timeline).toContain(`**${cluster}** is verified after the revert`)
    }
  },
)

test('as long as the run itself is at it, nothing is done', slow, async () => {
  await using place = await startManualRollback()
  const { id } = place.deployRun(place.bumped, 'in_progress')
  const failure = { outcome: 'failure', reason: 'smoke-failed', run: `${id}/1`, verdict: 'fail' } as const
  await place.record('primary', place.bumped, { ...failure, description: 'primary does not serve' })

  expect((await here(await place.starts.settle())).result.decision).toBe('unchanged')

  place.deployRepo.github.updateRun(id, { status: 'completed', conclusion: 'failure' })
  expect((await here(await place.starts.settle())).result.decision).toBe('updated')
  expect(await issues(place, 'deploy-blocked-version')).toHaveLength(1)
})

test('what was mended since is left alone', slow, async () => {
  await using place = await startManualRollback('failure')
  const fix = await place.deployRepo.push({ 'config/common.yaml': 'hub: { greeting: mended }\n' })
  for (const cluster of place.clusters) await place.record(cluster, fix, { run: '102/1' })

  expect((await here(await place.starts.settle())).result.decision).toBe('unchanged')
  expect(await issues(place, 'deploy-blocked-version')).toEqual([])
})

test(
  'where the rollback by hand was cut off before the clusters were back, whoever started it is told, once',
  slow,
  async () => {
    await using place = await startManualRollback()
    await here(await place.starts.begin('olga', { target: 'previous' }))

    for (const _ of ['first', 'again'])
      expect((await here(await place.starts.settle())).result.decision).toBe('updated')

    const [freeze] = await issues(place, 'deploy-freeze')
    const { data } = await place.deployRepo
      .as(place.deployRepo.tokens.ada)
      .rest.issues.listComments({ ...at, issue_number: freeze?.number ?? 0 })
    expect(data.map(({ body }) => body)).toEqual([expect.stringContaining('@olga: The run has ended')])
    expect(await issues(place, 'deploy-blocked-version')).toEqual([])
  },
)

test('a freeze that somebody wrote, or changed, is not the end of anything', slow, async () => {
  await using place = await startManualRollback('failure')
  const { outputs } = await here(await place.starts.begin('olga'))
  const [freeze] = await issues(place, 'deploy-freeze')
  const number = freeze?.number ?? 0
  const { rest } = place.deployRepo.as(place.deployRepo.tokens.ada)
  await rest.issues.update({ ...at, issue_number: number, body: `${freeze?.body ?? ''}\nchanged` })

  // The failure of the deploy itself is taken back all the same.
  await here(await place.starts.settle())
  expect(await issues(place, 'deploy-freeze')).toHaveLength(1)
  expect(outputs.request).toBeDefined()
})

test('a freeze ends once, wherever that was cut off', { timeout: 600_000 }, async () => {
  await using place = await startManualRollback('failure')
  const { outputs } = await here(await place.starts.begin('olga'))
  for (const cluster of place.clusters) await place.record(cluster, place.before, { run: '200/1' })
  const git = await here(await place.starts.git(outputs.request ?? ''))
  await startAction('infra-change-gate', await place.starts.gate(Number(git.outputs['html-url']?.split('/').at(-1))))
  await here(await place.starts.git(outputs.request ?? ''))
  const main = await place.deployRepo.head()
  for (const cluster of place.clusters) await place.record(cluster, main, { run: '103/1' })

  const killed = await killEverywhere(place.deployRepo.github, 'rollback', await place.starts.settle(), 'writes')

  expect(killed.different).toEqual([])
  // Before; the words under both pull requests; the freeze's own word.
  expect(killed.states).toBeGreaterThan(1)
  expect(killed.end.match(/deploys continue/g)).toHaveLength(1)
})

const app: Permissions = {
  checks: 'read',
  contents: 'write',
  deployments: 'read',
  issues: 'write',
  pull_requests: 'write',
}
const beginApp: Permissions = { contents: 'read', deployments: 'read', issues: 'write', pull_requests: 'read' }

test.each(eachPermissionLess(app))('settle without %s says so', slow, async (missing, left) => {
  await using place = await startManualRollback('failure')
  place.deployRepo.github.install(place.deployRepo.gateApp, deploy, left)

  expectMissing(await here(await place.starts.settle()), missing)
})

test.each(eachPermissionLess(beginApp))(
  'a rollback by hand without %s says so, and changes nothing',
  slow,
  async (missing, left) => {
    await using place = await startManualRollback('failure')
    const before = await place.deployRepo.github.dump()
    place.deployRepo.github.install(place.deployRepo.gateApp, deploy, left)

    expectMissing(await here(await place.starts.begin('olga')), missing)
    expect(await place.deployRepo.github.dump()).toBe(before)
  },
)

test('a rollback by hand without the permission to cancel runs says so', slow, async () => {
  await using place = await startManualRollback('failure')
  place.deployRun(place.bumped, 'in_progress')
  const token = place.deployRepo.github.mintJobToken(deploy, { actions: 'read', contents: 'read' }, 1)

  expectMissing(await here(await place.starts.begin('olga', { 'actions-token': token })), 'actions: write')
})
