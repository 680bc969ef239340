import { z } from 'zod'
import type { Kubectl } from '../../../shared/kube/kubectl.js'
import { workloadKinds } from '../../../shared/kube/workloads.js'
import type { Aspect, KubernetesCheck } from '../../../shared/policy/smoke-types.js'
import type { Found } from '../repeat.js'
import { judgeKubernetes } from './judge-kubernetes.js'

const kindsFor: Record<Aspect, string[]> = {
  workloads: [],
  restarts: [],
  warnings: ['events', 'persistentvolumeclaims', 'ingresses.networking.k8s.io', 'services'],
  volumes: ['persistentvolumeclaims'],
  addresses: ['ingresses.networking.k8s.io', 'services'],
}

/** Asks a `kubernetes` check once. @throws UserError where the cluster does not answer. */
export async function askKubernetes(
  check: KubernetesCheck,
  kubectl: Kubectl,
  { release, revision }: { release: string; revision: number },
): Promise<Found> {
  const kinds = new Set([...workloadKinds, ...check.look.flatMap((aspect) => kindsFor[aspect])])
  const [objects, since] = await Promise.all([kubectl.all(...kinds), deployedAt(kubectl, release, revision)])
  return judgeKubernetes(check, { objects, release, since })
}

const storedSchema = z.object({ metadata: z.object({ creationTimestamp: z.string() }) })

/** When Helm began to deploy this revision: it writes down each one before anything else. */
export async function deployedAt(kubectl: Kubectl, release: string, revision: number): Promise<Date | undefined> {
  const stored = storedSchema.safeParse(await kubectl.get('secret', `sh.helm.release.v1.${release}.v${revision}`))
  return stored.success ? new Date(stored.data.metadata.creationTimestamp) : undefined
}
