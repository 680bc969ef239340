import type { Environment, Level, Permissions } from '../github/types.js'
import { matchesPattern } from './trigger-match.js'
import type { Job, PermissionsBlock } from './workflow.js'

/** How a workflow was given secrets: the repository's (a run's own workflow), or what its caller passed. */
export type Given =
  | { kind: 'all'; secrets: Record<string, string> }
  | { kind: 'named'; secrets: Record<string, string> }

/** Deployment branches are matched against the run's ref; a pull request's merge ref is no branch, and never admitted. */
export function environmentAdmits(environment: Environment, ref: string): boolean {
  if (environment.branches.length === 0) return true
  return ref.startsWith('refs/heads/') && matchesPattern(environment.branches, ref.slice('refs/heads/'.length))
}

/**
 * The secrets that one job sees.
 *
 * In a called workflow an environment's secrets arrive only with `secrets: inherit`; with a list they replace those that the
 * caller named, and add none (actions/runner#1490).
 */
export function jobSecrets(given: Given, environment: Environment | undefined): Record<string, string> {
  const own = Object.entries(environment?.secrets ?? {})
  const seen = given.kind === 'all' ? own : own.filter(([name]) => Object.hasOwn(given.secrets, name))
  return { ...given.secrets, ...Object.fromEntries(seen) }
}

/** What a called workflow is given. `evaluate` turns the values of the caller's list into text. */
export function passedSecrets(job: Job, given: Given, evaluate: (value: string) => string): Given {
  if (job.secrets === 'inherit') return given
  const named = Object.entries(job.secrets ?? {}).map(([name, value]) => [name, evaluate(value)])
  return { kind: 'named', secrets: Object.fromEntries(named) }
}

const everyPermission = [
  'actions',
  'attestations',
  'checks',
  'contents',
  'deployments',
  'discussions',
  'issues',
  'packages',
  'pages',
  'pull-requests',
  'security-events',
  'statuses',
]

/** What GITHUB_TOKEN may do where a workflow says nothing; new repositories let it read. */
export const unsaidPermissions = (setting: Level = 'read'): Permissions =>
  setting === 'write' ? permissionsOf('write-all', {}) : { contents: 'read', packages: 'read' }

/** The permissions of a block; `unlessSaid` are those of the level above. */
export function permissionsOf(block: PermissionsBlock | undefined, unlessSaid = unsaidPermissions()): Permissions {
  if (block === undefined) return unlessSaid
  if (typeof block === 'string') {
    const level: Level = block === 'write-all' ? 'write' : 'read'
    return Object.fromEntries(everyPermission.map((name) => [underscored(name), level]))
  }
  return Object.fromEntries(
    Object.entries(block).flatMap(([name, level]) => (level === 'none' ? [] : [[underscored(name), level]])),
  )
}

/** What a called workflow asks for and its caller does not have. */
export function beyondGiven(asked: Permissions, had: Permissions): string[] {
  return Object.entries(asked)
    .filter(([name, level]) => had[name] !== 'write' && had[name] !== level)
    .map(([name, level]) => `${name}: ${level}`)
}

// Workflow files write `pull-requests`, the API `pull_requests`.
const underscored = (name: string): string => name.replaceAll('-', '_')

/** Whether a run takes its workflow from a pull request's branch in another repository: strangers write there. */
export function isFork(event: string, payload: Record<string, unknown>, repo: string): boolean {
  if (!event.startsWith('pull_request') || event === 'pull_request_target') return false
  const pull = payload['pull_request'] as { head?: { repo?: { full_name?: string } | null } } | undefined
  return pull?.head?.repo?.full_name !== repo
}

/** A run of a fork gets no secrets, and a token that only reads. */
export function isTrusted(
  fork: boolean,
  secrets: Record<string, string>,
  permissions: Permissions,
): { secrets: Record<string, string>; permissions: Permissions } {
  if (!fork) return { secrets, permissions }
  const readOnly = Object.keys(permissions).map((name) => [name, 'read' as const])
  return { secrets: {}, permissions: Object.fromEntries(readOnly) }
}
