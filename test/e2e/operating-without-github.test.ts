import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parse } from 'yaml'
import type { RollbackRequest } from '../../actions/rollback/rollback-request.js'
import { allLabels } from '../../shared/github/labels.js'
import { parseVerified } from '../../shared/records/verified.js'
import { deploy } from '../fixtures/deploy-repo.js'
import { type DeploySite, startDeploySite } from '../fixtures/deploy-site.js'
import { helmProgram, programsFor } from '../fixtures/namespace-cluster.js'
import { type Started, startAction } from '../fixtures/start-action.js'

const page = await readFile('docs/operating-without-github.md', 'utf8')

/** The commands of one step of the page, as they are written there. */
function step(number: number): string {
  const section = page.split(/^## /m).find((text) => text.startsWith(`${number}. `)) ?? ''
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands)
  if (blocks.length === 0) throw new Error(`step ${number} of the page has no commands`)
  return blocks.join('')
}

/** Whoever is on call: a clone without its GitHub, access of their own, and the steps of the page in one shell. */
async function onCall(site: DeploySite, major: 3 | 4): Promise<(...steps: (number | string)[]) => Promise<string>> {
  const home = join(site.deployRepo.dir, 'on-call')
  await mkdir(join(home, '.kube'), { recursive: true })
  await writeFile(join(home, '.kube/staging'), await readFile(inject('kubeconfig')), { mode: 0o600 })
  const path = await programsFor(home, major)
  const clone = join(home, 'clone')
  await execa('git', ['clone', '--quiet', site.deployRepo.github.repository(deploy).gitDir, clone])
  const host = /^host: (\S+)$/m.exec(await readFile(join(clone, 'config/staging.yaml'), 'utf8'))?.[1] ?? ''
  return async (...steps) => {
    await execa('git', ['fetch', '--quiet'], { cwd: clone })
    // From here on its GitHub is away.
    await execa('git', ['remote', 'set-url', 'origin', 'https://127.0.0.1:1/'], { cwd: clone })
    const commands = steps.map((one) => (typeof one === 'number' ? step(one) : one)).join('\n')
    const script = [
      // That two manifests differ is no failure.
      'set -e; diff() { command diff "$@" || [ $? = 1 ]; }',
      commands.replace(/^HOST=\S+/m, `HOST=${host}`),
    ].join('\n')
    const env = { HOME: home, PATH: `${path}:${process.env.PATH}` }
    const { all, exitCode } = await execa('bash', ['-c', script], { cwd: clone, env, all: true, reject: false })
    await execa('git', ['remote', 'set-url', 'origin', site.deployRepo.github.repository(deploy).gitDir], {
      cwd: clone,
    })
    expect(exitCode, `${script}\n${all}`).toBe(0)
    return all
  }
}

