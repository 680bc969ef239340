import { purposeOf } from './charts.js'
import type { Content, RiskFinding } from './types.js'
import { tierOfStep, versionStep } from './versions.js'

/** Lines that one side has and the other has not, in no order. */
export function changedLines(before: Content, after: Content): string[] {
  const [old, fresh] = [before, after].map((side) => (side.state === 'text' ? side.text.split('\n') : []))
  const [inOld, inFresh] = [new Set(old), new Set(fresh)]
  const changed = [
    ...(old ?? []).filter((line) => !inFresh.has(line)),
    ...(fresh ?? []).filter((line) => !inOld.has(line)),
  ]
  // Nobody writes longer ones, and patterns take their time.
  return changed.map((line) => line.slice(0, 10_000))
}

const tool = /\b(helm|kubectl|gcloud|aws-?cli|eksctl|doctl|terraform|k3s|k3sup|helmfile|kustomize|sops|git-crypt)\b/i
const release = /\d+\.\d+|https?:\/\/|\blatest\b/
const step = /^\s*(-\s*)?uses:/

/** What a workflow or a script changes besides itself: programs that deploy, CRDs, and versions of parts that are installed by it. */
export function toolFindings(path: string, before: Content, after: Content): RiskFinding[] {
  const lines = changedLines(before, after).filter((line) => !step.test(line) && !/^\s*#/.test(line))
  const findings = pins(path, lines)
  const crd = lines.some((line) => /\bcrds?\b|customresourcedefinition/i.test(line))
  if (crd) {
    const what = `${path} changes a step about custom resource definitions`
    findings.push({ kind: 'crds', group: 'ci', tier: 'T3', path, what, why: 'Helm does not roll back CRDs' })
  }
  if (lines.some((line) => tool.test(line) && release.test(line))) {
    const what = `${path} changes a deploy tool or its source`
    findings.push({ kind: 'toolchain', group: 'ci', tier: 'T2', path, what, why: 'every deploy uses it' })
  }
  return findings
}

/** Pinned versions of well-known parts: `CERT_MANAGER_VERSION=v1.2.3`, `--version 1.2.3` beside a chart's name. */
function pins(path: string, lines: readonly string[]): RiskFinding[] {
  const found = new Map<string, string[]>()
  for (const line of lines) {
    const version = /v?\d+\.\d+\.\d+[\w.+-]*/.exec(line)?.[0]
    const words =
      line
        .toLowerCase()
        .replaceAll('_', '-')
        .match(/[a-z0-9-]+/g) ?? []
    const chart = words
      .map((word) => word.replace(/-(chart-)?version$/, ''))
      .find((word) => purposeOf(word) !== undefined)
    if (version !== undefined && chart !== undefined) found.set(chart, [...(found.get(chart) ?? []), version])
  }
  return [...found].map(([chart, [from = '', to = '']]) => {
    const base = { kind: purposeOf(chart) ?? 'component', group: 'component' as const, path }
    const { tier, why } = tierOfStep(versionStep(from, to === '' ? from : to))
    return { ...base, tier: to === '' ? 'T2' : tier, what: `${path} changes ${chart} from ${from} to ${to}`, why }
  })
}

const clusterVersion =
  /\b(\w*(kubernetes|k8s|k3s|master|node|cluster|gke|eks|aks)_?version\w*|release_channel)\b|^\s*channel\s*[:=]|\+k3s\d/i

/** Versions of Kubernetes itself, in Terraform files, k3s plans and environment files. */
export function kubernetesFindings(path: string, before: Content, after: Content): RiskFinding[] {
  const lines = changedLines(before, after).filter((line) => clusterVersion.test(line))
  if (lines.length === 0) return []
  const [from, to] = [before, after].map((side) => versionIn(side, lines))
  const base = { kind: 'kubernetes', group: 'kubernetes', path } as const
  if (from === undefined || to === undefined) {
    const what = `${path} changes the Kubernetes version`
    return [{ ...base, tier: 'T3', what, why: 'the size of the step is unknown' }]
  }
  return [{ ...base, what: `${path} changes Kubernetes from ${from} to ${to}`, ...kubernetesStep(from, to), to }]
}

/** How dangerous it is to take Kubernetes from one version to another, three numbers each, and what is never right. */
export function kubernetesStep(from: string, to: string): Pick<RiskFinding, 'tier' | 'why' | 'never'> {
  const { step: size, down, skipped } = versionStep(from, to)
  if (down) return { tier: 'T3', why: 'a control plane cannot be downgraded', never: true }
  if (skipped > 0) return { tier: 'T3', why: 'Kubernetes must be upgraded one minor version at a time', never: true }
  return { tier: size === 'patch' ? 'T2' : 'T3', why: `a ${size} version of Kubernetes` }
}

/** The version on a side's changed lines, filled up to three numbers. */
function versionIn(side: Content, lines: readonly string[]): string | undefined {
  const own = side.state === 'text' ? side.text.split('\n').filter((line) => lines.includes(line)) : []
  const found = own.map((line) => /\d+\.\d+(\.\d+)?([+-][\w.]+)?/.exec(line)).find((match) => match !== null)
  return found ? (found[1] === undefined ? `${found[0]}.0` : found[0]) : undefined
}
