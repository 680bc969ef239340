import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest'
import { runKubectl as adminKubectl } from '../../rehearsal/cluster/kubectl.js'
import { readIdentity } from '../../shared/kube/identity.js'
import { writeRecord } from '../../shared/records/deployments.js'
import { writeReleaseLock } from '../../shared/records/release-lock.js'
import { writeVerified } from '../../shared/records/verified.js'
import { type DeployRepo, deploy, startDeployRepo } from '../fixtures/deploy-repo.js'
import { type NamespaceCluster, programsFor, startNamespaceCluster } from '../fixtures/namespace-cluster.js'
import { released } from '../fixtures/released.js'
import { type Started, startAction } from '../fixtures/start-action.js'

/** Nothing that runs: the volumes and what the values say are all that matters. */
const chart = (): Record<string, string> => ({
  'values.yaml': 'schema: 1\nclaims: { data: 1Gi }\n',
  'templates/all.yaml': `apiVersion: v1
kind: ConfigMap
metadata: { name: web }
data: { schema: "{{ .Values.schema }}" }
{{ range $name, $size := .Values.claims }}{{ if $size }}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: {{ $name }} }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: grows
  volumeName: volume-{{ $name }}
  resources: { requests: { storage: {{ $size }} } }
{{ end }}{{ end }}`,
})

const admin = (args: string[], input?: string): Promise<string> =>
  adminKubectl(inject('tools').kubectl, inject('kubeconfig'), args, input)

/** Volumes for the claims: nothing makes them here. */
const volumes = ['data', 'more'].map((name) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: { name: `volume-${name}` },
  spec: {
    ...{ accessModes: ['ReadWriteOnce'], capacity: { storage: '1Gi' }, storageClassName: 'grows' },
    ...{ persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: '/tmp' } },
  },
}))
const storageClass = {
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'grows' } },
  ...{ provisioner: 'kubernetes.io/no-provisioner', allowVolumeExpansion: true },
}

