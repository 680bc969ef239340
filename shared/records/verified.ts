import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { parseJson } from '../foundation/parse-json.js'
import type { Kubectl } from '../kube/kubectl.js'

const stateSchema = z.object({
  schema: z.literal(1),
  cluster: z.string(),
  release: z.string(),
  namespace: z.string(),
  revision: z.number().int(),
  /** The deploy repo's commit, 40 hex digits. */
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  inputDigest: z.string(),
  components: z.record(z.string(), z.string()),
  /** `<run id>/<attempt>` */
  run: z.string(),
  /** ISO 8601. */
  at: z.string(),
})
const verifiedSchema = stateSchema.extend({
  /** What was verified before the run that verified this one: what that run rolls back to if it fails elsewhere. */
  previous: stateSchema.optional(),
})

/** The last state of a release that a smoke test passed on. It lies in the release's own namespace. */
export type Verified = z.infer<typeof verifiedSchema>

/** A verified state without its past. */
export type VerifiedState = z.infer<typeof stateSchema>

/** The same run, in whichever attempt. `<run id>/<attempt>` */
export const sameRun = (a: string, b: string): boolean => a.split('/')[0] === b.split('/')[0]

/** What was verified before `run` touched the cluster; undefined where nothing was. */
export function verifiedBefore(present: Verified | undefined, run: string): VerifiedState | undefined {
  if (present && sameRun(present.run, run)) return present.previous
  return present && stateSchema.parse(present)
}

/**
 * What a release remembers, or its step before where that is of `commit`. Releases are verified together: where a run was cut
 * off while it wrote that down, some are a step ahead of the others, and go back with them.
 */
export function verifiedAt(
  present: Verified | undefined,
  run: string,
  commit: string | undefined,
): Verified | undefined {
  if (!present?.previous || sameRun(present.run, run)) return present
  return present.commit !== commit && present.previous.commit === commit ? present.previous : present
}

const configMapSchema = z.object({ data: z.object({ verified: z.string() }) })

export const verifiedName = (release: string): string => `lockstep-${release}`

/**
 * What the cluster remembers, or undefined where nothing was ever verified.
 *
 * @throws UserError `outdated-commit` where it cannot be read: what is unknown must not be overwritten.
 */
export async function readVerified(kubectl: Pick<Kubectl, 'get'>, release: string): Promise<Verified | undefined> {
  const object = await kubectl.get('configmap', verifiedName(release))
  if (object === undefined) return undefined
  const verified = parseVerified(object)
  if (verified) return verified
  throw new UserError(
    'outdated-commit',
    `The ConfigMap ${verifiedName(release)} does not hold a valid verified state.`,
    {
      fix: `Inspect it (kubectl get configmap ${verifiedName(release)}). If somebody changed it, delete it and adopt the release again.`,
    },
  )
}

export function parseVerified(configMap: unknown): Verified | undefined {
  const outer = configMapSchema.safeParse(configMap)
  if (!outer.success) return undefined
  return verifiedSchema.safeParse(parseJson(outer.data.data.verified)).data
}

/** Writes, and looks at what the cluster has stored. Only `smoke-test` may call this, after a pass. */
export async function writeVerified(kubectl: Kubectl, verified: Verified): Promise<void> {
  const text = JSON.stringify(verified)
  const name = verifiedName(verified.release)
  const metadata = { name, namespace: verified.namespace, labels: { 'app.kubernetes.io/managed-by': 'lockstep' } }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { verified: text } }
  const written = parseVerified(await kubectl.apply(object, 'lockstep', 'ours'))
  if (written && JSON.stringify(written) === JSON.stringify(verifiedSchema.parse(verified))) return
  throw new UserError('cluster-unreachable', `The ConfigMap ${name} was written, but a read returned other content.`, {
    fix: 'Run the job again. If it fails again, find out what else writes this ConfigMap.',
  })
}
