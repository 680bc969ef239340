import { UserError } from '../foundation/errors.js'
import { parsePath } from '../yaml/path.js'
import { firstAt, type HelmValues } from './cluster-values.js'

/** The values of a check's placeholders on one cluster. */
export interface PlaceholderValues {
  cluster: string
  /** Undefined where the cluster has none. */
  host: string | undefined
  /** Of the first release. */
  namespace: string
  /** The merged Helm values of each of the cluster's releases: the first that has a path counts. */
  values: readonly HelmValues[]
  /** The input `secrets`. */
  secrets: Record<string, string>
}

/** `{host}`, `{cluster}`, `{namespace}`, `{values.a.b.0}`, `{secrets.NAME}`; other braces are text. */
const placeholder = /\{(host|cluster|namespace|values\.[^\s{}]+|secrets\.\w+)\}/g

/** Fills the placeholders in every text of a check, keys left alone. @throws UserError if one has no value on this cluster. */
export function fillPlaceholders<T>(template: T, site: PlaceholderValues): T {
  return deep(template, site) as T
}

function deep(part: unknown, site: PlaceholderValues): unknown {
  if (typeof part === 'string') return part.replace(placeholder, (_, name: string) => standsFor(name, site))
  if (Array.isArray(part)) return part.map((item) => deep(item, site))
  if (typeof part !== 'object' || part === null) return part
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, deep(value, site)]))
}

function standsFor(name: string, site: PlaceholderValues): string {
  if (name === 'host')
    return site.host ?? missing('A check of the policy uses {host}, but the cluster has no host.', hostFix)
  if (name === 'cluster' || name === 'namespace') return site[name]
  const [group = '', ...rest] = name.split('.')
  const inside = rest.join('.')
  if (group === 'secrets') {
    return (
      site.secrets[inside] ??
      missing(
        `A check of the policy uses {secrets.${inside}}, but the input "secrets" has no ${inside}.`,
        secretFix(inside),
      )
    )
  }
  const value = firstAt(site.values, parsePath(inside))
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value)
  return missing(
    `A check of the policy uses {values.${inside}}, but the values of ${site.cluster} have no text there.`,
    valueFix,
  )
}

const hostFix = 'Add "host:" to the cluster in the policy, or add the value that the top-level "host" refers to.'
const valueFix = 'Correct the path in the policy, add the value, or add "when:" to the check.'
const secretFix = (name: string): string =>
  `Add the line "${name}: ..." under "secrets:" of the smoke-test step, from a secret of the cluster's environment.`

function missing(message: string, fix: string): never {
  throw new UserError('target-missing', message, { fix })
}
