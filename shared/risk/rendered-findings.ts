import type { Danger } from '../render/dangers.js'
import type { Rendered } from './rendered.js'
import type { ChangeKind, RiskFinding } from './types.js'

const about: Record<Danger['kind'], [ChangeKind, string]> = {
  'volume-deleted': ['storage', 'data is lost'],
  'volume-changed': ['storage', 'data storage'],
  'namespace-deleted': ['storage', 'everything in it is deleted as well'],
  'namespace-changed': ['storage', 'rules for everything in it depend on it'],
  'crd-deleted': ['crds', 'every object of its kind is deleted as well'],
  'crd-version-dropped': ['crds', 'Helm does not roll back CRDs'],
  'storage-shrunk': ['storage', 'volumes cannot shrink'],
  'retention-lowered': ['storage', 'data is lost'],
  'address-changed': ['network', 'users may not reach it any more'],
  'immutable-field': ['configuration', 'the API server rejects it'],
}

/** What makes a change dangerous is seen only in what comes out, whichever file it came from. */
export function renderedFindings({ clusters }: Rendered): RiskFinding[] {
  const where = new Map<string, { finding: RiskFinding; on: string[] }>()
  const add = (cluster: string, finding: RiskFinding): void => {
    const key = `${finding.kind} ${finding.what}`
    const known = where.get(key)
    if (known) known.on.push(cluster)
    else where.set(key, { finding, on: [cluster] })
  }
  for (const { cluster, cause, dangers } of clusters) {
    if (cause === 'no-base') add(cluster, unknownBase)
    for (const { kind, text } of dangers) {
      const [of, why] = about[kind]
      add(cluster, { kind: of, group: 'config', tier: 'T3', path: '', what: text.replace(/\.$/, ''), why })
    }
  }
  return [...where.values()].map(({ finding, on }) => ({ ...finding, what: `on ${firstNames(on)}: ${finding.what}` }))
}

/** It cannot be seen what changes: the way stays open, but it is the longest. */
const unknownBase: RiskFinding = {
  kind: 'unknown',
  group: 'config',
  tier: 'T3',
  path: '',
  what: 'the current state cannot be rendered, so the changes are unknown',
  why: 'unknown counts as unsafe',
}

/** Names of clusters, for people. */
export function firstNames(clusters: readonly string[]): string {
  const names = [...new Set(clusters)]
  return names.length <= 4 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`
}
