import type { ChangeKind, Content, RiskFinding, SemverLevel } from './types.js'

interface About {
  kind: ChangeKind
  tier: SemverLevel
  why: string
}

const routing: About = { kind: 'ingress', tier: 'T2', why: 'routing to the service' }
const access: About = { kind: 'network', tier: 'T2', why: 'network access rules' }
const volume: About = { kind: 'storage', tier: 'T3', why: 'data storage' }
const rights: About = { kind: 'credentials', tier: 'T2', why: 'permissions' }
const amount: About = { kind: 'capacity', tier: 'T2', why: 'scheduling and capacity' }
const program: About = { kind: 'application', tier: 'T1', why: 'a program of this repository' }

/** What a change of a Kubernetes object of some kind means. */
const objects: Record<string, About> = {
  ingress: routing,
  ingressclass: routing,
  ingressroute: routing,
  gateway: routing,
  httproute: routing,
  middleware: routing,
  certificate: routing,
  issuer: routing,
  clusterissuer: routing,
  networkpolicy: access,
  networkpolicies: access,
  netpol: access,
  persistentvolume: volume,
  persistentvolumeclaim: volume,
  pvc: volume,
  pv: volume,
  storageclass: volume,
  statefulset: volume,
  namespace: { kind: 'storage', tier: 'T3', why: 'everything in the namespace depends on it' },
  customresourcedefinition: { kind: 'crds', tier: 'T3', why: 'Helm does not roll back CRDs' },
  crd: { kind: 'crds', tier: 'T3', why: 'Helm does not roll back CRDs' },
  role: rights,
  rolebinding: rights,
  clusterrole: rights,
  clusterrolebinding: rights,
  rbac: rights,
  serviceaccount: rights,
  secret: { kind: 'credentials', tier: 'T2', why: 'a credential' },
  horizontalpodautoscaler: amount,
  hpa: amount,
  poddisruptionbudget: amount,
  pdb: amount,
  priorityclass: amount,
  limitrange: amount,
  resourcequota: amount,
  kubeletconfiguration: { kind: 'kubernetes', tier: 'T2', why: 'kubelet configuration' },
  clusterconfiguration: { kind: 'kubernetes', tier: 'T3', why: 'control plane configuration' },
  plan: { kind: 'kubernetes', tier: 'T3', why: 'node upgrades' },
  deployment: program,
  daemonset: program,
  job: program,
  cronjob: program,
  pod: program,
  configmap: program,
  service: program,
}

/**
 * What a change of a Kubernetes manifest, or of a chart's own template, means: by the kinds that are written in it and, where
 * its text was not asked for, by its name, which the kind is a part of by Helm's convention.
 */
export function manifestFindings(path: string, before: Content, after: Content): RiskFinding[] {
  const written = [before, after].flatMap((side) => (side.state === 'text' ? kindsIn(side.text) : []))
  const names = [...new Set(written.length === 0 ? kindsInName(path) : written)]
  const abouts = names.map((name) => objects[name] ?? program)
  const gone = after.state === 'none'
  const verb = before.state === 'none' ? 'adds' : gone ? 'removes' : 'changes'
  return [...new Set(abouts.length > 0 ? abouts : [program])].map(({ kind, tier, why }) => ({
    kind,
    group: kind === 'application' ? 'application' : kind === 'kubernetes' ? kubernetesGroup(before, after) : 'config',
    tier,
    path,
    what: `it ${verb} ${path}`,
    why,
  }))
}

/** Nodes that come or go are a change of the cluster; a setting of those that are there is not. */
const kubernetesGroup = (before: Content, after: Content): 'kubernetes' | 'config' =>
  before.state === 'none' || after.state === 'none' ? 'kubernetes' : 'config'

/** Whether a YAML text is a Kubernetes object and no values. */
export const isManifest = (text: string): boolean => /^apiVersion:/m.test(text) && /^kind:/m.test(text)

const kindsIn = (text: string): string[] =>
  [...text.matchAll(/^kind:\s*["']?([A-Za-z]+)/gm)].map(([, kind = '']) => kind.toLowerCase())

const kindsInName = (path: string): string[] =>
  (path.split('/').at(-1) ?? '')
    .toLowerCase()
    .replace(/\.[^.]*$/, '')
    .replace('cluster-', 'cluster')
    .split(/[^a-z]+/)
    .filter((word) => word in objects)
