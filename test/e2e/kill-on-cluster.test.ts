import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { type DeploySite, pushImage, startDeploySite, takeImageAway } from '../fixtures/deploy-site.js'
import { type KilledOnCluster, killOnCluster } from '../fixtures/kill-at-program-calls.js'
import { startAction } from '../fixtures/start-action.js'

/** Every kill is a second or more, and every state that differs some seconds. */
const slow = { timeout: 600_000 }

/** @param kinds places where it must have been killed. */
function expectSame({ different, kills, states }: KilledOnCluster, kinds: string[], atLeast: number): void {
  expect(different).toEqual([])
  expect(kills).toEqual(expect.arrayContaining(kinds))
  expect(states).toBeGreaterThanOrEqual(atLeast)
}

describe.each([3, 4] as const)('with Helm %i', (major) => {
  // The loops are the same for both, and long; what a killed Helm leaves behind is not.
  const everywhere = major === 4
  let site: DeploySite
  beforeAll(async () => {
    site = await startDeploySite(major)
  }, 180_000)
  afterAll(() => site[Symbol.asyncDispose]())
  beforeEach(() => site.reset())

  test.runIf(everywhere)('helm-deploy deploys the same, wherever it was killed before', slow, async () => {
    const commit = await site.values('hub: { greeting: changed }\n')

    const killed = await killOnCluster(site, 'helm-deploy', await site.starts.deploy(commit), site.reset)

    // Untouched, about to begin, in the middle, done and not told.
    expectSame(
      killed,
      ['before helm history meta (1)', 'during helm upgrade meta (1)', 'after helm upgrade meta (1)'],
      4,
    )
    expect(killed.end).toMatchObject({
      release: { status: 'deployed', values: { hub: { greeting: 'changed' } } },
      pods: [`${site.image} changed`],
      verified: { commit: site.verified },
    })
  })

  test.runIf(everywhere)('smoke-test remembers what it verified, wherever it was killed before', slow, async () => {
    const commit = await site.values('hub: { greeting: verified }\n')
    const { result } = await startAction('helm-deploy', await site.starts.deploy(commit))

    const killed = await killOnCluster(site, 'smoke-test', await site.starts.smoke(result), async () => {
      await site.reset()
      await startAction('helm-deploy', await site.starts.deploy(commit))
    })

    expectSame(killed, ['before kubectl apply (1)', 'after kubectl apply (1)'], 2)
    expect(killed.end).toMatchObject({ verified: { commit, isNewest: true } })
  })

  test.runIf(everywhere)('rollback brings the same back, wherever it was killed before', slow, async () => {
    const commit = await site.values('hub: { greeting: broken }\n')
    await site.upgrade(commit)
    await site.recordFailure(commit)

    const killed = await killOnCluster(site, 'rollback', await site.starts.rollback(commit), async () => {
      await site.reset()
      await site.upgrade(commit)
    })

    expectSame(
      killed,
      ['before helm rollback meta (1)', 'during helm rollback meta (1)', 'after helm rollback meta (1)'],
      4,
    )
    expect(killed.end).toMatchObject({ release: { status: 'deployed' }, pods: [`${site.image} hello`] })
  })

  /** Kills Helm, and whoever called it, in the middle of a deploy of the run. */
  async function leaveHalfDone(commit: string, run: number): Promise<string> {
    await site.programs.arm({ words: 'helm upgrade meta', nth: 1, when: 'during' })
    const killed = startAction('helm-deploy', await site.starts.deploy(commit, String(run)))
    await expect(killed).rejects.toThrow('set no result')
    await site.programs.arm()
    const history = await site.helm('history', 'meta')
    expect(history).toContain('pending-upgrade')
    return history
  }

  test('what a run that has ended left half-done is freed; a live run is left alone and named', slow, async () => {
    const commit = await site.values('hub: { greeting: half-done }\n')
    const { github } = site.deployRepo
    const run = github.startRun({
      ...{ repo: 'hub-org/deploy', workflow: '.github/workflows/deploy.yml', name: 'deploy', event: 'push' },
      ...{ headBranch: 'main', headSha: commit, actor: 'ada' },
    })
    const before = await leaveHalfDone(commit, run.id)
    await site.recordFailure(commit, 'cancelled', '7/1')

    const live = await startAction('helm-deploy', await site.starts.deploy(commit, '7'))
    expect(live).toMatchObject({ code: 1, result: { decision: 'refused', reason: 'operation-in-progress' } })
    expect(live.result.message).toContain(`/actions/runs/${run.id} has not ended`)
    const back = await startAction('rollback', await site.starts.rollback(commit, '7'))
    expect(back).toMatchObject({ code: 1, result: { decision: 'refused', reason: 'operation-in-progress' } })
    expect(await site.helm('history', 'meta')).toBe(before)

    github.updateRun(run.id, { status: 'completed', conclusion: 'failure' })
    const freed = await startAction('helm-deploy', await site.starts.deploy(commit, '7'))
    expect(freed).toMatchObject({ code: 0, result: { decision: 'deployed', releases: [{ revision: 4 }] } })
    expect(await site.helm('history', 'meta')).toMatch(/Rollback to 1/)
  })

  test('what was left half-done by somebody who did not say so is left alone', slow, async () => {
    const commit = await site.values('hub: { greeting: by-hand }\n')
    const before = await leaveHalfDone(commit, 8)
    await site.kubectl('delete', 'configmap', 'lockstep-work-meta')

    const { code, result, log } = await startAction('helm-deploy', await site.starts.deploy(commit))

    expect([code, result]).toMatchObject([1, { decision: 'refused', reason: 'operation-in-progress' }])
    expect(log).toContain('Lockstep did not start it')
    expect(await site.helm('history', 'meta')).toBe(before)
  })

  test('a first install that was cut off is left as it is, and the person told what to do', slow, async () => {
    await site.helm('uninstall', 'meta', '--wait')
    await site.kubectl('delete', 'configmap', '--selector', 'app.kubernetes.io/managed-by=lockstep')
    const commit = await site.values('hub: { greeting: first }\n')
    await site.cutOff(commit)
    await site.recordFailure(commit, 'cancelled', '9/1')
    const before = await site.helm('history', 'meta')
    expect(before).toContain('pending-install')

    const back = await startAction('rollback', await site.starts.rollback(commit, '9'))
    expect(back).toMatchObject({ code: 1, result: { decision: 'irreversible', reason: 'not-adopted' } })
    expect(back.log).toContain('uninstalling it could delete data')
    const next = await startAction('helm-deploy', await site.starts.deploy(commit, '10'))
    expect(next).toMatchObject({ code: 1, result: { decision: 'refused', reason: 'not-adopted' } })
    expect(await site.helm('history', 'meta')).toBe(before)
  })

  test('going back to an image that is gone is loud, and never a success', slow, async () => {
    const other = `${inject('registry')}/sleep-other:1`
    await pushImage(other)
    const commit = await site.values(`hub: { image: "${other}" }\n`)
    await site.upgrade(commit)
    await site.recordFailure(commit)
    await takeImageAway(site.image)

    const { code, result, outputs, log } = await startAction('rollback', await site.starts.rollback(commit))

    expect([code, result]).toMatchObject([1, { decision: 'rollback-failed', reason: 'rollback-failed' }])
    expect(result.message).toContain('cannot pull the image')
    expect(outputs['rolled-back']).toBe('false')
    expect(log).toContain('must inspect it now')
    await pushImage(site.image)
    // The kubelet waits longer and longer before it pulls again; for a new pod it does not.
    await site.kubectl('delete', 'pods', '--all', '--wait=false')
    const again = await startAction('rollback', await site.starts.rollback(commit))
    expect([again.code, again.result.decision]).toEqual([0, 'rolled-back'])
  })
})
