import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { definition } from '../../actions/rollback/io.js'
import { type RollbackRequest, readRequest } from '../../actions/rollback/rollback-request.js'
import { runRollback } from '../../actions/rollback/run.js'
import { readBlockedVersion } from '../../shared/blocks/blocked-versions.js'
import { at } from '../fixtures/deploy-repo.js'
import { killEverywhere } from '../fixtures/kill-at-requests.js'
import { byHandRun, type ManualRollback, startManualRollback } from '../fixtures/manual-rollback.js'
import { runInProcess } from '../fixtures/run-in-process.js'
import { type Start, startAction } from '../fixtures/start-action.js'

const here = (start: Start) => runInProcess(definition, runRollback, start)
const hub = { owner: 'hub-org', repo: 'hub' }

async function issues({ deployRepo }: ManualRollback, labels: string, state: 'open' | 'all' = 'open', repo = at) {
  const { data } = await deployRepo.as(deployRepo.tokens.ada).rest.issues.listForRepo({ ...repo, labels, state })
  return data.toReversed()
}

describe('who may go back by hand, and where to', () => {
  let place: ManualRollback
  beforeAll(async () => {
    place = await startManualRollback('failure')
  })
  afterAll(() => place[Symbol.asyncDispose]())

  test.each([
    ['eve', { target: 'verified' }, 'neither an operator nor on duty'],
    ['ada', { target: 'older' }, 'the last verified commit only'],
    ['github-actions[bot]', { target: 'verified' }, 'neither an operator nor on duty'],
  ])('%s may not: %o', async (by, { target }, why) => {
    // What was verified before the last verified commit.
    const [older] = await place.deployRepo
      .as(place.deployRepo.tokens.ada)
      .rest.repos.listCommits({ ...at, sha: place.before })
      .then(({ data }) => data.slice(1).map(({ sha }) => sha))
    for (const cluster of place.clusters) await place.record(cluster, older ?? '', { run: '90/1' })
    for (const cluster of place.clusters) await place.record(cluster, place.before, { run: '91/1' })
    const asked = { target: target === 'older' ? (older ?? '') : target }

    const { code, result, log } = await here(await place.starts.begin(by, asked))

    expect([code, result.reason]).toEqual([1, 'not-operator'])
    expect(log).toContain(why)
    expect(await issues(place, 'deploy-freeze')).toEqual([])
  })

  test.each<[string, Record<string, string>, string, string]>([
    ['what was never verified', { target: 'abcdef0' }, 'input-invalid', 'is not a commit that is verified'],
    ['for no reason', { reason: ' ' }, 'input-invalid', 'No reason is given'],
    ['a cluster that is not there', { cluster: 'moon' }, 'input-invalid', 'to "all" or one of: staging, primary'],
  ])('nobody goes back to or with: %s', async (_, inputs, reason, why) => {
    const { code, result, log } = await here(await place.starts.begin('olga', inputs))

    expect([code, result.reason]).toEqual([1, reason])
    expect(log).toContain(why)
  })

  test('only shown, nothing is done, and the summary tells what would change', async () => {
    const before = await place.deployRepo.github.dump()

    const { code, outputs, summary } = await here(await place.starts.begin('olga', { 'dry-run': 'true' }))

    expect([code, outputs.request]).toEqual([0, undefined])
    expect(summary).toContain(`hub: \`${place.deployRepo.versions[1]}\` → \`${place.deployRepo.versions[0]}\``)
    expect(summary).toContain('`meta/Chart.yaml`')
    expect(summary).toContain(`/compare/${place.before}...${place.bumped}`)
    expect(await place.deployRepo.github.dump()).toBe(before)
  })
})

