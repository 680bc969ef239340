import { symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ActionName, Result } from '../../shared/foundation/result.js'
import { parseVerified } from '../../shared/records/verified.js'
import { type DeploySite, startDeploySite } from '../fixtures/deploy-site.js'
import { type Start, type Started, startAction } from '../fixtures/start-action.js'

const slow = { timeout: 600_000 }

describe.each([3, 4] as const)('a rehearsal with Helm %i', (major) => {
  let site: DeploySite
  /** Main, which is what is verified and a workflow. */
  let main: string
  beforeAll(async () => {
    site = await startDeploySite(major)
    await symlink((await execa('which', ['git'])).stdout, join(site.programs.path, 'git'))
    main = await site.deployRepo.push({ '.github/workflows/deploy.yml': 'on: push\njobs: {}\n' })
  }, 180_000)
  afterAll(() => site[Symbol.asyncDispose]())
  beforeEach(() => site.reset(), 120_000)

  async function start(name: ActionName, base: Start, inputs: Record<string, string>): Promise<Started> {
    const env = { ...base.env, GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_SHA: main }
    return startAction(name, { ...base, inputs: { ...base.inputs, ...inputs }, env })
  }

  /** The plan of a rehearsal of these files. */
  async function planned(files: Record<string, string>): Promise<string> {
    const { number, head } = await site.deployRepo.open(files)
    const inputs = {
      mode: 'plan-staging-trial',
      'pull-request': String(number),
      head,
      token: site.deployRepo.tokens.gate,
    }
    const { outputs, log } = await start('helm-deploy', await site.starts.deploy(main), inputs)
    if (outputs.plan === undefined) throw new Error(log)
    return outputs.plan
  }

  const there = async (plan: string) =>
    start('helm-deploy', await site.starts.deploy(main), { mode: 'staging-trial', plan })
  const back = async () => start('rollback', await site.starts.rollback(main), { mode: 'staging-trial' })
  const smoke = async (result: Result) => {
    const base = await site.starts.smoke({ ...result, commit: main })
    return start('smoke-test', base, { 'deploy-result': JSON.stringify(result) })
  }

  const greeting = () =>
    site.kubectl('get', 'deployment', 'web', '--output', 'jsonpath={.spec.template.metadata.annotations.greeting}')
  const verified = async () => parseVerified(await site.tool.get('configmap', 'lockstep-meta'))

  test('there, back and there again; nothing but main is verified, and main is there at the end', slow, async () => {
    const plan = await planned({ 'config/common.yaml': 'hub: { greeting: rehearsed }\n' })
    const steps: [() => Promise<Started>, string, string, string][] = [
      [() => there(plan), 'trial-passed', 'tested', 'rehearsed'],
      [back, 'rolled-back', 'verified', 'hello'],
      [() => there(plan), 'trial-passed', 'tested', 'rehearsed'],
      [back, 'rolled-back', 'verified', 'hello'],
    ]
    for (const [index, [work, decision, tested, shown]] of steps.entries()) {
      const { result } = await work()
      expect(result).toMatchObject({ decision, reason: 'ok', releases: [{ revision: index + 2 }] })
      expect(await greeting()).toBe(shown)
      expect((await smoke(result)).result).toMatchObject({ decision: tested, verdict: 'pass' })
      expect(await verified()).toMatchObject({
        commit: site.verified,
        components: { hub: site.deployRepo.versions[0] },
      })
    }
    expect((await verified())?.revision).toBe(5)
  })

  test('what does not become healthy fails there, and staging is back', slow, async () => {
    const plan = await planned({ 'config/common.yaml': 'hub: { image: "127.0.0.1:1/none:1" }\n' })
    const { code, result } = await there(plan)
    expect([code, result]).toMatchObject([1, { decision: 'failed', reason: 'unhealthy' }])

    const end = await back()
    expect(end.result).toMatchObject({ decision: 'rolled-back', commit: site.verified })
    expect((await smoke(end.result)).result.decision).toBe('verified')
    expect(await greeting()).toBe('hello')
  })

  test('main is deployed over what a rehearsal has left there in the middle', slow, async () => {
    const plan = await planned({ 'config/common.yaml': 'hub: { greeting: left }\n' })
    await there(plan)
    expect(await greeting()).toBe('left')

    const { result } = await startAction('helm-deploy', await site.starts.deploy(main, '102'))
    expect(result).toMatchObject({ decision: 'deployed', commit: main })
    expect(await greeting()).toBe('hello')
  })
})
