import type { Faults } from './faults.js'
import type { OpenRows } from './open-rows.js'

/** What a permission of an App, or of a job's token, allows; `write` includes `read`. */
export type Level = 'read' | 'write'
export type Permissions = Record<string, Level>

export type MergeMethod = 'merge' | 'squash' | 'rebase'

/** A person's role in one repository. */
export type Role = 'read' | 'write' | 'admin'

/** What GitHub would send to webhooks, and start workflows with. */
export interface RepositoryEvent {
  /** `push`, `pull_request`, `pull_request_review`, `issues`, `issue_comment`, `workflow_run`, `workflow_dispatch`, ... */
  name: string
  /** `opened`, `synchronize`, `closed`, `completed`, ...; absent for `push`, `schedule`, `workflow_dispatch`. */
  action?: string
  /** `owner/name` */
  repo: string
  /** For a push the full ref (`refs/heads/main`); for a pull request `refs/pull/N/merge`; else the default branch's. */
  ref: string
  /** The commit that `ref` pointed to then; of a deleted ref 40 zeros. */
  sha: string
  /** Login of who caused it. */
  actor: string
  /** GitHub's webhook payload: `repository`, `sender`, and the event's own objects. */
  payload: Record<string, unknown>
  /** False where a job's own token (GITHUB_TOKEN) caused it; dispatches are the exception, as on GitHub. */
  startsWorkflows: boolean
  /** The runs of the pull request's own workflow files are there, and wait until somebody approves them. */
  needsApproval?: true
}

export interface Environment {
  name: string
  /** Names of the branches that are admitted; empty admits any. */
  branches: string[]
  /** Logins, any one of whom must approve a job before it starts; nobody where there are none. */
  reviewers?: string[]
  /** Whether whoever started the run may not approve it. */
  preventSelfReview?: boolean
  secrets: Record<string, string>
  variables: Record<string, string>
}

/** `waiting`: for an environment's reviewers. */
export type Status = 'queued' | 'waiting' | 'in_progress' | 'completed'

/** What a required reviewer said. */
export interface Review {
  verdict: 'approved' | 'rejected'
  /** Login. */
  by: string
  comment: string
}

export interface WorkflowStep {
  name: string
  number: number
  status: Status
  conclusion: string | null
}

export interface WorkflowJob {
  id: number
  /** Unique in its run: jobs of a matrix carry their values in it. */
  name: string
  status: Status
  conclusion: string | null
  steps: WorkflowStep[]
  log: string
  startedAt: string | null
  completedAt: string | null
}

export interface WorkflowRun {
  id: number
  /** Counts a workflow's runs from 1. */
  number: number
  attempt: number
  /** `owner/name` */
  repo: string
  /** Path of the workflow's file. */
  workflow: string
  /** The workflow's own `name:`. */
  name: string
  /** What it is shown as: the workflow's `run-name:`, else what the event is about, else its name. */
  title: string
  event: string
  headBranch: string
  headSha: string
  actor: string
  triggeringActor: string
  /** Numbers of the pull requests that the event belongs to; none where it came from a fork. */
  pullRequests: number[]
  /** `owner/name` of the repository that the head lies in. */
  headRepo: string
  status: Status
  conclusion: string | null
  jobs: WorkflowJob[]
  createdAt: string
  updatedAt: string
  startedAt: string | null
}

/** What the dispatcher knows when it queues a run; the rest is the emulator's. */
export type NewRun = Pick<WorkflowRun, 'repo' | 'workflow' | 'name' | 'event' | 'headBranch' | 'headSha' | 'actor'> &
  Partial<Pick<WorkflowRun, 'attempt' | 'triggeringActor' | 'pullRequests' | 'headRepo' | 'title'>>

/** A job as the dispatcher reports it: known by its name, everything else may change from report to report. */
export type JobReport = Pick<WorkflowJob, 'name' | 'status'> & Partial<Omit<WorkflowJob, 'id'>>

export interface RunChange {
  title?: string
  status?: Status
  conclusion?: string | null
  /** Merged by name into the run's jobs; each becomes a check run of the app `github-actions` on the run's head. */
  jobs?: JobReport[]
}

