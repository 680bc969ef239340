import type { Path } from '../yaml/path.js'

/** What every check has. Texts may hold the placeholders of shared/policy/placeholders.ts. Times are milliseconds. */
interface Common {
  /** What the report calls it; undefined: what is asked. */
  name: string | undefined
  /** Until when it is asked again. */
  timeout: number
  /** After how many wrong answers it ends; undefined: any number is allowed within the time. */
  failureThreshold: number | undefined
  /** So many right answers in a row. */
  successThreshold: number
  /** Only where this path of the cluster's merged values is true. */
  when: Path | undefined
}

export type Scalar = string | number | boolean | null

export interface HttpCheck extends Common {
  kind: 'http'
  url: string
  method: string
  request: { headers: Record<string, string>; body: string | undefined }
  status: number
  /** A regular expression that the body must match. */
  body: string | undefined
  /** What the body, read as JSON, must hold at these paths. */
  json: Record<string, Scalar>
  /** Regular expressions that the answer's headers must match. */
  headers: Record<string, string>
  /** How many redirects are followed; 0: a redirect is an answer of its own. */
  redirects: number
  certificate: { days: number; names: string[] } | undefined
  /** `service/NAME:PORT`, past the public entry. */
  portForward: string | undefined
}

export const kubernetesAspects = ['workloads', 'restarts', 'warnings', 'volumes', 'addresses'] as const
export type KubernetesAspect = (typeof kubernetesAspects)[number]

export interface KubernetesCheck extends Common {
  kind: 'kubernetes'
  look: KubernetesAspect[]
  /** How many restarts of containers, and warning events, are allowed since the deploy. */
  restarts: number
  warnings: number
  /** Reasons of warning events that do not count. */
  ignore: string[]
}

export interface PrometheusCheck extends Common {
  kind: 'prometheus'
  query: string
  /** Address of Prometheus, without /api. */
  url: string
  headers: Record<string, string>
  /** Bounds for the value, and for how many times it may be what it was right before the deploy. */
  bounds: {
    min: number | undefined
    max: number | undefined
    minRatio: number | undefined
    maxRatio: number | undefined
  }
}

export interface CommandCheck extends Common {
  kind: 'command'
  /** The program and its arguments; there is no shell. */
  command: string[]
  env: Record<string, string>
}

/** Code that runs in a kernel, and a regular expression that what it prints must match. */
export interface HubCode {
  run: string
  output: string
}

export interface JupyterHubCheck extends Common {
  kind: 'jupyterhub'
  /** Address of the hub, without /hub. */
  url: string
  /** The test user: its server is removed before and after, itself only where the check made it. */
  user: string
  /** Name of its server; empty: the default one. */
  server: string
  token: string
  /** What the hub must tell as its version; undefined: any. */
  version: string | undefined
  code: HubCode
}

interface Binder extends Common {
  /** Address of the BinderHub. */
  url: string
  /** `owner/name`, or what else the provider knows. */
  repo: string
  ref: string
  /** Empty: none. It lifts BinderHub's limit of builds. */
  buildToken: string
  code: HubCode | undefined
}

export interface BinderLaunchCheck extends Binder {
  kind: 'binder-launch'
  /** BinderHub's short name of where the repository is, such as `gh`. */
  provider: string
}

export interface BinderBuildCheck extends Binder {
  kind: 'binder-build'
  /** Of GitHub, with contents: write on `repo`: a commit is made there for an image that was never built. */
  token: string
}

/** One thing that proves that a deployed version serves users. */
export type SmokeCheck =
  | HttpCheck
  | KubernetesCheck
  | PrometheusCheck
  | CommandCheck
  | JupyterHubCheck
  | BinderLaunchCheck
  | BinderBuildCheck
