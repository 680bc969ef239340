import { parse } from 'yaml'
import { z } from 'zod'
import type { LocalCluster } from './cluster.js'
import { kubeconfigText } from './credentials.js'
import { runKubectl } from './kubectl.js'
import { pollUntil } from './poll.js'

/**
 * Makes a namespace that plays a whole cluster, and returns the text of a kubeconfig that reaches nothing but it: all
 * in the namespace, and reading the namespace object itself.
 */
export async function makeTenant(cluster: LocalCluster, namespace: string): Promise<string> {
  await runKubectl(cluster.kubectl, cluster.kubeconfig, ['apply', '--filename', '-'], manifests(namespace))
  return kubeconfigText({
    server: cluster.apiServer,
    ca: await authority(cluster),
    token: await token(cluster, namespace),
    namespace,
  })
}

/** Removes what `tenant` made; returns when it is gone. */
export async function removeTenant(cluster: LocalCluster, namespace: string): Promise<void> {
  const name = `${user}-${namespace}`
  await runKubectl(cluster.kubectl, cluster.kubeconfig, [
    ...['delete', '--ignore-not-found', `namespace/${namespace}`, `clusterrole/${name}`, `clusterrolebinding/${name}`],
  ])
}

const user = 'deployer'

function manifests(namespace: string): string {
  const role = `${user}-${namespace}`
  const subject = { kind: 'ServiceAccount', name: user, namespace }
  const roleRef = (kind: string, name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind, name })
  const inside = (name: string) => ({ name, namespace })
  const everything = { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }
  const itself = { apiGroups: [''], resources: ['namespaces'], resourceNames: [namespace], verbs: ['get'] }
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: inside(user) },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { ...inside(`${user}-token`), annotations: { 'kubernetes.io/service-account.name': user } },
      type: 'kubernetes.io/service-account-token',
    },
    { ...rbac, kind: 'Role', metadata: inside(user), rules: [everything] },
    { ...rbac, kind: 'RoleBinding', metadata: inside(user), subjects: [subject], roleRef: roleRef('Role', user) },
    { ...rbac, kind: 'ClusterRole', metadata: { name: role }, rules: [itself] },
    {
      ...rbac,
      kind: 'ClusterRoleBinding',
      metadata: { name: role },
      subjects: [subject],
      roleRef: roleRef('ClusterRole', role),
    },
  ]
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
}

const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1' }

/** A controller fills the secret a moment after it was made; in its back-off after an API server that went away, much later. */
async function token(cluster: LocalCluster, namespace: string): Promise<string> {
  let encoded = ''
  const path = 'jsonpath={.data.token}'
  await pollUntil(
    async () => {
      const args = ['--namespace', namespace, 'get', 'secret', `${user}-token`, '--output', path]
      encoded = await runKubectl(cluster.kubectl, cluster.kubeconfig, args)
      return encoded !== ''
    },
    { deadline: 120_000, every: 100 },
  )
  if (!encoded) throw new Error(`The cluster made no token for service account ${user} in namespace ${namespace}`)
  return Buffer.from(encoded, 'base64').toString()
}

const Kubeconfig = z.object({
  clusters: z.array(z.object({ cluster: z.object({ 'certificate-authority-data': z.string() }) })).min(1),
})

/** PEM of the certificate authority; kubectl flattens a reference to a file. */
async function authority(cluster: LocalCluster): Promise<string> {
  const view = await runKubectl(cluster.kubectl, cluster.kubeconfig, [
    'config',
    'view',
    '--minify',
    '--flatten',
    '--raw',
  ])
  const [first] = Kubeconfig.parse(parse(view)).clusters
  return Buffer.from(first?.cluster['certificate-authority-data'] ?? '', 'base64').toString()
}
