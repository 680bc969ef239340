import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { expect, inject, test } from 'vitest'
import { makeTenant } from '../../rehearsal/cluster/tenant.js'
import { readIsolation } from '../../rehearsal/isolate/inside.js'
import { type Exec, execIn } from '../../shared/exec/exec.js'
import { readHealth } from '../../shared/kube/health.js'

const { kubectl } = inject('tools')
const admin = inject('kubeconfig')
const namespace = 'looked-at'
const exec: Exec = (program, args, options) =>
  execIn('/', new AbortController().signal)(program === 'kubectl' ? kubectl : program, args, options)

const asAdmin = async (...args: string[]): Promise<void> => {
  await execa(kubectl, ['--kubeconfig', admin, ...args])
}

test('a real cluster is looked at by the user of a release, once that may see nodes and API services', async () => {
  const cluster = { kubectl, kubeconfig: admin, apiServer: inject('apiServer'), [Symbol.asyncDispose]: async () => {} }
  const kubeconfig = join(readIsolation()?.dir ?? '', 'look.kubeconfig')
  await writeFile(kubeconfig, await makeTenant(cluster, namespace), { mode: 0o600 })
  const look = () => readHealth(exec, kubeconfig, [{ name: 'hub', namespace }])

  await expect(look()).rejects.toMatchObject({
    reason: 'missing-permission',
    message: expect.stringContaining('may not list nodes'),
  })

  // As docs/infrastructure-changes.md says it.
  const rights = ['--verb=list', '--resource=nodes,apiservices.apiregistration.k8s.io']
  await asAdmin('create', 'clusterrole', 'lockstep-look', ...rights)
  const binding = ['--clusterrole=lockstep-look', `--serviceaccount=${namespace}:deployer`]
  await asAdmin('create', 'clusterrolebinding', 'lockstep-look', ...binding)

  const health = await look()
  expect(health.server).toMatch(/^v1\.\d+\.\d+/)
  expect(health.nodes).toEqual([{ name: expect.any(String), version: health.server, ready: true }])
  expect(health.unavailable).toEqual([])
  expect(health.workloads).toEqual([])
})
