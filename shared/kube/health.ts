import { z } from 'zod'
import type { Exec } from '../exec/exec.js'
import { type Kubectl, kubectlFor, kubeError } from './kubectl.js'
import { isComplete, readWorkloads, workloadKinds } from './workloads.js'

/** How a cluster is, in so far as a change outside the repo can break it. */
export const healthSchema = z.object({
  /** Of the API server: `v1.31.4`. */
  server: z.string(),
  nodes: z.array(z.object({ name: z.string(), version: z.string(), ready: z.boolean() })),
  /** API services that do not answer. */
  unavailable: z.array(z.string()),
  /** Of the releases, as `namespace/Kind/name`. */
  workloads: z.array(z.object({ name: z.string(), ready: z.boolean() })),
})

export type Health = z.infer<typeof healthSchema>

const condition = z.object({ type: z.string(), status: z.string() })
const nodeSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ conditions: z.array(condition).default([]), nodeInfo: z.object({ kubeletVersion: z.string() }) }),
})
const serviceSchema = z.object({
  metadata: z.object({ name: z.string() }),
  status: z.object({ conditions: z.array(condition).default([]) }).default({ conditions: [] }),
})

/**
 * Looks at the whole cluster, and at the workloads of these releases. Changes nothing.
 *
 * @param kubeconfig path of a file; its user has to be able to list nodes and API services.
 * @throws UserError where the cluster does not answer, or where something may not be read.
 */
export async function readHealth(
  exec: Exec,
  kubeconfig: string,
  releases: readonly { name: string; namespace: string }[],
): Promise<Health> {
  const kubectl = kubectlFor(exec, kubeconfig, releases[0]?.namespace ?? 'default')
  const is = (conditions: z.infer<typeof condition>[], wanted: string): boolean =>
    conditions.some(({ type, status }) => type === wanted && status === 'True')
  const nodes = z.array(nodeSchema).parse(await kubectl.all('nodes'))
  const services = z.array(serviceSchema).parse(await kubectl.all('apiservices.apiregistration.k8s.io'))
  return {
    server: await serverVersion(exec, kubeconfig),
    nodes: nodes.map(({ metadata, status }) => ({
      name: metadata.name,
      version: status.nodeInfo.kubeletVersion,
      ready: is(status.conditions, 'Ready'),
    })),
    unavailable: services
      .filter(({ status }) => !is(status.conditions, 'Available'))
      .map(({ metadata }) => metadata.name),
    workloads: await workloadsOf(releases, (namespace) => kubectlFor(exec, kubeconfig, namespace)),
  }
}

async function workloadsOf(
  releases: readonly { name: string; namespace: string }[],
  connect: (namespace: string) => Pick<Kubectl, 'all'>,
): Promise<Health['workloads']> {
  const found: Health['workloads'] = []
  for (const { name, namespace } of releases) {
    const all = readWorkloads(await connect(namespace).all(...workloadKinds), name)
    // A job of a hook is over, and says nothing about now.
    const lasting = all.filter(({ kind }) => kind !== 'Job')
    found.push(...lasting.map((one) => ({ name: `${namespace}/${one.kind}/${one.name}`, ready: isComplete(one) })))
  }
  return found
}

async function serverVersion(exec: Exec, kubeconfig: string): Promise<string> {
  const args = ['--request-timeout=15s', 'version', '--output', 'json']
  const { code, stdout, stderr } = await exec('kubectl', args, { env: { KUBECONFIG: kubeconfig } })
  if (code !== 0) throw kubeError('say its version', stderr)
  return z.object({ serverVersion: z.object({ gitVersion: z.string() }) }).parse(JSON.parse(stdout)).serverVersion
    .gitVersion
}
