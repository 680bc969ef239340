import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Result } from '../../shared/foundation/result.js'
import { writeChangeEvidence } from '../../shared/records/change-evidence.js'
import { trialsAt } from '../../shared/records/staging-trials.js'
import { at, deploy } from '../fixtures/deploy-repo.js'
import { type Jobs, type StagingTrialFixture, startStagingTrialFixture } from '../fixtures/staging-trial.js'
import type { Started } from '../fixtures/start-action.js'

// Many programs are started one after the other.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

let place: StagingTrialFixture
beforeAll(async () => {
  place = await startStagingTrialFixture()
})
afterAll(() => place[Symbol.asyncDispose]())
beforeEach(() => void place.nextRun())

const planOf = async (): Promise<{ text: string; merge: string; digest: string }> => {
  const text = (await place.plan()).outputs.plan ?? ''
  return { text, ...JSON.parse(text) }
}

const read = (digest: string) => {
  const { deployRepo } = place
  const github = deployRepo.as(deployRepo.tokens.gate) as never
  return trialsAt({ github, repo: deploy, gateBot: deployRepo.gateBot }, 'staging', digest)
}

const latest = async () => (await place.cluster.read()).releases['staging/meta']?.at(-1)

/** All steps of stage-cluster.yml, in order; a step runs only where the ones before it in its job were green. */
async function rehearse(plan: string): Promise<Jobs> {
  const jobs: Jobs = { rehearse: { result: 'success', outputs: {} }, back: { result: 'success', outputs: {} } }
  const step = async (job: keyof Jobs, name: string, work: () => Promise<Started>): Promise<Result | undefined> => {
    if (jobs[job].result === 'failure') return undefined
    const { code, outputs, result } = await work()
    jobs[job].outputs[name] = outputs.result ?? ''
    if (code !== 0) jobs[job].result = 'failure'
    return result
  }
  const tested = async (job: keyof Jobs, names: [string, string], work: () => Promise<Started>) => {
    const result = await step(job, names[0], work)
    const back = result?.action === 'rollback' && result.decision !== 'rolled-back'
    if (result && !back) await step(job, names[1], () => place.smoke(result))
  }
  await tested('rehearse', ['there', 'there-smoke'], () => place.trial(plan))
  await tested('rehearse', ['back', 'back-smoke'], () => place.back())
  await tested('rehearse', ['again', 'again-smoke'], () => place.trial(plan))
  await tested('back', ['back', 'smoke'], () => place.back())
  return jobs
}

const decisionsIn = (outputs: Record<string, string>): string[] =>
  Object.values(outputs).map((text) => (JSON.parse(text) as Result).decision)

test('there, back and there again, with main at the end: that is the evidence, and nothing else remembers it', async () => {
  const { cluster, deployRepo } = place
  const main = await deployRepo.head()
  const planned = await place.plan()
  expect([planned.code, planned.outputs.clusters]).toEqual([0, '["staging"]'])
  const { merge, digest } = JSON.parse(planned.outputs.plan ?? '')

  let jobs: Jobs | undefined
  const done = await cluster.done(async () => {
    jobs = await rehearse(planned.outputs.plan ?? '')
  })

  expect(decisionsIn(jobs?.rehearse.outputs ?? {})).toEqual([
    ...['trial-passed', 'tested', 'rolled-back', 'verified', 'trial-passed', 'tested'],
  ])
  expect(decisionsIn(jobs?.back.outputs ?? {})).toEqual(['rolled-back', 'verified'])
  expect(done).toEqual(['upgrade', 'rollback', 'upgrade', 'rollback'].map((what) => `${what} staging/meta`))
  expect(await cluster.verifiedOf('staging/meta')).toMatchObject({ commit: main, inputDigest: 'adopted' })
  expect(JSON.stringify((await cluster.read()).configMaps)).not.toContain(merge)

  expect(await read(digest)).toBeUndefined()
  const recorded = await place.record(planned.outputs.plan ?? '', jobs as Jobs)
  expect([recorded.code, recorded.result]).toMatchObject([0, { decision: 'recorded', reason: 'ok' }])
  expect(await read(digest)).toMatchObject({ pull: place.pull.number, head: place.pull.head })
  const sent = deployRepo.github.events.filter(({ name }) => name === 'workflow_dispatch').map(({ payload }) => payload)
  const inputs = { 'pull-request': String(place.pull.number) }
  expect(sent).toEqual([expect.objectContaining({ inputs, workflow: '.github/workflows/gate.yml' })])
  expect((await place.record(planned.outputs.plan ?? '', jobs as Jobs)).result.reason).toBe('up-to-date')
  const unable = { 'actions-token': deployRepo.github.mintJobToken(deploy, { contents: 'read' }, 1) }
  const late = await place.record(planned.outputs.plan ?? '', jobs as Jobs, unable)
  expect([late.code, late.log]).toEqual([0, expect.stringContaining('within 15 minutes')])
})

