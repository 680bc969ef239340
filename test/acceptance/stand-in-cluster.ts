import { copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Released } from '../../shared/foundation/result.js'
import { authorityFingerprint } from '../../shared/kube/identity.js'
import { type Verified, verifiedName } from '../../shared/records/verified.js'
import { released } from '../released.js'
import type { DeployWorld } from './deploy-world.js'
import { selfSigned } from './self-signed.js'

/** As cluster-stand-in.mjs keeps it. */
export interface Cluster {
  configMaps: Record<string, { data: Record<string, string> }>
  /** By `<namespace>/<name>`. */
  releases: Record<string, { revision: number; status: string; description: string }[]>
  broken: Record<string, string>
  /** A namespace in which nothing may be written. */
  readOnly?: string
  /** Whether it does not answer. */
  down?: boolean
  /** What Helm did, in order. */
  done: string[]
}

/** A cluster `staging` that is a file, and the programs that know it. */
export interface StandInCluster {
  kubeconfig: string
  /** For PATH, in front of everything else. */
  bin: string
  read(): Promise<Cluster>
  save(cluster: Cluster): Promise<void>
  /** What is remembered as verified of `<namespace>/<name>`. */
  verifiedOf(key: string): Promise<Verified>
  /** Everything that Helm does in `work`, in order. */
  done(work: () => Promise<unknown>): Promise<string[]>
}

/** It has these releases, adopted at main's newest commit as revision 1 each, and recorded as such. */
export async function standInCluster(
  world: DeployWorld,
  places: { name: string; namespace: string }[],
): Promise<StandInCluster> {
  const bin = await mkdtemp(join(world.dir, 'bin-'))
  const standIn = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
  for (const program of ['kubectl', 'helm']) await copyFile(standIn('cluster-stand-in.mjs'), join(bin, program))
  await copyFile(standIn('helm-stand-in.mjs'), join(bin, 'helm-stand-in.mjs'))
  await writeFile(join(bin, 'package.json'), '{ "type": "module" }')

  const { cert } = selfSigned('cluster.example')
  const kubeconfig = JSON.stringify({
    'current-context': 'it',
    contexts: [{ name: 'it', context: { cluster: 'it' } }],
    clusters: [{ name: 'it', cluster: { 'certificate-authority-data': Buffer.from(cert).toString('base64') } }],
  })
  const file = join(bin, 'cluster.json')
  const read = async (): Promise<Cluster> => JSON.parse(await readFile(file, 'utf8'))
  const save = (cluster: Cluster): Promise<void> => writeFile(file, JSON.stringify(cluster))

  const commit = await world.head()
  const releases = places.map((place): Released => {
    const identity = { ca: authorityFingerprint(cert), namespaceUid: `uid of ${place.namespace}` }
    return released({ ...place, revision: 1, identity })
  })
  await world.recordSuccess('staging', commit, { releases })
  const remembered = places.map(({ name: release, namespace }) => {
    const verified: Verified = {
      ...{ schema: 1, cluster: 'staging', release, namespace, revision: 1, commit },
      ...{ inputDigest: 'adopted', components: {}, run: '1/1', at: '2026-11-23T00:00:00Z' },
    }
    return [`${namespace}/${verifiedName(release)}`, { data: { verified: JSON.stringify(verified) } }] as const
  })
  const first = { revision: 1, status: 'deployed', description: 'by hand' }
  await save({
    configMaps: Object.fromEntries(remembered),
    releases: Object.fromEntries(places.map(({ name, namespace }) => [`${namespace}/${name}`, [first]])),
    broken: {},
    done: [],
  })
  return {
    kubeconfig,
    bin,
    read,
    save,
    async verifiedOf(key) {
      const [namespace, name = ''] = key.split('/')
      const { data } = (await read()).configMaps[`${namespace}/${verifiedName(name)}`] ?? { data: {} }
      return JSON.parse(data['verified'] ?? '')
    },
    async done(work) {
      await save({ ...(await read()), done: [] })
      await work()
      return (await read()).done
    },
  }
}
