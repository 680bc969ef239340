import { type CarriedChange, carriedChanges } from '../bump/carried.js'
import { type ArtifactSource, fetchArtifact, listVersions } from '../bump/published.js'
import { UserError } from '../foundation/errors.js'
import type { Policy } from '../policy/policy.js'
import type { Http } from '../registry/registry-http.js'
import { chartDependency } from '../yaml/chart-dependency.js'
import { type Changes, type Classification, classifyChange } from './classify.js'

interface Bump {
  component: string
  from: string
  to: string
}

/** `classify` with what every bump in the change brings with it, looked up in the registry that the base names. */
export async function classifyWithCarried(changes: Changes, policy: Policy, http: Http): Promise<Classification> {
  const asked = new Map<string, Bump>()
  const key = (...bump: string[]): string => bump.join('\0')
  const first = classifyChange(changes, {
    policy,
    carried: (component, from, to) => {
      asked.set(key(component, from, to), { component, from, to })
      return undefined
    },
  })
  if (asked.size === 0) return first
  const found = await Promise.all(
    [...asked].map(async ([id, bump]) => [id, await lookUp(bump, changes, policy, http)] as const),
  )
  const known = new Map(found)
  return classifyChange(changes, { policy, carried: (...bump) => known.get(key(...bump)) })
}

/** Undefined where it cannot be found out: then the change needs review, and nothing is broken. */
async function lookUp(
  { component, from, to }: Bump,
  changes: Changes,
  policy: Policy,
  http: Http,
): Promise<CarriedChange[] | undefined> {
  const source = sourceOf(component, changes, policy)
  if (!source) return undefined
  try {
    const listed = await listVersions(http, source)
    const [old, fresh] = [from, to].map((version) => listed.find((one) => one.version === version))
    if (!old || !fresh) return undefined
    const [before, after] = await Promise.all([fetchArtifact(http, source, old), fetchArtifact(http, source, fresh)])
    return before.chart && after.chart ? carriedChanges(before.chart, after.chart) : undefined
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}

/** Never what the change itself says: it could name a registry of its own. */
function sourceOf(component: string, { files }: Changes, { components }: Policy): ArtifactSource | undefined {
  const target = components.find(({ name }) => name === component)?.targets[0]
  const base = files.find(({ path }) => path === target?.file)?.before
  if (target?.kind !== 'chart' || base?.state !== 'text') return undefined
  try {
    const { name, repository } = chartDependency(base.text, target.dependency, target.file)
    return repository === undefined ? undefined : { kind: 'chart', repository, chart: name }
  } catch (error) {
    if (error instanceof UserError) return undefined
    throw error
  }
}
