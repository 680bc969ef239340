import type { Account, App, Caller } from './identities.js'

export interface LabelRecord {
  id: number
  name: string
  color: string
  description: string | null
}

export interface Reaction {
  id: number
  author: Account
  content: string
  createdAt: string
}

export interface Comment {
  id: number
  /** Absent where nobody has reacted. */
  reactions?: Reaction[]
  author: Account
  app: App | undefined
  body: string
  createdAt: string
  updatedAt: string
  /** When its text was changed last; absent where it never was. */
  editedAt?: string
}

export interface ReviewRecord {
  id: number
  author: Account
  body: string
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  commit: string
  submittedAt: string
}

/** What a pull request adds to an issue. */
export interface Pull {
  /** Branch names. */
  head: string
  base: string
  /** `owner/name` of the fork that the head lies in; undefined where it lies beside its base. */
  fork: string | undefined
  headSha: string
  baseSha: string
  draft: boolean
  /** The test merge, undefined where there is a conflict. */
  mergeSha: string | undefined
  /** `since`: the base branch's commit before; undefined where it was not by the button. */
  merged: { at: string; by: Account | undefined; sha: string; since: string | undefined } | undefined
  reviews: ReviewRecord[]
  requestedReviewers: Account[]
  /** That it merges by itself once the required check is green. */
  autoMerge?: AutoMerge | undefined
}

export interface AutoMerge {
  by: Caller
  at: string
  method: 'merge' | 'squash' | 'rebase'
  title: string | undefined
  message: string | undefined
}

export interface IssueEvent {
  id: number
  event: string
  actor: Account
  createdAt: string
  label?: string
  assignee?: Account
  commit?: string
}

export interface Issue {
  id: number
  number: number
  title: string
  body: string | null
  /** Who changed it last, as far as GitHub tells (I10). */
  editor: Account | undefined
  /** Changes of its text, oldest first; once there is one, the first is how it was written. */
  edits: { by: Account; at: string }[]
  state: 'open' | 'closed'
  stateReason: 'completed' | 'not_planned' | 'reopened' | null
  locked: boolean
  author: Account
  labels: LabelRecord[]
  assignees: Account[]
  comments: Comment[]
  timeline: IssueEvent[]
  createdAt: string
  updatedAt: string
  closedAt: string | null
  closedBy: Account | undefined
  pull: Pull | undefined
}

export interface CheckRun {
  id: number
  app: App
  /** Of a workflow's job: the run that it is part of. */
  suite?: number
  name: string
  headSha: string
  externalId: string
  detailsUrl: string
  status: 'queued' | 'waiting' | 'in_progress' | 'completed'
  conclusion: string | null
  startedAt: string
  completedAt: string | null
  output: { title: string | null; summary: string | null; text: string | null; annotations: unknown[] }
}

export interface CommitStatus {
  id: number
  sha: string
  state: 'error' | 'failure' | 'pending' | 'success'
  context: string
  description: string | null
  targetUrl: string | null
  creator: Account
  createdAt: string
}

export interface DeploymentStatus {
  id: number
  state: string
  description: string
  environmentUrl: string
  logUrl: string
  creator: Account
  createdAt: string
}

export interface Deployment {
  id: number
  sha: string
  ref: string
  task: string
  environment: string
  payload: unknown
  description: string | null
  transient: boolean
  production: boolean
  creator: Account
  createdAt: string
  updatedAt: string
  /** Oldest first. */
  statuses: DeploymentStatus[]
}

/** What moved a branch or tag, and by whom. */
export interface Activity {
  id: number
  type: 'push' | 'force_push' | 'branch_creation' | 'branch_deletion' | 'pr_merge'
  /** `refs/heads/main` */
  ref: string
  /** 40 zeros where it was not there before, or is not any more. */
  before: string
  after: string
  actor: Account
  at: string
}

/** A branch or tag that moves; undefined where it was, or will be, not there. */
export interface RefUpdate {
  ref: string
  before: string | undefined
  after: string | undefined
  /** Whether commits get lost: it is no fast-forward. */
  forced: boolean
}
