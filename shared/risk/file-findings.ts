import { readYaml } from '../yaml/get-path.js'
import { type ChangePlace, placeOf } from './by-path.js'
import { declaredClass } from './change-classes.js'
import { dependencyFindings } from './dependencies.js'
import { kubernetesFindings, toolFindings } from './lines.js'
import { isManifest, manifestFindings } from './manifests.js'
import { clusterFinding, type PolicyFiles } from './release-files.js'
import type { ChangedContent, ClassifyContext, Content, RiskFinding } from './types.js'
import { type Aliases, valuesFindings } from './values.js'

/** Chart.yaml, its lock, and what they were called for Helm 2. */
export const isChartPath = (path: string): boolean => /(^|\/)(Chart\.(yaml|lock)|requirements\.(yaml|lock))$/.test(path)

const isTemplate = (path: string): boolean => /(^|\/)templates\//.test(path)

export const textsOf = ({ before, after }: Pick<ChangedContent, 'before' | 'after'>): string[] =>
  [before, after].flatMap((side) => (side.state === 'text' ? [side.text] : []))

/** Whether what is in a file plays a part in what its change is; else its name says it all. */
export function needsContent(path: string, policy: PolicyFiles): boolean {
  const place = placeOf(path)
  if (place?.kind !== 'policy' && place?.kind !== 'workflows' && (policy.kind(path) || policy.isStandIn(path)))
    return false
  if (isChartPath(path) || isTemplate(path) || policy.isValues(path)) return true
  return place === undefined || place.look !== undefined
}

/** What a changed file does. Every file says something, be it that it says nothing. */
export function fileFindings(
  file: ChangedContent,
  policy: PolicyFiles,
  aliases: Aliases,
  context: ClassifyContext,
): RiskFinding[] {
  const { path, before, after } = file
  if (before.state === 'odd' || after.state === 'odd') return [unknown(path, 'is or becomes a link or a submodule')]
  const place = placeOf(path)
  // The policy's own words cannot make the policy, or what holds the keys, harmless.
  if (place?.kind === 'policy' || place?.kind === 'workflows') return placeFindings(file, place)
  const own = policy.kind(path)
  if (own) return [declaredClass(own, path, `it changes ${path}`)]
  if (policy.isStandIn(path)) return [standIn(path)]

  if (isChartPath(path)) return fromData(file, (old, fresh) => dependencyFindings(path, old, fresh, context))
  if (isTemplate(path)) {
    return isUnread(file) ? [unknown(path, 'cannot be read')] : manifestFindings(path, before, after)
  }
  const isEncrypted = place?.kind === 'credentials' && !isData(file)
  if (place && (isEncrypted || !policy.isValues(path))) return placeFindings(file, place)
  if (isUnread(file)) return [unknown(path, 'cannot be read')]
  if (textsOf(file).some(isManifest)) {
    return [...manifestFindings(path, before, after), ...kubernetesFindings(path, before, after)]
  }
  if (path.endsWith('.env')) {
    const inside = [...toolFindings(path, before, after), ...kubernetesFindings(path, before, after)]
    return inside.length > 0 ? inside : [unknown(path, 'is a file of unknown purpose')]
  }
  if (!/\.(ya?ml|json)$/.test(path)) return [unknown(path, 'is a file of unknown purpose')]
  return fromData(file, (old, fresh) => {
    const cluster = policy.isClusters(path) && clusterFinding(file, fresh ?? old, aliases, context)
    return cluster ? [cluster] : valuesFindings(path, { before: old, after: fresh }, aliases, context)
  })
}

const isUnread = ({ before, after }: ChangedContent): boolean => before.state === 'unread' || after.state === 'unread'

const unknown = (path: string, how: string): RiskFinding => ({
  kind: 'unknown',
  // Whatever is in such a file, it is versions.
  group: isChartPath(path) ? 'component' : 'config',
  tier: 'T2',
  path,
  what: `${path} ${how}`,
  why: 'unknown counts as unsafe',
})

const standIn = (path: string): RiskFinding => ({
  kind: 'tests',
  group: 'ci',
  tier: 'T0',
  path,
  what: `it changes ${path}`,
  why: 'it only replaces another file in plans',
})

/** What a file's place says, and what its lines say besides. */
function placeFindings(file: ChangedContent, { look, ...place }: ChangePlace): RiskFinding[] {
  const { path, before, after } = file
  const isRoot = /(^|\/)main\.tf$/.test(path) && !/(^|\/)modules\//.test(path)
  if (isRoot && (before.state === 'none' || after.state === 'none')) {
    const what = `it ${after.state === 'none' ? 'removes' : 'adds'} the setup of a cluster: ${path}`
    return [{ kind: 'kubernetes', group: 'kubernetes', tier: 'T3', path, what, why: 'a cluster is added or removed' }]
  }
  const base: RiskFinding = { ...place, path, what: `it changes ${path}` }
  if (look && isUnread(file)) return [base, unknown(path, 'cannot be read')]
  if (look === 'tools') return [base, ...toolFindings(path, before, after)]
  return look === 'kubernetes' ? [base, ...kubernetesFindings(path, before, after)] : [base]
}

const isData = (file: ChangedContent): boolean =>
  [file.before, file.after].every((side) => side.state === 'none' || dataOf(side) !== undefined)

/** Undefined where it is not YAML; an empty file is an empty map. */
function dataOf(side: Content): unknown {
  if (side.state !== 'text') return undefined
  return side.text.split('\n').every((line) => /^\s*(#|$)/.test(line)) ? {} : readYaml(side.text)
}

function fromData(file: ChangedContent, findings: (before: unknown, after: unknown) => RiskFinding[]): RiskFinding[] {
  const { path, before, after } = file
  if (!isData(file)) return [unknown(path, 'cannot be read as YAML')]
  const found = findings(dataOf(before), dataOf(after))
  if (found.length > 0) return found
  if (isWrittenAlike(before, after)) {
    const what = `it changes comments or the order in ${path}`
    return [{ kind: 'docs', group: 'docs', tier: 'none', path, what, why: 'its content stays the same' }]
  }
  const what = `it changes the notation in ${path}, not the values`
  const why = 'programs may read it differently: "on" is text for some, true for others'
  return [{ kind: 'configuration', group: 'config', tier: 'T1', path, what, why }]
}

/** Whether two sides have the same lines, in whatever order, comments and blanks aside. Their data is known to be equal. */
function isWrittenAlike(before: Content, after: Content): boolean {
  const [old, fresh] = [before, after].map((side) => {
    const lines =
      side.state === 'text' ? side.text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trimEnd()) : []
    return lines
      .filter((line) => line !== '')
      .toSorted()
      .join('\n')
  })
  return old === fresh
}