describe.each([3, 4] as const)('with Helm %i', (major) => {
  let deployRepo: DeployRepo
  let place: NamespaceCluster
  let verified: string
  beforeAll(async () => {
    deployRepo = await startDeployRepo(chart)
    const policy = await readPolicy(deployRepo)
    verified = await deployRepo.push({
      '.github/deploy-policy.yml': `${policy.replace('    chart: meta\n', '    chart: meta\n    migration-markers: [hub.schema]\n')}runbook: https://docs.example.org/back\n`,
    })
    const path = await programsFor(deployRepo.dir, major)
    place = await startNamespaceCluster(deployRepo, { name: 'staging', major, path, verified })
    const identity = await readIdentity(place.kubeconfig, place.tool, 'staging')
    await deployRepo.recordSuccess('staging', verified, { releases: [released({ revision: 1, identity })] })
  })
  afterAll(async () => {
    await place[Symbol.asyncDispose]()
    await admin(['delete', '--ignore-not-found', 'storageclass/grows', 'pv/volume-data', 'pv/volume-more'])
    await deployRepo[Symbol.asyncDispose]()
  })
  beforeEach(async () => {
    await place.helm('uninstall', 'meta', '--ignore-not-found', '--wait')
    await place.kubectl('delete', 'pvc', '--all')
    await admin(['delete', '--ignore-not-found', 'pv/volume-data', 'pv/volume-more'])
    await admin(
      ['apply', '--filename', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: [storageClass, ...volumes] }),
    )
    await place.upgrade(verified)
    await writeVerified(place.tool, {
      ...{ schema: 1, cluster: 'staging', release: 'meta', namespace: 'staging', revision: 1, commit: verified },
      ...{ inputDigest: 'as it was', components: {}, run: '1/1', at: new Date().toISOString() },
    })
  })

  /** Deploys these values by Helm, and takes them back. */
  async function backFrom(values: string, meanwhile = async (): Promise<unknown> => undefined): Promise<Started> {
    const commit = await deployRepo.push({ 'config/staging.yaml': `host: 127.0.0.1:1\nhub: ${values}\n` })
    await place.upgrade(commit)
    await meanwhile()
    await writeRecord(
      { github: deployRepo.as(deployRepo.tokens.gate) as never, repo: deploy, gateBot: deployRepo.gateBot },
      {
        ...{ schema: 1, cluster: 'staging', run: '100/1', commit, releases: [], reason: 'smoke-failed' },
        ...{ outcome: 'failure', logUrl: deployRepo.github.url, environmentUrl: undefined, description: 'no' },
      },
    )
    return startAction('rollback', await place.starts.rollback(commit))
  }

  const revision = async (): Promise<number> =>
    (JSON.parse(await place.helm('history', 'meta', '--output', 'json')) as { revision: number }[]).at(-1)?.revision ??
    0

  // Which objects Helm leaves is Helm's own; all else is the same for both.
  const once = test.runIf(major === 4)
  once.each([
    ['a claim was made larger', '{ claims: { data: 2Gi } }', undefined, 'volumes cannot shrink'],
    ['a claim was deleted', '{ claims: { data: "" } }', undefined, 'data is gone'],
    ['a database was migrated', '{ schema: 2 }', undefined, 'hub.schema shows that the database was migrated'],
    [
      'somebody deleted what a pod still holds',
      '{ extra: 1 }',
      () => place.kubectl('delete', 'pvc', 'data', '--wait=false'),
      'data is',
    ],
  ])('%s: it stays, and says what would be lost', async (_, values, meanwhile, said) => {
    const { code, result, outputs, summary } = await backFrom(values, meanwhile)

    expect([code, result]).toMatchObject([1, { decision: 'irreversible', reason: 'irreversible' }])
    expect(result.message).toContain(said)
    expect(outputs['rolled-back']).toBe('false')
    expect(summary).toContain('https://docs.example.org/back')
    expect(await revision()).toBe(2)
  })

  test('what came with the bad version and holds data is left there', async () => {
    const { code, result, log } = await backFrom('{ claims: { data: 1Gi, more: 1Gi } }')

    expect([code, result]).toMatchObject([0, { decision: 'rolled-back', releases: [{ revision: 3 }] }])
    expect(log).toContain('PersistentVolumeClaim more was created by the failed deploy and holds data')
    expect(await place.kubectl('get', 'pvc', '--output', 'name')).toBe(
      'persistentvolumeclaim/data\npersistentvolumeclaim/more',
    )
    // The fix finds it again.
    const commit = await deployRepo.push({
      'config/staging.yaml': 'host: 127.0.0.1:1\nhub: { claims: { more: 1Gi } }\n',
    })
    await place.upgrade(commit)
    expect(await place.helm('get', 'manifest', 'meta')).toContain('name: more')
  })

  describe.runIf(major === 4)('a deploy that goes back', () => {
    /** The verified inputs, on top of what these values left there. */
    async function reverted(values: string): Promise<string> {
      const { result } = await startAction('helm-deploy', await place.starts.adopt(verified))
      const [release] = result.releases ?? []
      await writeVerified(place.tool, {
        ...{ schema: 1, cluster: 'staging', release: 'meta', namespace: 'staging', revision: 1, commit: verified },
        ...{ inputDigest: release?.inputDigest ?? '', components: release?.components ?? {}, run: '1/1' },
        at: new Date().toISOString(),
      })
      await place.upgrade(await deployRepo.push({ 'config/staging.yaml': `host: 127.0.0.1:1\nhub: ${values}\n` }))
      return deployRepo.push({ 'config/staging.yaml': 'host: 127.0.0.1:1\n' })
    }

    test('a revert that somebody merged does not go back over a migrated database', async () => {
      const commit = await reverted('{ schema: 2 }')
      const { code, result } = await startAction('helm-deploy', await place.starts.deploy(commit))
      expect([code, result]).toMatchObject([1, { decision: 'refused', reason: 'irreversible' }])
      expect(result.message).toContain('hub.schema shows that the database was migrated')
      expect(await revision()).toBe(2)
    })

    test('one that loses nothing goes back, and leaves what holds data', async () => {
      const commit = await reverted('{ claims: { data: 1Gi, more: 1Gi } }')
      const { result } = await startAction('helm-deploy', await place.starts.deploy(commit))
      expect(result).toMatchObject({ decision: 'deployed', releases: [{ revision: 3 }] })
      expect(await place.kubectl('get', 'pvc', '--output', 'name')).toContain('persistentvolumeclaim/more')
    })

    test('a release that was cut off is not freed over a migrated database', async () => {
      // There is no volume for one claim, so that Helm waits until it is killed.
      const values = '{ schema: 2, claims: { data: 1Gi, never: 1Gi } }'
      const commit = await deployRepo.push({ 'config/staging.yaml': `host: 127.0.0.1:1\nhub: ${values}\n` })
      const running = place.startHelm(await place.upgradeArguments(commit))
      const statuses = ['--selector', 'owner=helm', '--output', 'jsonpath={.items[*].metadata.labels.status}']
      while (running.exitCode === null && !(await place.kubectl('get', 'secrets', ...statuses)).includes('pending-')) {}
      running.kill('SIGKILL')
      await running.catch(() => undefined)
      await writeReleaseLock(place.tool, 'meta', { schema: 1, run: '100/1', revision: 2 })
      const next = await deployRepo.push({ 'config/staging.yaml': 'host: 127.0.0.1:1\nhub: { schema: 3 }\n' })

      const { code, result } = await startAction('helm-deploy', await place.starts.deploy(next))

      expect([code, result]).toMatchObject([1, { decision: 'refused', reason: 'irreversible' }])
      expect(result.message).toContain('to unlock it')
      expect(await revision()).toBe(2)
    })
  })

  once('where what Helm would touch may not be read, nothing is touched', async () => {
    const role = (resources: string[]): string =>
      JSON.stringify([{ op: 'replace', path: '/rules/0/resources', value: resources }])
    const patch = (resources: string[]): Promise<string> =>
      admin(['--namespace', 'staging', 'patch', 'role', 'deployer', '--type', 'json', '--patch', role(resources)])
    const { code, result } = await backFrom('{ extra: 1 }', () => patch(['configmaps', 'secrets', 'pods']))
    await patch(['*'])

    expect([code, result]).toMatchObject([1, { decision: 'refused', reason: 'missing-permission' }])
    expect(result.message).toContain('PersistentVolumeClaim')
    expect(await revision()).toBe(2)
  })
})

async function readPolicy(deployRepo: DeployRepo): Promise<string> {
  const { data } = await deployRepo
    .as(deployRepo.tokens.ada)
    .rest.repos.getContent({ owner: 'hub-org', repo: 'deploy', path: '.github/deploy-policy.yml' })
  if (Array.isArray(data) || data.type !== 'file') throw new Error('there is no policy')
  return Buffer.from(data.content, 'base64').toString('utf8')
}
