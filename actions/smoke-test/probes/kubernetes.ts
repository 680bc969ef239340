import { z } from 'zod'
import { workloadKinds } from '../../../shared/kube/workloads.js'
import type { KubernetesAspect, KubernetesCheck } from '../../../shared/policy/smoke-types.js'
import type { CheckFound } from '../repeat.js'
import { storedRevision, type TestedRelease } from '../subject.js'
import { judgeKubernetes } from './judge-kubernetes.js'

const kindsFor: Record<KubernetesAspect, string[]> = {
  workloads: [],
  restarts: [],
  warnings: ['events', 'persistentvolumeclaims', 'ingresses.networking.k8s.io', 'services'],
  volumes: ['persistentvolumeclaims'],
  addresses: ['ingresses.networking.k8s.io', 'services'],
}

/** Asks a `kubernetes` check once, of every release. @throws UserError where the cluster does not answer. */
export async function askKubernetes(check: KubernetesCheck, releases: readonly TestedRelease[]): Promise<CheckFound> {
  const kinds = new Set([...workloadKinds, ...check.look.flatMap((aspect) => kindsFor[aspect])])
  const found = await Promise.all(
    releases.map(async (tested) => {
      const [objects, since] = await Promise.all([tested.kubectl.all(...kinds), deployedAt(tested)])
      return judgeKubernetes(check, { objects, release: tested.name, since })
    }),
  )
  return worstOf(found, releases)
}

/** Of several releases the worst counts, and each is named. */
export function worstOf(found: readonly CheckFound[], releases: readonly { name: string }[]): CheckFound {
  const [only, ...others] = found
  if (only && others.length === 0) return only
  const named = found.map((one, index) => ({ ...one, came: `${releases[index]?.name}: ${one.came}` }))
  const bad = named.find(({ is }) => is === 'wrong') ?? named.find(({ is }) => is === 'unknown')
  return bad ?? { is: 'right', came: named.map(({ came }) => came).join('; ') }
}

const storedSchema = z.object({ metadata: z.object({ creationTimestamp: z.string() }) })

/** When Helm began to deploy this revision: it writes down each one before anything else. */
async function deployedAt(tested: TestedRelease): Promise<Date | undefined> {
  const stored = storedSchema.safeParse(await storedRevision(tested, tested.revision))
  return stored.success ? new Date(stored.data.metadata.creationTimestamp) : undefined
}

/** When the deploy began that is tested: with the first release that is not verified yet, as long as there is one. */
export async function beganAt(releases: readonly TestedRelease[]): Promise<Date | undefined> {
  const fresh = releases.filter(({ verified, revision }) => verified?.revision !== revision)
  const times = await Promise.all((fresh.length > 0 ? fresh : releases).map(deployedAt))
  const known = times.flatMap((time) => (time ? [time.getTime()] : []))
  return known.length === times.length ? new Date(Math.min(...known)) : undefined
}
