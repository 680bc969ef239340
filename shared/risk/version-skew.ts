import { coerce, parse } from 'semver'
import type { ClusterHealth } from '../kube/health.js'

/** How many minor versions a kubelet may be behind its API server, and kubectl away from it. */
const [kubeletLag, kubectlAway] = [3, 1]

/** Helm 3.16 is built against Kubernetes 1.31, 3.17 against 1.32; 4.0 follows 3.19. */
const builtFor = { 3: 15, 4: 34 } as Record<number, number>

/**
 * What does not go together with an API server of this version (`1.31`, `v1.31.4`): kubelets by Kubernetes' version skew
 * policy, and the programs that deploy. Pure; a program whose version is not known is not judged.
 */
export function versionSkew(
  api: string,
  { nodes, kubectl, helm }: Pick<ClusterHealth, 'nodes' | 'kubectl' | 'helm'>,
): string[] {
  return [...kubeletSkew(api, nodes), ...kubectlSkew(api, kubectl), ...helmSkew(api, helm)]
}

/** Of the nodes alone. */
export function kubeletSkew(server: string, nodes: ClusterHealth['nodes']): string[] {
  const api = parse(server) ?? coerce(server)
  return nodes.flatMap(({ name, version }) => {
    const kubelet = parse(version)
    if (!api || !kubelet || api.major !== kubelet.major)
      return [`node ${name} has ${version}, which cannot be compared with ${server}`]
    const behind = api.minor - kubelet.minor
    if (behind < 0) return [`node ${name} has ${version}, newer than the API server (${server})`]
    return behind > kubeletLag
      ? [`node ${name} has ${version}, ${behind} minor versions behind the API server (${server})`]
      : []
  })
}

function kubectlSkew(server: string, kubectl: string | undefined): string[] {
  const [api, client] = [coerce(server), coerce(kubectl)]
  if (!api || !client || Math.abs(api.minor - client.minor) <= kubectlAway) return []
  return [
    `kubectl ${kubectl} is more than one minor version away from the API server (${server}): install another version`,
  ]
}

function helmSkew(server: string, helm: string | undefined): string[] {
  const [api, client] = [coerce(server), coerce(helm)]
  const offset = client ? builtFor[client.major] : undefined
  if (!api || !client || offset === undefined || api.minor <= client.minor + offset) return []
  return [`Helm ${helm} supports Kubernetes up to 1.${client.minor + offset}, not ${server}: install a newer version`]
}