test('steps that an earlier attempt passed prove nothing', async () => {
  const plan = await planOf()
  const of = (step: Partial<Result>) => ({
    schema: 1,
    action: 'helm-deploy',
    reason: 'ok',
    message: '',
    cluster: 'staging',
    evidence: [],
    ...step,
  })
  const at = (run: string) => {
    const said = (step: Partial<Result>) => JSON.stringify({ ...of(step), commit: plan.merge, run })
    const [there, test] = [
      said({ decision: 'trial-passed' }),
      said({ action: 'smoke-test', decision: 'tested', verdict: 'pass' }),
    ]
    const back = said({ action: 'rollback', decision: 'rolled-back' })
    const rehearse = { there, 'there-smoke': test, back, 'back-smoke': test, again: there, 'again-smoke': test }
    return {
      rehearse: { result: 'success', outputs: rehearse },
      back: { result: 'success', outputs: { back, smoke: test } },
    }
  }
  const { run } = JSON.parse(plan.text)
  const before = `${run.split('/')[0]}/0`
  expect((await place.record(plan.text, at(before))).result.decision).toBe('skipped')
  expect((await read(plan.digest))?.run).not.toBe(run)
  // The next test finds nobody called.
  await place.record(plan.text, at(run))
})

test('what fails on staging is written down as failed, and main is back', async () => {
  const plan = await planOf()
  const { result } = await place.trial(plan.text)
  place.entry.status = 500
  const smoke = await place.smoke(result)
  place.entry.status = 200
  expect(smoke.result).toMatchObject({ decision: 'not-verified', reason: 'smoke-failed' })
  const end = await place.back()
  const jobs: Jobs = {
    rehearse: {
      result: 'failure',
      outputs: { there: JSON.stringify(result), 'there-smoke': smoke.outputs.result ?? '', back: '' },
    },
    back: { result: 'success', outputs: { back: end.outputs.result ?? '' } },
  }

  expect((await place.record(plan.text, jobs)).result.message).toContain('127.0.0.1')
  expect(await read(plan.digest)).toBeUndefined()
  expect((await latest())?.description).toMatch(/^Rollback to \d+$/)
})

test('what is interrupted tells nothing of the change; operators are called until a later rehearsal leaves main there', async () => {
  const { deployRepo } = place
  const waiting = async (state: 'open' | 'closed') => {
    const client = deployRepo.as(deployRepo.tokens.ada)
    const { data } = await client.rest.issues.listForRepo({ ...at, labels: 'deploy-needs-operator', state })
    return data.map(({ title, body }) => `${title} ${body}`)
  }
  const plan = await planOf()
  const { result } = await place.trial(plan.text)
  const there = { result: 'cancelled', outputs: { there: JSON.stringify(result) } }
  for (const _ of ['once', 'and only once']) {
    expect((await place.record(plan.text, { rehearse: there, back: there })).result.decision).toBe('skipped')
    const [call, ...more] = await waiting('open')
    expect(call).toContain(`staging may still run #${place.pull.number} from a staging trial`)
    expect([call?.includes('@olga'), more]).toEqual([true, []])
  }
  expect(await read(plan.digest)).toBeUndefined()

  place.nextRun()
  expect((await place.back()).result).toMatchObject({ decision: 'rolled-back', commit: await deployRepo.head() })
  const end = await place.back()
  expect(end.result.decision).toBe('rolled-back')
  const smoke = await place.smoke(end.result)
  const back = { result: 'success', outputs: { back: end.outputs.result ?? '', smoke: smoke.outputs.result ?? '' } }
  await place.record((await planOf()).text, { rehearse: { result: 'failure', outputs: {} }, back })
  expect([(await waiting('open')).length, (await waiting('closed')).length]).toEqual([0, 1])
})