export interface User {
  login: string
  id: number
  /** Like a personal access token: may do whatever the user's role in a repository allows. */
  token: string
}

/** What is configured about a repository; the caller may change it at any time. */
export interface RepositorySettings {
  /** The bare repository on disk. */
  gitDir: string
  defaultBranch: string
  /** Only who has access sees it; everybody else gets 404. */
  private: boolean
  /** Who may do more than everybody, by login in lower case. */
  collaborators: Map<string, Role>
  environments: Map<string, Environment>
  secrets: Record<string, string>
  variables: Record<string, string>
  /** A ruleset on the default branch: this check, from this App (else from any source), on the head that is merged or pushed. */
  requiredCheck?: { name: string; appId?: number }
  /** Whether that ruleset admits changes by pull requests only. Off at first. */
  pullsOnly?: boolean
  /** Ids of the Apps that are on the ruleset's bypass list. */
  bypassApps?: number[]
  /** Whether admins may push and merge past the ruleset. Off at first. */
  adminsMayBypass: boolean
  /** Whether pull requests may be told to merge by themselves. Off at first, as on GitHub. */
  allowAutoMerge?: boolean
  /** Whom GitHub names as the one who merged what merges by itself; the person who told it to, unless said (I15). */
  mergedByOfAutoMerge?: 'person' | 'bot' | 'nobody'
  /** One line for people; none unless said. */
  description?: string | null
  /** `owner/name` of what it was forked from. In a fork GitHub starts no workflows until its owner says so: here nobody does. */
  forkOf?: string
  /** Ways of merging that the repository's settings allow; all unless said. */
  mergeMethods?: readonly MergeMethod[]
  /** Ways of merging that the ruleset allows; all unless said. Only where there is one. */
  rulesetMergeMethods?: readonly MergeMethod[]
  /** Whether the ruleset asks for a merge queue. Off at first. */
  mergeQueue?: boolean
  /** Whether the ruleset asks for an approval. Off at first. */
  reviewRequired?: boolean
  /** Classic branch protection of the default branch, beside the ruleset: how many approvals it asks for, and checks by name. */
  classicProtection?: { approvals: number; checks: string[] }
  /** Paths of the workflows that somebody, or their repository's long silence, disabled: nothing starts them. */
  disabledWorkflows?: string[]
  /** What GitHub calls these; `disabled_manually` unless said. */
  disabledAs?: 'disabled_manually' | 'disabled_inactivity'
  /** Whose pull requests from forks have runs that wait for an approval: `first-time` contributors', as GitHub has it at first. */
  approveRunsOf?: 'first-time' | 'outside' | 'nobody'
  /** Whether jobs' own tokens may open pull requests. On unless switched off. */
  jobsMayOpenPulls?: boolean
  /** Whether `workflow_run` `completed` is sent for a run that waits so. Off unless switched on: it is not known (A2). */
  heldRunsComplete?: boolean
  /** What GITHUB_TOKEN may do where a workflow says nothing: reading (at first), or writing everything. */
  defaultWorkflowPermissions?: Level
}

export interface LoggedRequest {
  method: string
  /** With the query string. */
  path: string
  /** `user`, `app` (its JWT), `installation`, `job` or `none`. */
  token: CallerKind
  /** 0 where the connection was cut instead of an answer. */
  status: number
}

export type CallerKind = 'user' | 'app' | 'installation' | 'job' | 'none'

