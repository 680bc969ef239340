import { z } from 'zod'
import { sha256 } from '../foundation/digest.js'
import { UserError } from '../foundation/errors.js'
import type { Policy } from '../policy/policy.js'
import type { Classification } from './classify.js'
import { kubernetesStep } from './lines.js'
import { type ChangeKind, type Group, isInfrastructure, type RiskFinding, type SemverLevel } from './types.js'

/** What is changed outside the repo, in the words of the form that asks for it. */
const forms: Record<string, { kind: ChangeKind; group: Group; tier: SemverLevel; why: string }> = {
  nodes: { kind: 'capacity', group: 'config', tier: 'T3', why: 'the workloads on the node pool are moved or stopped' },
  storage: { kind: 'storage', group: 'config', tier: 'T3', why: 'data may be lost' },
  network: { kind: 'network', group: 'config', tier: 'T3', why: 'addresses may change' },
  access: { kind: 'credentials', group: 'config', tier: 'T2', why: 'permissions' },
  other: { kind: 'unknown', group: 'config', tier: 'T2', why: 'unknown counts as unsafe' },
}

export const externalChangeKinds = ['kubernetes', ...Object.keys(forms)] as const

const line = z.string().trim().max(500).default('')

/** The fields of the form. Everything is text that a person wrote. */
export const externalChangeSchema = z.object({
  kind: z.enum(externalChangeKinds),
  cluster: z.string(),
  from: line,
  to: line,
  plan: z.string().trim().min(1).max(4_000),
  window: line,
  'linked-pull-request': line,
})

export type ExternalChange = z.infer<typeof externalChangeSchema>

/** What it is, which no approval of another text covers: 64 hex digits. */
export const externalChangeDigest = (change: ExternalChange): string =>
  sha256(JSON.stringify(externalChangeSchema.parse(change)))

/**
 * What the change is, with its tier. Pure.
 *
 * @throws UserError `input-invalid` where a version of Kubernetes is none: how far it goes must be known.
 */
export function classifyExternalChange(
  change: ExternalChange,
  { changeClasses }: Pick<Policy, 'changeClasses'>,
): Classification {
  const finding = findingOf(change)
  const own = changeClasses.find(({ name }) => name === change.kind)?.tier
  const found = own === undefined || finding.never ? finding : { ...finding, tier: own, why: 'the policy says so' }
  return {
    findings: [linkedPullRequestOf(change) === undefined ? found : { ...found, linkedPullRequest: true }],
    kinds: [found.kind],
    tier: found.tier,
    infrastructure: isInfrastructure(found),
    group: found.group,
    split: undefined,
  }
}

/** Number of the pull request that the form names, as `#12` or by its address; undefined where it says something else. */
export function linkedPullRequestOf({
  'linked-pull-request': linked,
}: Pick<ExternalChange, 'linked-pull-request'>): number | undefined {
  const [, number] = /^(?:#|https:\/\/\S+\/pull\/)([1-9]\d{0,9})$/.exec(linked) ?? []
  return number === undefined ? undefined : Number(number)
}

function findingOf({ kind, cluster, from, to }: ExternalChange): RiskFinding {
  const path = cluster
  if (kind === 'kubernetes') {
    const [before, after] = [fullVersion(from), fullVersion(to)]
    const what = `it changes Kubernetes on ${cluster} from ${before} to ${after}`
    return { kind: 'kubernetes', group: 'kubernetes', path, what, ...kubernetesStep(before, after) }
  }
  const { why, ...rest } = forms[kind] ?? {
    kind: 'unknown',
    group: 'config',
    tier: 'T2',
    why: 'unknown counts as unsafe',
  }
  const step = from === '' && to === '' ? '' : `: from ${from || 'nothing'} to ${to || 'nothing'}`
  return { ...rest, path, what: `it changes ${kind} of ${cluster}${step}`, why }
}

/** `v1.31` is `1.31.0`. */
function fullVersion(text: string): string {
  const [, version, patch = '.0'] = /^v?(\d+\.\d+)(\.\d+)?([+-][\w.-]+)?$/.exec(text) ?? []
  if (version !== undefined) return `${version}${patch}`
  throw new UserError('input-invalid', `${JSON.stringify(text)} is not a Kubernetes version.`, {
    fix: 'Write "from" and "to" as versions, such as 1.31.4.',
  })
}
