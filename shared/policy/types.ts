import type { Path } from '../yaml/path.js'
import type { SmokeCheck } from './smoke-types.js'

export type * from './smoke-types.js'

export const allWaves = ['staging', 'canary', 'primary', 'rest'] as const
export type WaveName = (typeof allWaves)[number]

export const allTiers = ['T0', 'T1', 'T2', 'T3'] as const
export type Tier = (typeof allTiers)[number]

export const allWeekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof allWeekdays)[number]

/** The deploy policy as everything else uses it: parsed, checked, defaults filled in. Times are milliseconds. */
export interface Policy {
  /** A team as `org/slug`, or a list of logins. */
  operators: { team: string } | { logins: string[] }
  /** The two GitHub Apps. `id` is the App's, `bot` the numeric user id of its bot: never the same number. */
  apps: Record<'gate' | 'bump', { id: number; bot: number }>
  timezone: string
  releases: Release[]
  /** In wave order. */
  clusters: Cluster[]
  components: Component[]
  merge: { bump: 'person' | 'command' | 'auto'; revert: 'auto' | 'person' }
  /** `exceptions` are labels; the times are for whoever is on duty. */
  deployQueue: {
    maxUndeployed: number
    remind: number
    escalate: number
    exceptions: string[]
    /** When the App may merge bumps; at any time where there is none. */
    window?: WindowHours | undefined
  }
  smokeTests: SmokeCheck[]
  /** Tiers without a window may be deployed at any time. */
  deployWindows: { [T in Tier]?: DeployWindow | undefined }
  /** How long the smoke test is repeated after a deploy of this tier; 0: no soak. */
  soak: Record<Tier, number>
  changeClasses: ChangeClass[]
  /** URL of the page for operators, shown when Lockstep cannot roll back by itself. */
  runbook?: string | undefined
}

export interface Release {
  /** The key in the policy file. */
  name: string
  /** Directory of the chart in the deploy repo. */
  chart: string
  /** Helm's name of the release; `{cluster}` stands for the cluster's name. */
  releaseName: string
  /** `{cluster}` stands for the cluster's name. */
  namespace: string
  /** Values files in Helm's order: plain paths and globs, with `{cluster}`. */
  values: string[]
  /** Values files that replace the encrypted ones when planning. */
  planValues: string[]
  timeout: number
  crds: 'skip' | 'create' | 'replace'
  /** Paths in the merged values that change only when a database is migrated. */
  migrationMarkers: Path[]
}

export interface Cluster {
  name: string
  wave: WaveName
  /** Its failure is only reported and does not block other clusters. */
  optional: boolean
  /** Where its public host name is: a path into its merged Helm values, or the name itself. */
  host: { path: Path } | { name: string } | undefined
}

/** One place in the deploy repo that says which version is deployed. */
export type Target =
  /** A dependency in a Chart.yaml, or in a requirements.yaml of Helm 2, by its alias or name. */
  | { kind: 'chart'; file: string; dependency: string }
  /** The value at `path` is a tag, a digest, or a whole image reference. */
  | { kind: 'image'; file: string; path: Path }
  /** The value at `path` is the version, and nothing else. */
  | { kind: 'value'; file: string; path: Path }

/** What in an answer is the version: a value of its JSON, or a header. */
export type VersionPlace = { path: Path } | { header: string }

/** A page of a running service that tells a version: `url` is absolute (with `{host}`) or starts with `/`. */
export type VersionSource = { url: string } & VersionPlace

export interface Component {
  name: string
  /** `owner/name` of the repository whose merges are deployed. */
  upstream: string
  /**
   * What a bump changes, all to one version. The first says which version is there now, and where versions come from:
   * it is a chart or an image, and all charts or images of a component are the same one.
   */
  targets: [Target, ...Target[]]
  /** Version templates, see version-template.ts. */
  versions: string[]
  /** Globs of the upstream files that make a new version. */
  paths: string[]
  /** Where a running cluster shows the component's version. */
  versionEndpoint?: VersionSource | undefined
  /** How long to wait for a version to be published. */
  wait: number
  /** Number of merges without a published version after which an issue is opened. */
  staleAfter: number
  /** Reviewers to request for every bump: logins, and teams as `org/slug`. */
  reviewers: string[]
  /** Names of the upstream checks that must be green, `*` matches any text; undefined: all, and at least one. */
  checks?: string[] | undefined
  revert: 'issue' | 'pr'
}

export interface DeployWindow {
  days: Weekday[]
  /** A file in the deploy repo with one date (YYYY-MM-DD) a line on which nothing of this tier is deployed. */
  holidays?: string | undefined
}

/** Days and hours, in the policy's timezone. */
export interface WindowHours {
  days: Weekday[]
  /** Minutes since midnight: from the first, up to the second and without it. */
  hours?: [from: number, to: number] | undefined
}

/** A class of infrastructure changes: what they change, and their tier if it differs from the default. */
export interface ChangeClass {
  name: string
  charts: string[]
  files: string[]
  values: Path[]
  tier?: Tier | undefined
}