/** A GitHub on loopback: REST under `/`, GraphQL at `/graphql`, git at `/owner/name.git`. */
export interface Emulator extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, without a slash at its end; with limits `http://localhost:PORT`. */
  url: string
  /**
   * Remembers everything as it is now; what it returns goes back there. Objects that were handed out before, such as a
   * repository's settings, are not the present ones afterwards.
   */
  snapshot(): Promise<() => Promise<void>>
  /** All that there is, as text that is equal where two states are: without ids, times and SHAs. */
  dump(): Promise<string>
  /** Resolves when no request is being worked on any more, of clients that are gone too. */
  settled(): Promise<void>
  /** Listeners hear every event, one after the other, in the order in which things happened. */
  onEvent(listener: (event: RepositoryEvent) => void): () => void
  /** Called with a run's id when somebody asks for its cancellation. */
  onCancel(listener: (runId: number) => void): () => void
  /** Called with a run's id when somebody had it started again, all of it or only what failed: it is queued, as its next attempt. */
  onRerun(listener: (runId: number, onlyFailed: boolean) => void): () => void
  /** Every event so far, oldest first. */
  readonly events: readonly RepositoryEvent[]
  /** Every answered request so far, oldest first. */
  readonly requests: readonly LoggedRequest[]
  /**
   * Where an accepted request or an answer was not as GitHub's own description of REST has it. Tests and the rehearsal hold
   * that there is none.
   */
  readonly violations: ReadonlySet<string>
  /** How this GitHub answers what nobody knows of the real one; changed in place, and a snapshot goes back to it. */
  readonly openRows: OpenRows
  /** Makes coming requests go wrong. */
  readonly faults: Faults
  /** Where limits are kept: nothing of what was asked so far counts any more. */
  newHour(): void

  createUser(login: string): User
  /**
   * `privateKey` is PEM (PKCS#8). Its bot user is `<slug>[bot]`, with an id of its own: `bot`, which is 90,000,000 and
   * the App's id where nothing is said.
   */
  createApp(options: { id: number; slug: string; permissions: Permissions; bot?: number }): {
    id: number
    slug: string
    bot: number
    privateKey: string
  }
  renameApp(appId: number, slug: string): void
  /**
   * Its owner changes what the App asks for, or whether it can be signed in to from a device (off at first). Where it is installed
   * already, nobody has accepted that yet.
   */
  changeApp(appId: number, change: { permissions?: Permissions; deviceFlow?: boolean }): void
  /** An owner suspends the App's installation where it is on this repository, or lets it go on. */
  suspend(appId: number, repo: string, suspended: boolean): void
  /** Installs the App on a repository, with the App's permissions or fewer. Returns the installation's id. */
  install(appId: number, repo: string, permissions?: Permissions): number
  /** Installs the App on all repositories that an account has and will make. Returns the installation's id. */
  installOnAll(appId: number, owner: string): number
  /** A team of an organisation, replacing one of that name. */
  createTeam(org: string, slug: string, members: string[]): void

  createRepository(options: {
    repo: string
    files: Record<string, string | Buffer>
    collaborators?: Record<string, Role>
    message?: string
    /** `main` unless said. */
    defaultBranch?: string
    /** Login of the first commit's author. */
    author?: string
    /** Only who has access sees it; everybody else gets 404. */
    private?: boolean
    /** Names of its labels, beside those that come with their first use. */
    labels?: string[]
  }): Promise<void>
  /** @throws where there is no such repository. */
  repository(repo: string): RepositorySettings

  /** A GITHUB_TOKEN: acts as `github-actions[bot]`, in this repository only, until it is revoked. */
  mintJobToken(repo: string, permissions: Permissions, runId: number): string
  revokeToken(token: string): void

  /** Stores a queued run and emits `workflow_run` `requested`. */
  startRun(run: NewRun): WorkflowRun
  /** Emits `workflow_run` `in_progress` and `completed` when the status says so. */
  updateRun(id: number, change: RunChange): void
  /**
   * Waits until a required reviewer approves or rejects the environment for the run, by REST; undefined where `cancelled`
   * comes first.
   */
  review(runId: number, environment: string, cancelled: AbortSignal): Promise<Review | undefined>
  /**
   * Makes the Deployment of a job with `environment:`, in the name of the run's actor; what it returns says how the job ended.
   */
  jobDeployment(runId: number, environment: string): (succeeded: boolean) => void
  /** Emits a `schedule` event by hand. */
  schedule(repo: string): void
}

/** A job that may not start before somebody has looked: nothing of it has begun, and it has no secrets yet. */
export interface PendingReview {
  runId: number
  environment: string
  settle(review: Review | undefined): void
}
