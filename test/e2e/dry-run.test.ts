import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { dryRun } from '../../actions/helm-deploy/dry-run/server-dry-run.js'
import { pollUntil } from '../../rehearsal/cluster/poll.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { execIn } from '../../shared/exec/exec.js'
import { resourcesIn } from '../../shared/render/resources.js'
import { allowedEdits, refusedEdits } from '../fixtures/immutable-samples.js'
import { objectOf, rendered, workload } from '../fixtures/renderings.js'

const { kubectl } = inject('tools')
const admin = inject('kubeconfig')
const asker = join(readIsolation()?.dir ?? '', 'dry-run.kubeconfig')
const namespace = 'asked'

/** kubectl as somebody; its exit code and all that it said. */
async function as(
  kubeconfig: string,
  args: string[],
  input?: unknown,
): Promise<{ code: number | undefined; said: string }> {
  const text = input === undefined ? {} : { input: typeof input === 'string' ? input : JSON.stringify(input) }
  const { exitCode, all } = await execa(kubectl, ['--kubeconfig', kubeconfig, ...args], {
    reject: false,
    all: true,
    ...text,
  })
  return { code: exitCode, said: all ?? '' }
}
const apply = (kubeconfig: string, object: unknown, ...more: string[]) =>
  as(
    kubeconfig,
    ['--namespace', namespace, 'apply', '--server-side', '--force-conflicts', ...more, '--filename', '-'],
    object,
  )
const configMap = (name: string) => objectOf('v1', 'ConfigMap', { data: { a: 'b' } }, name)

beforeAll(async () => {
  const { code, said } = await as(admin, ['apply', '--filename', 'docs/dry-run-identity.yaml'])
  expect(code, said).toBe(0)
  await as(admin, ['create', 'namespace', namespace])
  const token = await as(admin, ['--namespace', 'lockstep', 'create', 'token', 'dry-run'])
  const config = parse(await readFile(admin, 'utf8'))
  await writeFile(
    asker,
    stringify({
      ...config,
      users: config.users.map(({ name }: { name: string }) => ({ name, user: { token: token.said } })),
    }),
    { mode: 0o600 },
  )
  // The API server needs a moment until a new policy is in force.
  let last = ''
  await pollUntil(
    async () => {
      last = (await apply(asker, configMap('probe'))).said
      return last.includes('may only ask by dry-run')
    },
    { deadline: 30_000, every: 200 },
  )
  expect(last).toContain('may only ask by dry-run')
  await as(admin, ['--namespace', namespace, 'delete', 'configmap', 'probe', '--ignore-not-found'])
})

afterAll(async () => {
  await as(admin, ['delete', 'clusterrolebinding', 'asker-may-do-anything', '--ignore-not-found'])
  await as(admin, ['delete', '--filename', 'docs/dry-run-identity.yaml', '--wait=false'])
  await as(admin, ['delete', 'namespace', namespace, '--wait=false'])
})

describe('the identity that may only ask', () => {
  test('may ask, and changes nothing', async () => {
    expect(await apply(asker, configMap('new'), '--dry-run=server')).toMatchObject({ code: 0 })
    expect((await as(admin, ['--namespace', namespace, 'get', 'configmap', 'new'])).said).toContain('not found')
  })

  test('may not write, nor see a Secret by asking', async () => {
    expect((await apply(asker, configMap('new'))).said).toContain('may only ask by dry-run')
    await apply(admin, objectOf('v1', 'Secret', { stringData: { a: 'hidden-content' } }))
    const secret = await apply(
      asker,
      objectOf('v1', 'Secret', { stringData: { b: 'x' } }),
      '--dry-run=server',
      '--output=yaml',
    )
    expect(secret.said).toContain('orbidden')
    expect(secret.said).not.toContain(Buffer.from('hidden-content').toString('base64'))
  })

  test('may not write even when its role allows everything: the policy alone holds it', async () => {
    const binding = ['asker-may-do-anything', '--clusterrole=cluster-admin', '--serviceaccount=lockstep:dry-run']
    await as(admin, ['create', 'clusterrolebinding', ...binding])
    await apply(admin, configMap('there'))
    await pollUntil(async () => (await as(asker, ['get', 'nodes'])).code === 0, { deadline: 20_000, every: 200 })
    const inside = ['--namespace', namespace]
    for (const args of [
      [...inside, 'delete', 'configmap', 'there', '--wait=false'],
      [...inside, 'create', 'configmap', 'other'],
      [...inside, 'label', 'configmap', 'there', 'a=b'],
      [...inside, 'create', 'token', 'default'],
      ['delete', 'namespace', namespace, '--wait=false'],
      ['create', 'clusterrolebinding', 'more', '--clusterrole=cluster-admin', '--user=eve'],
    ]) {
      expect((await as(asker, args)).said, args.join(' ')).toContain('may only ask by dry-run')
    }
    await as(admin, ['delete', 'clusterrolebinding', 'asker-may-do-anything'])
  })
})

describe('a cluster that is asked', () => {
  const exec = execIn('/', new AbortController().signal)
  const ask = (...objects: unknown[]) =>
    dryRun(
      (program, args, options) => exec(program === 'kubectl' ? kubectl : program, args, options),
      asker,
      namespace,
      [...resourcesIn(rendered(...objects), namespace).resources.values()],
    )

  test('would take what is right; Secrets and hooks are left out', async () => {
    const hook = {
      ...objectOf('batch/v1', 'Job'),
      metadata: { name: 'x', annotations: { 'helm.sh/hook': 'pre-upgrade' } },
    }
    const secret = objectOf('v1', 'Secret', { data: { a: 'eA==' } })
    expect(await ask(workload('Deployment', 'hub:1'), configMap('a'), secret, hook)).toEqual({
      ...{ asked: 2, left: ['Secret', 'Job (hook)'], refused: [] },
    })
  })

  test('names every object that it would refuse, and the field', async () => {
    await apply(admin, workload('StatefulSet', 'hub:1', { serviceName: 'a', replicas: 0 }))
    const { refused } = await ask(
      workload('StatefulSet', 'hub:1', { serviceName: 'b', replicas: 0 }),
      configMap('a'),
      objectOf('v1', 'Service', { spec: { ports: [{ port: 700_000 }] } }, 'wrong'),
    )
    expect(refused).toHaveLength(2)
    expect(refused.join()).toMatch(/hub.*updates to statefulset spec/)
    expect(refused.join()).toMatch(/wrong.*port/)
  })
})

describe('the table of fields that cannot change agrees with a real API server', () => {
  const edits = [
    ...refusedEdits.map((edit) => ({ ...edit, refused: true })),
    ...allowedEdits.map((edit) => ({ ...edit, refused: false })),
  ]

  test.each(edits)('$title', async ({ before, after, refused }) => {
    const { kind, metadata } = before as { kind: string; metadata: { name: string } }
    const here = [
      '--namespace',
      namespace,
      'delete',
      kind.toLowerCase(),
      metadata.name,
      '--ignore-not-found',
      '--wait',
      '--grace-period=0',
      '--force',
    ]
    await as(admin, here)
    const made = await apply(admin, before)
    expect(made.code, made.said).toBe(0)

    const answer = await apply(admin, after, '--dry-run=server')
    expect({ refused: answer.code !== 0, said: answer.said }).toEqual({ refused, said: expect.anything() })
    await as(admin, here)
  })
})
