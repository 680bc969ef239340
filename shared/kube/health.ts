import { z } from 'zod'
import type { Exec } from '../exec/exec.js'
import { UserError } from '../foundation/errors.js'
import { type Kubectl, kubectlFor, kubeError } from './kubectl.js'
import { isComplete, readWorkloads, workloadKinds } from './workloads.js'

/** How a cluster is, in so far as a change outside the repo can break it. */
export const healthSchema = z.object({
  /** Of the API server: `v1.31.4`. */
  server: z.string(),
  /** Of the programs that look: `v1.31.4`; left out where they do not say. */
  kubectl: z.string().optional(),
  helm: z.string().optional(),
  nodes: z.array(z.object({ name: z.string(), version: z.string(), ready: z.boolean() })),
  /** API services that do not answer. */
  unavailable: z.array(z.string()),
  /** Of the releases, as `namespace/Kind/name`. */
  workloads: z.array(z.object({ name: z.string(), ready: z.boolean() })),
})

export type ClusterHealth = z.infer<typeof healthSchema>

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
): Promise<ClusterHealth> {
  const kubectl = kubectlFor(exec, kubeconfig, releases[0]?.namespace ?? 'default')
  const versions = await readVersions(exec, kubeconfig)
  const services = z.array(serviceSchema).parse(await kubectl.all('apiservices.apiregistration.k8s.io'))
  return {
    ...versions,
    unavailable: services
      .filter(({ status }) => !is(status.conditions, 'Available'))
      .map(({ metadata }) => metadata.name),
    workloads: await workloadsOf(releases, (namespace) => kubectlFor(exec, kubeconfig, namespace)),
  }
}

const is = (conditions: z.infer<typeof condition>[], wanted: string): boolean =>
  conditions.some(({ type, status }) => type === wanted && status === 'True')

/**
 * Which Kubernetes its parts have, and the programs that deploy.
 *
 * @param kubeconfig path of a file; its user has to be able to list nodes.
 * @throws as `readHealth`.
 */
export async function readVersions(
  exec: Exec,
  kubeconfig: string,
): Promise<Pick<ClusterHealth, 'server' | 'kubectl' | 'helm' | 'nodes'>> {
  const nodes = z.array(nodeSchema).parse(await kubectlFor(exec, kubeconfig, 'default').all('nodes'))
  return {
    ...(await versions(exec, kubeconfig)),
    nodes: nodes.map(({ metadata, status }) => ({
      name: metadata.name,
      version: status.nodeInfo.kubeletVersion,
      ready: is(status.conditions, 'Ready'),
    })),
  }
}

async function workloadsOf(
  releases: readonly { name: string; namespace: string }[],
  connect: (namespace: string) => Pick<Kubectl, 'all'>,
): Promise<ClusterHealth['workloads']> {
  const found: ClusterHealth['workloads'] = []
  for (const { name, namespace } of releases) {
    const all = readWorkloads(await connect(namespace).all(...workloadKinds), name)
    // A job of a hook is over, and says nothing about now.
    const lasting = all.filter(({ kind }) => kind !== 'Job')
    found.push(...lasting.map((one) => ({ name: `${namespace}/${one.kind}/${one.name}`, ready: isComplete(one) })))
  }
  return found
}

const versionsSchema = z.object({
  serverVersion: z.object({ gitVersion: z.string() }),
  clientVersion: z.object({ gitVersion: z.string() }).optional(),
})

/** Of the API server, and of the programs that deploy. */
async function versions(exec: Exec, kubeconfig: string): Promise<Pick<ClusterHealth, 'server' | 'kubectl' | 'helm'>> {
  const args = ['--request-timeout=15s', 'version', '--output', 'json']
  const { code, stdout, stderr } = await exec('kubectl', args, { env: { KUBECONFIG: kubeconfig } })
  if (code !== 0) throw kubeError('report its version', stderr)
  const { serverVersion, clientVersion } = versionsSchema.parse(JSON.parse(stdout))
  const helm = await helmVersion(exec)
  return {
    server: serverVersion.gitVersion,
    ...(clientVersion ? { kubectl: clientVersion.gitVersion } : {}),
    ...(helm === undefined ? {} : { helm }),
  }
}

/** Undefined where there is no Helm: whoever only looks needs none. */
async function helmVersion(exec: Exec): Promise<string | undefined> {
  try {
    const { code, stdout } = await exec('helm', ['version', '--template', '{{.Version}}'])
    return code === 0 && /^v\d/.test(stdout) ? stdout.trim() : undefined
  } catch (error) {
    if (error instanceof UserError && error.reason === 'tool-missing') return undefined
    throw error
  }
}
