import { eventQueue } from './event-queue.js'
import type { Account, App, Caller, Installation } from './identities.js'
import { believedRows, type OpenRows } from './open-rows.js'
import type { Activity, CheckRun, CommitStatus, Deployment, Issue, LabelRecord } from './records.js'
import type {
  CallerKind,
  PendingReview,
  RepositoryEvent,
  RepositorySettings,
  WorkflowJob,
  WorkflowRun,
} from './types.js'

export type * from './records.js'

export interface Token {
  caller: Caller
  /** Milliseconds since 1970. */
  expires: number
}

export interface Repo extends RepositorySettings {
  id: number
  owner: string
  name: string
  /** `owner/name` */
  fullName: string
  private: boolean
  createdAt: string
  /** Issues and pull requests, by number. */
  issues: Map<number, Issue>
  labels: LabelRecord[]
  checks: CheckRun[]
  statuses: CommitStatus[]
  deployments: Deployment[]
  /** Oldest first. */
  activities: Activity[]
  runs: WorkflowRun[]
  /** Commits that GitHub signed. */
  verified: Set<string>
}

export interface State {
  url: string
  dir: string
  accounts: Map<string, Account>
  teams: Map<string, string[]>
  apps: Map<number, App>
  installations: Installation[]
  tokens: Map<string, Token>
  repos: Map<string, Repo>
  openRows: OpenRows
  events: RepositoryEvent[]
  requests: { method: string; path: string; token: CallerKind; status: number }[]
  /** Jobs by the last part of their log's address. */
  logs: Map<string, WorkflowJob>
  /** Jobs that wait for an environment's reviewers. */
  pendingReviews: Set<PendingReview>
  /** Requests that are being worked on. */
  working: Set<Promise<unknown>>
  /** What differed from GitHub's description of its REST operations. */
  violations: Set<string>
  listeners: Set<(event: RepositoryEvent) => void>
  cancelListeners: Set<(runId: number) => void>
  rerunListeners: Set<(runId: number, onlyFailed: boolean) => void>
  /** Logs an event and tells the listeners. */
  deliver(event: RepositoryEvent): void
  /** A number that nothing else has. */
  nextId(): number
  /** Now, as GitHub writes it: whole seconds, UTC. */
  now(): string
  /** Runs changes of one repository one after the other. */
  exclusively<T>(repo: string, change: () => Promise<T>): Promise<T>
}

export function newState(dir: string): State {
  let id = 1000
  const queues = new Map<string, Promise<unknown>>()
  const events: State['events'] = []
  const listeners: State['listeners'] = new Set()
  return {
    url: '',
    dir,
    accounts: new Map(),
    teams: new Map(),
    apps: new Map(),
    installations: [],
    tokens: new Map(),
    repos: new Map(),
    openRows: believedRows(),
    events,
    requests: [],
    logs: new Map(),
    pendingReviews: new Set(),
    working: new Set(),
    violations: new Set(),
    listeners,
    deliver: eventQueue(events, listeners),
    cancelListeners: new Set(),
    rerunListeners: new Set(),
    nextId: () => ++id,
    now: () => `${new Date().toISOString().slice(0, 19)}Z`,
    exclusively(repo, change) {
      const before = queues.get(repo) ?? Promise.resolve()
      const result = before.then(change, change)
      queues.set(repo, result)
      return result
    },
  }
}
