import { expect, test } from 'vitest'
import { UserError } from '../../../../shared/foundation/errors.js'
import { readTogether } from '../../../../shared/kube/together.js'

const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'hub' } }
const memory = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'lockstep-hub', namespace: 'hub' } }
const asked = [namespace, memory]

/** It remembers what it was asked for one by one. */
function cluster(found: () => Promise<unknown[]>) {
  const alone: string[] = []
  const kubectl = {
    find: found,
    get: async (kind: string, name: string) => {
      alone.push(`${kind}/${name}`)
      return { alone: name }
    },
  }
  return { alone, kubectl }
}

test('what was read together is not asked for again, and what is not there is said not to be', async () => {
  const { alone, kubectl } = cluster(async () => [{ ...namespace, metadata: { name: 'hub', uid: '1' } }])
  const { get } = await readTogether(kubectl, asked)
  expect(await get('namespace', 'hub')).toMatchObject({ metadata: { uid: '1' } })
  expect(await get('configmap', 'lockstep-hub')).toBeUndefined()
  expect(alone).toEqual([])
})

test('the same name of another kind, and any other name, are asked for', async () => {
  const { alone, kubectl } = cluster(async () => asked)
  const { get } = await readTogether(kubectl, asked)
  await get('configmap', 'hub')
  await get('configmap', 'kube-root-ca.crt')
  expect(alone).toEqual(['configmap/hub', 'configmap/kube-root-ca.crt'])
})

const failing = (reason: 'missing-permission' | 'cluster-unreachable') =>
  cluster(() => Promise.reject(new UserError(reason, 'no', { fix: '' })))

test('where one of them may not be read, each is asked for by itself: its error says which', async () => {
  const { alone, kubectl } = failing('missing-permission')
  const { get } = await readTogether(kubectl, asked)
  expect(await get('namespace', 'hub')).toEqual({ alone: 'hub' })
  expect(alone).toEqual(['namespace/hub'])
})

test('a cluster that does not answer is not asked again', async () => {
  const { alone, kubectl } = failing('cluster-unreachable')
  await expect(readTogether(kubectl, asked)).rejects.toMatchObject({ reason: 'cluster-unreachable' })
  expect(alone).toEqual([])
})
