import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseVerified, writeVerified } from '../../shared/records/verified.js'
import { type DeploySite, startDeploySite } from '../fixtures/deploy-site.js'
import { killOnCluster } from '../fixtures/kill-at-program-calls.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const slow = { timeout: 600_000 }

describe.each([3, 4] as const)('with Helm %i', (major) => {
  let site: DeploySite
  let bad: string
  beforeAll(async () => {
    site = await startDeploySite(major)
    await symlink((await execa('which', ['git'])).stdout, join(site.programs.path, 'git'))
    const { result } = await startAction('helm-deploy', await site.starts.adopt(site.verified))
    digest = result.releases?.[0]?.inputDigest ?? ''
    bad = await site.values('hub: { greeting: bad }\n')
    await site.recordFailure(bad)
  }, 180_000)
  afterAll(() => site[Symbol.asyncDispose]())
  beforeEach(() => forget())

  let digest = ''

  /** Revision 1 was verified; Helm remembers only 2 and 3. */
  async function forget(inputDigest = digest): Promise<void> {
    await site.reset()
    await site.upgrade(bad)
    await site.upgrade(bad)
    const found = parseVerified(await site.tool.get('configmap', 'lockstep-meta'))
    if (!found) throw new Error('nothing is verified')
    await writeVerified(site.tool, { ...found, inputDigest })
    await site.kubectl('delete', 'secret', 'sh.helm.release.v1.meta.v1')
  }

  const rollBack = async (): Promise<Started> => startAction('rollback', await site.starts.rollback(bad))

  test('a verified revision that Helm has lost is made again from its commit, and verified', slow, async () => {
    const back = await rollBack()
    expect([back.code, back.result]).toMatchObject([
      0,
      {
        decision: 'rolled-back',
        reason: 'ok',
        commit: site.verified,
        releases: [{ revision: 4, inputDigest: digest }],
      },
    ])
    expect(await site.helm('get', 'values', 'meta')).not.toContain('bad')

    expect((await rollBack()).result).toMatchObject({
      decision: 'rolled-back',
      reason: 'up-to-date',
      releases: [{ revision: 4 }],
    })
    const smoke = await startAction('smoke-test', await site.starts.smoke(back.result))
    expect(smoke.result).toMatchObject({ decision: 'verified', commit: site.verified, releases: [{ revision: 4 }] })
  })

  test('what is not the same as was verified is not deployed; the person is told the commands', slow, async () => {
    await forget('another digest')

    const { code, result, log } = await rollBack()

    expect([code, result]).toMatchObject([1, { decision: 'irreversible', reason: 'revision-not-found' }])
    expect(result.message).toMatch(/begins with 2.*are not the verified ones/)
    expect(log).toContain(`git checkout ${site.verified.slice(0, 7)}`)
    expect(await site.helm('history', 'meta')).not.toContain('lockstep')
  })

  test.runIf(major === 4)('it ends the same, wherever it was killed before', slow, async () => {
    const killed = await killOnCluster(site, 'rollback', await site.starts.rollback(bad), forget)

    expect(killed.different).toEqual([])
    expect(killed.kills).toEqual(
      expect.arrayContaining([
        'before helm upgrade meta (1)',
        'during helm upgrade meta (1)',
        'after helm upgrade meta (1)',
      ]),
    )
    expect(killed.states).toBeGreaterThanOrEqual(4)
    expect(killed.end).toMatchObject({ release: { status: 'deployed' }, pods: [`${site.image} hello`] })
  })
})