test('main takes staging at any time, whatever a rehearsal that was cut off has left there', async () => {
  const { deployRepo, cluster, atWork } = place
  const plan = await planOf()
  await place.trial(plan.text)
  const state = await cluster.read()
  const last = state.releases['staging/meta']?.at(-1)
  if (last) last.status = 'pending-upgrade'
  const work = state.configMaps['staging/lockstep-work-meta']
  const cutOff = atWork('stage')
  if (work) work.data = { work: JSON.stringify({ schema: 1, run: `${cutOff.id}/1`, revision: last?.revision }) }
  await cluster.save(state)
  place.nextRun()
  expect((await place.deployMain()).result.reason).toBe('operation-in-progress')

  const waiting = atWork('stage', 'queued')
  deployRepo.github.onCancel((id) => deployRepo.github.updateRun(id, { status: 'completed', conclusion: 'cancelled' }))
  expect((await place.preempt()).result).toMatchObject({ decision: 'updated', reason: 'ok' })
  expect([cutOff.conclusion, waiting.conclusion]).toEqual(['cancelled', 'cancelled'])
  expect((await place.preempt()).result.decision).toBe('unchanged')

  const { result } = await place.deployMain()
  expect(result.decision).toBe('deployed')
  expect((await place.smoke(result)).result.decision).toBe('verified')
  expect(await cluster.verifiedOf('staging/meta')).toMatchObject({ commit: await deployRepo.head() })
})

test('what changes nothing on staging passes there, and makes nothing verified that was not', async () => {
  const { deployRepo, cluster } = place
  const other = await deployRepo.open({ 'config/primary.yaml': 'host: 127.0.0.1:2\n' })
  const planned = await place.plan({ 'pull-request': String(other.number), head: other.head })
  const plan = planned.outputs.plan ?? ''
  const before = await cluster.verifiedOf('staging/meta')

  let jobs: Jobs | undefined
  expect(
    await cluster.done(async () => {
      jobs = await rehearse(plan)
    }),
  ).toEqual([])
  expect(decisionsIn(jobs?.rehearse.outputs ?? {})).toEqual([
    ...['trial-passed', 'tested', 'nothing-to-roll-back', 'trial-passed', 'tested'],
  ])
  expect(await cluster.verifiedOf('staging/meta')).toEqual(before)
  expect((await place.record(plan, jobs as Jobs)).result.message).toContain('It changes nothing on this cluster')
  expect(await read(JSON.parse(plan).digest)).toMatchObject({ pull: other.number })
})

