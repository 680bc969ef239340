import { get } from 'node:http'
import { json } from 'node:stream/consumers'
import { repoRef } from '../../shared/github/client.js'
import { readScalar } from '../../shared/yaml/splice.js'
import type { Installation } from '../fixtures/installation.js'
import {
  type ClusterName,
  clusterNames,
  hostOfCluster,
  mainBranch,
  registryAddress,
  releaseOnCluster,
  repoNames,
} from '../fixtures/names.js'
import type { ClusterState, GitFacts } from './agree.js'

/** What main of the deploy repo says should run. */
export async function inspectGit({ people: { olga } }: Installation): Promise<GitFacts> {
  const deploy = repoRef(repoNames.deploy)
  const { data } = await olga.github.rest.git.getRef({ ...deploy, ref: `heads/${mainBranch}` })
  const read = async (path: string, scalar: (string | number)[]): Promise<string> => {
    const file = await olga.github.rest.repos.getContent({ ...deploy, path, mediaType: { format: 'raw' } })
    return readScalar(String(file.data), scalar)?.value ?? ''
  }
  const hubVersion = await read('service/Chart.yaml', ['dependencies', 0, 'version'])
  return {
    commit: data.object.sha,
    hubVersion,
    hubImage: `${registryAddress}/hub:${hubVersion}`,
    builderImage: await read('service/values.yaml', ['hub', 'builder', 'image']),
  }
}

export const inspectClusters = (installation: Installation): Promise<ClusterState[]> =>
  Promise.all(clusterNames.map((cluster) => lookAtCluster(installation, cluster)))

async function lookAtCluster(installation: Installation, cluster: ClusterName): Promise<ClusterState> {
  const configMap = (await installation
    .kube(`/api/v1/namespaces/${cluster}/configmaps/lockstep-${releaseOnCluster}`)
    .catch(() => ({}))) as { data?: { verified?: string } }
  const pods = (await installation.kube(`/api/v1/namespaces/${cluster}/pods?labelSelector=app=hub`)) as {
    items: { metadata: { deletionTimestamp?: string }; spec: { containers: { image: string }[] } }[]
  }
  const running = pods.items.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return {
    cluster,
    verifiedCommit: (JSON.parse(configMap.data?.verified ?? '{}') as { commit?: string }).commit,
    recordedCommit: await recordedCommit(installation, cluster),
    images: [...new Set(running.flatMap(({ spec }) => spec.containers.map(({ image }) => image)))],
    answers: await answers(cluster),
  }
}

async function recordedCommit({ people: { olga } }: Installation, environment: string): Promise<string | undefined> {
  const deploy = repoRef(repoNames.deploy)
  const { data } = await olga.github.rest.repos.listDeployments({ ...deploy, environment, task: 'deploy' })
  for (const { id, sha } of data) {
    const statuses = await olga.github.rest.repos.listDeploymentStatuses({ ...deploy, deployment_id: id })
    if (statuses.data[0]?.state === 'success') return sha
  }
  return undefined
}

function answers(cluster: ClusterName): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    get(`http://${hostOfCluster(cluster)}/versions`, (response) =>
      json(response).then(
        (body) => resolve(body as Record<string, unknown>),
        () => resolve({}),
      ),
    ).on('error', () => resolve({}))
  })
}