test('by hand: freeze, the active deploy cancelled, what waits too, what comes meets the freeze, then everything goes back and goes on', {
  timeout: 300_000,
}, async () => {
  await using place = await startManualRollback('failure')
  const { deployRepo, before, bumped } = place
  const { github } = deployRepo
  const active = place.deployRun(bumped, 'in_progress')
  const queued = place.deployRun(bumped, 'queued')
  github.onCancel((id) => github.updateRun(id, { status: 'completed', conclusion: 'cancelled' }))

  // ada is on duty.
  const begun = await startAction('rollback', await place.starts.begin('ada'))
  expect([begun.code, begun.result]).toMatchObject([0, { decision: 'approved', commit: before }])
  expect([active.conclusion, queued.conclusion]).toEqual(['cancelled', 'cancelled'])
  const order = JSON.parse(begun.outputs.request ?? '') as RollbackRequest
  expect(order).toMatchObject({ by: 'ada', to: before, from: bumped, clusters: ['staging', 'primary'], all: true })
  const [freeze, ...moreFreezes] = await issues(place, 'deploy-freeze')
  expect(moreFreezes).toEqual([])
  expect(readRequest(freeze?.body)).toEqual(order)
  expect((await startAction('helm-deploy', await place.starts.plan(bumped))).result.reason).toBe('deploy-freeze')

  // The run that was cancelled leaves main to this one.
  const theirs = await place.starts.git('')
  const cancelled = await startAction('rollback', { ...theirs, env: { ...theirs.env, GITHUB_RUN_ID: '101' } })
  expect([cancelled.code, cancelled.result.decision]).toEqual([0, 'nothing-to-roll-back'])
  expect(cancelled.log).toContain('A manual rollback reverts main already')

  for (const cluster of place.clusters) {
    const recorded = await startAction('helm-deploy', await place.starts.recordBack(cluster, before))
    expect(recorded.result.decision).toBe('recorded')
  }
  const git = await startAction('rollback', await place.starts.git(begun.outputs.request ?? ''))
  expect(git.result).toMatchObject({ decision: 'reverted', reason: 'revert-pending', commit: before })
  const [hold] = await issues(place, 'deploy-blocked-version')
  expect(readBlockedVersion(hold?.body)).toMatchObject({ version: deployRepo.versions[1], run: `${byHandRun}/1` })
  expect(hold?.body).toContain('users see 502')
  const number = Number(git.outputs['html-url']?.split('/').at(-1))
  expect((await startAction('infra-change-gate', await place.starts.gate(number))).result.reason).toBe('pure-revert')
  expect((await startAction('rollback', await place.starts.git(begun.outputs.request ?? ''))).result.reason).toBe('ok')

  // Merged, and not verified: the freeze stands, and only the way back passes it.
  const merged = await deployRepo.head()
  expect((await here(await place.starts.settle())).log).toContain('the revert is not verified yet')
  expect(await issues(place, 'deploy-freeze')).toHaveLength(1)
  expect((await startAction('helm-deploy', await place.starts.plan(merged))).result.reason).toBe('tool-missing')

  for (const cluster of place.clusters) await place.record(cluster, merged, { run: '103/1' })
  const settled = await startAction('rollback', await place.starts.settle())
  expect([settled.code, settled.result.decision]).toEqual([0, 'updated'])
  expect(await issues(place, 'deploy-freeze')).toEqual([])
  expect((await here(await place.starts.settle())).result.decision).toBe('unchanged')

  const { data: comments } = await deployRepo
    .as(deployRepo.tokens.ada)
    .rest.issues.listComments({ ...at, issue_number: place.bump })
  const [timeline, ...others] = comments.filter(({ body }) => body?.startsWith('<!-- lockstep:timeline -->'))
  expect(others).toEqual([])
  const told = [
    'is merged: change',
    '**staging** failed',
    '**staging** was rolled back',
    'reverts main',
    'is verified after the revert',
  ]
  const places = told.map((words) => timeline?.body?.indexOf(words) ?? -1)
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(places).not.toContain(-1)
})

test('what is deployed and verified goes back to what was before, and is verified no longer', {
  timeout: 240_000,
}, async () => {
  await using place = await startManualRollback()
  const { before, bumped } = place

  const asked = await here(await place.starts.begin('olga'))
  expect([asked.code, asked.result.reason]).toEqual([1, 'up-to-date'])
  expect(asked.log).toContain(before.slice(0, 7))

  const { outputs } = await here(await place.starts.begin('olga', { target: 'previous' }))
  expect(JSON.parse(outputs.request ?? '')).toMatchObject({ to: before, from: bumped })
  for (const cluster of place.clusters) await startAction('helm-deploy', await place.starts.recordBack(cluster, before))
  const git = await here(await place.starts.git(outputs.request ?? ''))
  const pull = Number(git.outputs['html-url']?.split('/').at(-1))
  expect((await startAction('infra-change-gate', await place.starts.gate(pull))).result.reason).toBe('pure-revert')
})

test('one cluster alone: main stays, and so does the freeze, until an operator closes it', {
  timeout: 240_000,
}, async () => {
  await using place = await startManualRollback()
  const asked = { cluster: 'primary', target: place.before.slice(0, 8) }

  const { outputs } = await here(await place.starts.begin('olga', asked))
  expect(JSON.parse(outputs.clusters ?? '')).toEqual(['primary'])
  const git = await here(await place.starts.git(outputs.request ?? ''))
  expect(git.result.decision).toBe('nothing-to-roll-back')
  expect((await here(await place.starts.settle())).result.decision).toBe('unchanged')
  expect((await issues(place, 'deploy-freeze')).map(({ body }) => body?.includes('An operator closes'))).toEqual([true])
  expect(await issues(place, 'deploy-blocked-version', 'all')).toEqual([])
  expect(await issues(place, 'deploy-blocked-version', 'all', hub)).toEqual([])
})

test('a deploy that does not end keeps the clusters as they are, and the freeze stands', {
  timeout: 240_000,
}, async () => {
  await using place = await startManualRollback('failure')
  const active = place.deployRun(place.bumped, 'in_progress')

  const { code, result, outputs } = await here(await place.starts.begin('olga'))

  expect([code, result.reason, outputs.request]).toEqual([1, 'operation-in-progress', undefined])
  expect(
    place.deployRepo.github.requests.filter(({ path }) => path.endsWith('cancel')).map(({ path }) => path),
  ).toEqual([
    `/repos/hub-org/deploy/actions/runs/${active.id}/cancel`,
    `/repos/hub-org/deploy/actions/runs/${active.id}/force-cancel`,
  ])
  expect(await issues(place, 'deploy-freeze')).toHaveLength(1)
})

test('begin leaves one freeze, wherever it was killed before', { timeout: 600_000 }, async () => {
  await using place = await startManualRollback('failure')
  const { github } = place.deployRepo
  place.deployRun(place.bumped, 'in_progress')
  github.onCancel((id) => github.updateRun(id, { status: 'completed', conclusion: 'cancelled' }))

  const killed = await killEverywhere(github, 'rollback', await place.starts.begin('olga'), 'writes')

  expect(killed.different).toEqual([])
  // Before the freeze, and with it: the end of a run is asked for again.
  expect(killed.states).toBe(2)
  expect(killed.end.match(/"title": "Deploy freeze: /g)).toHaveLength(1)
})
