import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { json } from 'node:stream/consumers'
import { parse } from 'yaml'

/** Reads one path of the Kubernetes API as JSON. @throws on any answer but 200. */
export type KubeClient = (path: string) => Promise<unknown>

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
  users: { user: { token?: string; 'client-certificate-data'?: string; 'client-key-data'?: string } }[]
}

const decode = (base64: string | undefined): Buffer | undefined =>
  base64 === undefined ? undefined : Buffer.from(base64, 'base64')

/** For the world's own looking around, many times a second; the actions themselves use kubectl. */
export async function kubeClient(kubeconfigFile: string): Promise<KubeClient> {
  const config = parse(await readFile(kubeconfigFile, 'utf8')) as Kubeconfig
  const [cluster, user] = [config.clusters[0]?.cluster, config.users[0]?.user]
  if (!cluster || !user) throw new Error(`${kubeconfigFile} names no cluster or no user`)
  const options = {
    ca: decode(cluster['certificate-authority-data']),
    cert: decode(user['client-certificate-data']),
    key: decode(user['client-key-data']),
    headers: user.token === undefined ? {} : { authorization: `Bearer ${user.token}` },
  }
  return (path) =>
    new Promise((resolve, reject) => {
      request(new URL(path, cluster.server), options, (response) => {
        const body = json(response)
        if (response.statusCode === 200) resolve(body)
        else body.then(() => reject(new Error(`${path}: ${response.statusCode}`)), reject)
      })
        .on('error', reject)
        .end()
    })
}