describe.each([3, 4] as const)('the page about operating without GitHub, with Helm %i', (major) => {
  let site: DeploySite
  let play: Awaited<ReturnType<typeof onCall>>
  let merged: string

  beforeAll(async () => {
    site = await startDeploySite(major)
    play = await onCall(site, major)
  })
  afterAll(() => site[Symbol.asyncDispose]())

  // As the administrator: in between, Lockstep's own access is taken away.
  const read = async (program: string, ...args: string[]) => {
    const { stdout } = await execa(program, ['--namespace', 'staging', ...args, '--output', 'json'], {
      env: { KUBECONFIG: inject('kubeconfig') },
    })
    return JSON.parse(stdout)
  }
  const verified = async () => parseVerified(await read(inject('tools').kubectl, 'get', 'configmap', 'lockstep-meta'))
  const latest = async () => (await read(helmProgram(major), 'history', 'meta', '--max', '1'))[0]

  /** The rest of Lockstep's job, after a deploy or a rollback. */
  async function verifyAndRecord({ result, log }: Started): Promise<void> {
    const smoke = await startAction('smoke-test', await site.starts.smoke(result))
    expect(smoke.result, log + smoke.log).toMatchObject({ decision: 'verified', commit: result.commit })
    const { inputs, env } = await site.starts.record(result, smoke.result)
    const run = { ...env, GITHUB_RUN_ID: result.run.split('/')[0] ?? '' }
    const record = await startAction('helm-deploy', { inputs, env: run })
    expect(record.result.decision).toBe('recorded')
  }

  test('main is deployed by hand; Lockstep cannot undo it meanwhile, and verifies it afterwards', async () => {
    merged = await site.values('hub: { greeting: merged }\n')

    const said = await play(1, 2, 3, 5, 6)
    expect(said).toContain(`verified: revision 1, commit ${site.verified}`)
    const lock = parse(await readFile(join(site.deployRepo.dir, 'on-call/clone/.github/deploy-lock.yml'), 'utf8'))
    expect(said).toContain(JSON.stringify(lock).match(/"sha256":"(\w+)"/)?.[1])
    expect(await latest()).toMatchObject({ status: 'deployed', revision: 2, description: `by hand: ${merged}` })

    // The deploy of an older state of main was waiting for its turn.
    const waiting = await startAction('helm-deploy', await site.starts.deploy(site.verified, '11'))
    expect(waiting.result, waiting.log).toMatchObject({ decision: 'refused', reason: 'missing-permission' })
    expect(await latest()).toMatchObject({ revision: 2 })
    expect(await verified()).toMatchObject({ revision: 1, commit: site.verified })

    await play(1, 7)
    const deployed = await startAction('helm-deploy', await site.starts.deploy(merged, '12'))
    expect(deployed.result, deployed.log).toMatchObject({ decision: 'deployed', releases: [{ revision: 3 }] })
    await verifyAndRecord(deployed)
    expect(await verified()).toMatchObject({ revision: 3, commit: merged, previous: { commit: site.verified } })
  })

  test('a deploy that was cut off is rolled back by hand; the workflow recognizes that, and verifies it', async () => {
    const bad = await site.values('image: "127.0.0.1:1/none:1"\n')
    await site.cutOff(bad)
    expect(await latest()).toMatchObject({ status: 'pending-upgrade', revision: 4 })

    const said = await play(1, 2, 3, 4, 6)
    expect(said).toContain(`verified: revision 3, commit ${merged}`)
    expect(await latest()).toMatchObject({ status: 'deployed', revision: 5, description: 'Rollback to 3' })
    const started = await site.starts.rollback(bad, '21')
    const request: RollbackRequest = {
      ...{ schema: 1, run: '21/1', by: 'ada', reason: 'rolled back by hand', to: merged, from: bad },
      ...{ clusters: ['staging'], all: true },
    }
    const start = { ...started, inputs: { ...started.inputs, request: JSON.stringify(request) } }
    expect((await startAction('rollback', start)).result.reason).toBe('missing-permission')

    await play(1, 7)
    const back = await startAction('rollback', start)
    expect(back.result, back.log).toMatchObject({
      ...{ decision: 'rolled-back', reason: 'up-to-date', commit: merged },
      releases: [{ revision: 5 }],
    })
    expect(await latest()).toMatchObject({ revision: 5 })
    const smoke = await startAction('smoke-test', await site.starts.smoke(back.result))
    expect(smoke.result).toMatchObject({ decision: 'verified', commit: merged })
    expect(await verified()).toMatchObject({ revision: 5, commit: merged })
  })

  test('what Helm has forgotten is deployed again from the verified commit, by the same step', async () => {
    const [, ...rest] = step(5).split('\n')
    await play(1, 2, 'TARGET=$COMMIT', rest.join('\n'))
    expect(await latest()).toMatchObject({ status: 'deployed', revision: 6, description: `by hand: ${merged}` })
  })
})

test('while GitHub is away only programs are used that do not need it', () => {
  const commands = [1, 2, 3, 4, 5, 6].map(step).join('').replace(/\\\n/g, ' ')
  const programs = commands
    .split('\n')
    .filter((line) => line !== '' && !/^(export )?[A-Z]+=/.test(line))
    .map((line) => line.split(' ')[0])
  const known = ['git', 'helm', 'kubectl', 'curl', 'diff', 'echo', 'cat', 'sha256sum']
  expect(known).toEqual(expect.arrayContaining([...new Set(programs)]))
  expect(commands).not.toMatch(/\bgh\b|git (fetch|pull|push)/)
})

test('workflows, their inputs and labels of the last step exist', async () => {
  const dispatches = [...page.matchAll(/gh workflow run (\S+)((?: -f \S+?=(?:"[^"]*"|[^\s`]+))+)/g)]
  expect(dispatches.map(([, file]) => file)).toEqual(['rollback.yml', 'adopt.yml'])
  for (const [, file, fields = ''] of dispatches) {
    const workflow = parse(await readFile(`workflows-examples/deploy-repo/.github/workflows/${file}`, 'utf8'))
    const names = [...fields.matchAll(/-f (\S+?)=/g)].map(([, name]) => name)
    expect(Object.keys(workflow.on.workflow_dispatch.inputs)).toEqual(expect.arrayContaining(names))
  }
  const [, label] = /gh issue create --label (\S+)/.exec(page) ?? []
  expect(Object.keys(allLabels)).toContain(label)
})
