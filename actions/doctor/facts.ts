import type { MergeMethodName } from '../../shared/github/merge-methods.js'
import type { Policy } from '../../shared/policy/policy.js'

import type { Bypasser } from './bypass.js'
import type { Seen } from './check.js'

/** A rule that is in force on a branch, as GitHub lists it; what decides here and nothing else. */
export interface Rule {
  type: string
  /** Id of the ruleset that it is from. */
  ruleset: number
  /** `required_status_checks`: name and the App that must say it; undefined for any source. */
  checks: { name: string; source: number | undefined }[]
  /** `pull_request`: approvals that everybody needs. */
  approvals: number
  codeOwners: boolean
  /** `pull_request`: the ways of merging that it allows, in GitHub's words; empty where it does not say. */
  methods: string[]
}

/** What the repository's settings say of merging. */
export interface Merging {
  methods: MergeMethodName[]
  /** Whether a pull request may be told to merge by itself. */
  auto: boolean
}

/** Classic branch protection of the default branch. */
export interface Classic {
  approvals: number
  codeOwners: boolean
}

export interface EnvironmentSettings {
  /** Which refs may use it: any, those of branches with protection, or those that match a name. */
  admits: 'any' | 'protected' | { branches: string[]; tags: string[] }
}

export interface Workflow {
  path: string
  /** GitHub's word: `active`, `disabled_manually`, `disabled_inactivity`, ... */
  state: string
  /** The file on the default branch; undefined where it is not there. */
  text: string | undefined
  /** When GitHub came to know it, or its state changed last. ISO 8601. */
  since: string
  /** When its schedule started it last, ISO 8601; undefined where it never did, or it has none. */
  scheduled: Seen<string | undefined>
}

/** An App as it is installed on one repository. */
export interface AppInstallation {
  /** GitHub's names: `pull_requests`. */
  permissions: Record<string, string>
  suspended: boolean
  /** Its page, for owners. */
  url: string
}

/** The user that an App writes as. */
export interface Bot {
  id: number
  login: string
}

/** What GitHub tells an App of itself. */
export interface Self {
  slug: string
  /** What is not secret of it, and names it to people who sign in. */
  clientId: string | undefined
  /** What it asks for, GitHub's names: what was accepted is the installation's. */
  permissions: Record<string, string>
}

/** A repository whose merges get deployed. */
export interface Upstream {
  repo: string
  /** Of its default branch. */
  rules: Seen<Rule[]>
  workflows: Seen<Workflow[]>
  /** Whether the policy asks for reverts there by a pull request. */
  reverts: boolean
  /** Its variable LOCKSTEP_GATE_BOT_ID; undefined where it is not set. Looked for only where it is needed. */
  gateBot: Seen<string | undefined>
}

export type AppName = 'gate' | 'bump'

/** Everything that is looked at. */
export interface DoctorFacts {
  now: Date
  policy: Pick<Policy, 'apps' | 'clusters' | 'operators' | 'merge' | 'deployQueue'>
  /** `owner/name` of the deploy repo. */
  repo: string
  branch: string
  rules: Seen<Rule[]>
  merging: Seen<Merging>
  /** What each App says of itself; `refused` where GitHub does not take the key as one of that App. */
  selves: Record<AppName, Seen<Self | 'refused'>>
  /** Whether people can sign in to it from a device. */
  deviceFlows: Record<AppName, Seen<'on' | 'off'>>
  /** As which user each App writes; `refused` where GitHub does not take the key as one of that App. */
  bots: Record<AppName, Seen<AppBot | 'refused'>>
  /** Whether each App may pass the rulesets by: GitHub's word to the App itself. */
  bypass: Record<AppName, Seen<boolean>>
  /** Who else may, where that is shown at all: only to who may change it. */
  bypassers: Seen<Bypasser[]>
  /** What classic branch protection asks for, beside the rulesets; undefined where it is off. */
  classic: Seen<Classic | undefined>
  /** Whether only some people see the deploy repo. */
  private: Seen<boolean>
  /** Whether `.github/dependabot.yml` is there. */
  dependabot: Seen<boolean>
  /** By name; undefined for one that is not there. */
  environments: { name: string; found: Seen<EnvironmentSettings | undefined> }[]
  /** Names of the keys that a job without an environment could read. */
  keysOutside: Seen<string[]>
  /** What a job may do where its workflow says nothing. */
  unsaid: Seen<string>
  workflows: Seen<Workflow[]>
  /** The file that GitHub uses; undefined where there is none. */
  codeOwners: Seen<string | undefined>
  labels: Seen<string[]>
  /** How many there are. */
  operators: Seen<number>
  upstreams: Upstream[]
  /** `refused`: the key is not that of the App that the policy names. */
  installations: { app: AppName; repo: string; found: Seen<AppInstallation | 'refused' | undefined> }[]
}

/** The user that an App writes as. */
export interface AppBot {
  id: number
  login: string
}
