import type { Path } from '../yaml/path.js'

/** What every check has. Texts may hold the placeholders of shared/policy/placeholders.ts. Times are milliseconds. */
interface Common {
  /** What the report calls it; undefined: what is asked. */
  name: string | undefined
  /** Until when it is asked again. */
  within: number
  /** How many wrong answers it may give; undefined: any number within the time. */
  retries: number | undefined
  /** So many right answers in a row. */
  inARow: number
  /** Only where this path of the cluster's merged values is true. */
  when: Path | undefined
}

export type Scalar = string | number | boolean | null

export interface HttpCheck extends Common {
  kind: 'http'
  url: string
  method: string
  send: { headers: Record<string, string>; body: string | undefined }
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

export interface BinderLaunchCheck extends Common {
  kind: 'binder-launch'
  repo: string
  ref: string
}

/** One thing that proves that a deployed version serves users. */
export type Check = HttpCheck | BinderLaunchCheck