describe('who may rehearse, and what', () => {
  test.each<[string, Record<string, string>, string, string]>([
    ['somebody who is no operator', {}, 'ada', 'not-operator'],
    ['a bot', {}, 'github-actions[bot]', 'not-operator'],
    ['another head than was looked at', { head: 'f'.repeat(40) }, 'olga', 'stale-plan'],
    ['no head', { head: '' }, 'olga', 'input-invalid'],
    ['another change than was looked at', { 'change-digest': 'f'.repeat(64) }, 'olga', 'stale-plan'],
    ['no number', { 'pull-request': 'x' }, 'olga', 'input-invalid'],
  ])('refused: %s', async (_, change, by, reason) => {
    const { code, outputs, result } = await place.plan(change, by)
    expect([code, result.reason, outputs.plan]).toEqual([1, reason, undefined])
  })

  test('what the gate started is as good as the word of the operator that it wrote down for this commit, within an hour', async () => {
    const { deployRepo, pull } = place
    const writer = { github: deployRepo.as(deployRepo.tokens.gate) as never, repo: deploy, gateBot: deployRepo.gateBot }
    const { digest } = await planOf()
    const say = (by: string, minutesAgo: number) =>
      writeChangeEvidence(
        writer,
        {
          ...{
            schema: 1,
            pull: pull.number,
            head: pull.head,
            digest,
            by,
            source: 'comment/1',
            said: { kind: 'try-staging' },
          },
          at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
        },
        'main',
      )
    const reason = async () => (await place.plan({ 'change-digest': digest }, 'github-actions[bot]')).result.reason

    await say('olga', 61)
    expect(await reason()).toBe('not-operator')
    await say('ada', 1)
    expect(await reason()).toBe('not-operator')
    await say('olga', 1)
    expect(await reason()).toBe('ok')
  })

  test('the digest that the gate shows is computed again, and the same', async () => {
    const { digest } = await planOf()
    expect((await place.plan({ 'change-digest': digest })).code).toBe(0)
  })

  test('main with the pull request is made in the job, however old the merge is that GitHub made', async () => {
    const { deployRepo, pull } = place
    const client = deployRepo.as(deployRepo.tokens.ada)
    const main = await deployRepo.push({ 'docs/later.md': 'later\n' })
    const { data } = await client.rest.pulls.get({ ...at, pull_number: pull.number })
    const { data: old } = await client.rest.git.getCommit({ ...at, commit_sha: data.merge_commit_sha ?? '' })
    expect(old.parents.map(({ sha }) => sha)).not.toContain(main)

    const [once, again] = [await planOf(), await planOf()]
    expect(once.merge).toBe(again.merge)
    expect(once.merge).not.toBe(data.merge_commit_sha)
    const { result } = await place.trial(once.text)
    expect(result).toMatchObject({ decision: 'trial-passed', commit: once.merge })
    expect((await place.back()).code).toBe(0)
  })

  test('what conflicts with main is told with its paths', async () => {
    const { deployRepo } = place
    const other = await deployRepo.open({ 'docs/both.md': 'theirs\n' })
    await deployRepo.push({ 'docs/both.md': 'ours\n' })
    const { result } = await place.plan({ 'pull-request': String(other.number), head: other.head })
    expect([result.reason, result.message]).toEqual(['input-invalid', expect.stringContaining('"docs/both.md"')])
  })

  test('what somebody pushed since is not run, nor what is closed', async () => {
    const { deployRepo } = place
    const client = deployRepo.as(deployRepo.tokens.ada)
    const other = await deployRepo.open({ 'config/common.yaml': 'hub: { greeting: other }\n' })
    const asked = { 'pull-request': String(other.number), head: other.head }
    await client.rest.pulls.update({ ...at, pull_number: other.number, state: 'closed' })
    expect((await place.plan(asked)).log).toContain('not an open pull request')
  })
})

describe('a job with the key of a cluster believes no plan blindly', () => {
  const alter = async (change: Record<string, unknown>): Promise<string> => {
    const { text } = await planOf()
    return JSON.stringify({ ...JSON.parse(text), ...change })
  }

  test.each([
    ['a head without main', async () => ({ merge: place.pull.head })],
    ['main without the head', async () => ({ merge: await place.deployRepo.head() })],
    ['the merge of another head', async () => ({ head: await place.deployRepo.head() })],
    ['another attempt', async () => ({ run: '1/1' })],
    ['another cluster', async () => ({ clusters: ['primary'] })],
  ])('refused: %s', async (_, change) => {
    const before = await latest()
    const { code, result } = await place.trial(await alter(await change()))
    expect([code, result.reason]).toEqual([1, 'stale-plan'])
    expect(await latest()).toEqual(before)
  })

  test('nothing is rehearsed outside of staging, nor brought back from it', async () => {
    const { text } = await planOf()
    const forged = JSON.stringify({ ...JSON.parse(text), clusters: ['primary'] })
    for (const { code, result } of [
      await place.trial(forged, { cluster: 'primary' }),
      await place.back({ cluster: 'primary' }),
    ]) {
      expect([code, result.reason]).toEqual([1, 'input-invalid'])
    }
  })

  test('nothing is rehearsed by a push', async () => {
    const { text } = await planOf()
    expect((await place.trial(text, {}, { GITHUB_EVENT_NAME: 'push' })).result.reason).toBe('stale-plan')
  })

  test.each(['in_progress', 'queued'] as const)('nothing is rehearsed while a deploy is %s', async (status) => {
    const { text } = await planOf()
    const run = place.atWork('deploy', status)
    expect((await place.trial(text)).result.reason).toBe('operation-in-progress')
    place.deployRepo.github.updateRun(run.id, { status: 'completed', conclusion: 'success' })
  })

  test('a freeze stops a rehearsal, and not its way back', async () => {
    const { text } = await planOf()
    const gate = place.deployRepo.as(place.deployRepo.tokens.gate)
    const { data } = await gate.rest.issues.create({ ...at, title: 'Wait', labels: ['deploy-freeze'] })
    expect((await place.trial(text)).result.reason).toBe('deploy-freeze')
    expect((await place.back()).code).toBe(0)
    await gate.rest.issues.update({ ...at, issue_number: data.number, state: 'closed' })
  })
})
