import { grantedIn, roleOf } from './accounts.js'
import { notAccessible, notFound, Refusal } from './errors.js'
import type { Caller } from './identities.js'
import type { Repo } from './state.js'
import type { Level } from './types.js'

/** `checks:write`; several separated by a space where any one is enough. `none`: nothing but who one is. */
type Needs = string
export interface Operation {
  /** Method and path; GitHub's own parameter names, `*` after one that may hold slashes. */
  route: string
  needs: Needs
  /** A user's role, where it is more than the level above asks for by itself (read: read, write: write). */
  role?: 'read' | 'write' | 'admin'
}

const repo = '/repos/:owner/:repo'
const issue = `${repo}/issues/:issue_number`
const pull = `${repo}/pulls/:pull_number`
// GitHub lets either permission do where an issue may be a pull request.
const readIssue = 'issues:read pull_requests:read'
const writeIssue = 'issues:write pull_requests:write'
const administer = { needs: 'administration:write', role: 'admin' } as const

/**
 * Every operation of the emulator, under GitHub's own operation id, and the permission that a token needs for it.
 *
 * Order matters where two routes match: the first wins.
 */
export const operationPermissions = {
  'meta/root': { route: 'GET /', needs: 'none' },
  'meta/get': { route: 'GET /meta', needs: 'none' },
  'rate-limit/get': { route: 'GET /rate_limit', needs: 'none' },
  'apps/get-authenticated': { route: 'GET /app', needs: 'none' },
  'apps/list-installations': { route: 'GET /app/installations', needs: 'none' },
  'apps/get-installation': { route: 'GET /app/installations/:installation_id', needs: 'none' },
  'apps/create-installation-access-token': {
    route: 'POST /app/installations/:installation_id/access_tokens',
    needs: 'none',
  },
  'apps/get-repo-installation': { route: `GET ${repo}/installation`, needs: 'none' },
  'apps/get-org-installation': { route: 'GET /orgs/:org/installation', needs: 'none' },
  'apps/get-user-installation': { route: 'GET /users/:username/installation', needs: 'none' },
  'apps/list-repos-accessible-to-installation': { route: 'GET /installation/repositories', needs: 'none' },
  'apps/revoke-installation-access-token': { route: 'DELETE /installation/token', needs: 'none' },
  'apps/get-by-slug': { route: 'GET /apps/:app_slug', needs: 'none' },
  'users/get-authenticated': { route: 'GET /user', needs: 'none' },
  'users/get-by-username': { route: 'GET /users/:username', needs: 'none' },
  'teams/list-members-in-org': { route: 'GET /orgs/:org/teams/:team_slug/members', needs: 'members:read' },
  'teams/get-membership-for-user-in-org': {
    route: 'GET /orgs/:org/teams/:team_slug/memberships/:username',
    needs: 'members:read',
  },

  'repos/get': { route: `GET ${repo}`, needs: 'metadata:read' },
  'repos/create-fork': { route: `POST ${repo}/forks`, needs: 'administration:write', role: 'read' },
  'repos/list-activities': { route: `GET ${repo}/activity`, needs: 'contents:read' },
  'repos/list-branches': { route: `GET ${repo}/branches`, needs: 'contents:read' },
  'repos/get-branch-protection': {
    route: `GET ${repo}/branches/:branch/protection`,
    needs: 'administration:read',
    role: 'admin',
  },
  'repos/get-branch': { route: `GET ${repo}/branches/:branch*`, needs: 'contents:read' },
  'repos/list-tags': { route: `GET ${repo}/tags`, needs: 'metadata:read' },
  'repos/get-content': { route: `GET ${repo}/contents/:path*`, needs: 'contents:read' },
  'repos/get-collaborator-permission-level': {
    route: `GET ${repo}/collaborators/:username/permission`,
    needs: 'metadata:read',
  },
  'repos/get-all-environments': { route: `GET ${repo}/environments`, needs: 'actions:read' },
  'repos/get-environment': { route: `GET ${repo}/environments/:environment_name`, needs: 'actions:read' },
  'repos/list-deployment-branch-policies': {
    route: `GET ${repo}/environments/:environment_name/deployment-branch-policies`,
    needs: 'actions:read',
  },
  'repos/get-repo-rulesets': { route: `GET ${repo}/rulesets`, needs: 'metadata:read' },
  'repos/get-repo-ruleset': { route: `GET ${repo}/rulesets/:ruleset_id`, needs: 'metadata:read' },
  'repos/get-branch-rules': { route: `GET ${repo}/rules/branches/:branch*`, needs: 'metadata:read' },
  'actions/get-github-actions-default-workflow-permissions-repository': {
    route: `GET ${repo}/actions/permissions/workflow`,
    needs: 'administration:read',
    role: 'admin',
  },
  'actions/list-repo-variables': {
    route: `GET ${repo}/actions/variables`,
    needs: 'actions_variables:read',
    role: 'write',
  },
  'actions/list-repo-organization-variables': {
    route: `GET ${repo}/actions/organization-variables`,
    needs: 'actions_variables:read',
    role: 'write',
  },
  'actions/list-repo-workflows': { route: `GET ${repo}/actions/workflows`, needs: 'actions:read' },

  'git/get-ref': { route: `GET ${repo}/git/ref/:ref*`, needs: 'contents:read' },
  'git/list-matching-refs': { route: `GET ${repo}/git/matching-refs/:ref*`, needs: 'contents:read' },
  'git/create-ref': { route: `POST ${repo}/git/refs`, needs: 'contents:write' },
  'git/update-ref': { route: `PATCH ${repo}/git/refs/:ref*`, needs: 'contents:write' },
  'git/delete-ref': { route: `DELETE ${repo}/git/refs/:ref*`, needs: 'contents:write' },
  'git/get-tree': { route: `GET ${repo}/git/trees/:tree_sha*`, needs: 'contents:read' },
  'git/create-tree': { route: `POST ${repo}/git/trees`, needs: 'contents:write' },
  'git/get-blob': { route: `GET ${repo}/git/blobs/:file_sha`, needs: 'contents:read' },
  'git/create-blob': { route: `POST ${repo}/git/blobs`, needs: 'contents:write' },
  'git/get-commit': { route: `GET ${repo}/git/commits/:commit_sha`, needs: 'contents:read' },
  'git/create-commit': { route: `POST ${repo}/git/commits`, needs: 'contents:write' },

  'repos/list-commits': { route: `GET ${repo}/commits`, needs: 'contents:read' },
  'repos/list-pull-requests-associated-with-commit': {
    route: `GET ${repo}/commits/:commit_sha/pulls`,
    needs: 'pull_requests:read',
  },
  'checks/list-for-ref': { route: `GET ${repo}/commits/:ref/check-runs`, needs: 'checks:read' },
  'repos/get-combined-status-for-ref': { route: `GET ${repo}/commits/:ref/status`, needs: 'statuses:read' },
  'repos/list-commit-statuses-for-ref': { route: `GET ${repo}/commits/:ref/statuses`, needs: 'statuses:read' },
  'repos/get-commit': { route: `GET ${repo}/commits/:ref*`, needs: 'contents:read' },
  'repos/compare-commits': { route: `GET ${repo}/compare/:basehead*`, needs: 'contents:read' },
  'repos/create-commit-status': { route: `POST ${repo}/statuses/:sha`, needs: 'statuses:write' },

  'checks/create': { route: `POST ${repo}/check-runs`, needs: 'checks:write' },
  'checks/get': { route: `GET ${repo}/check-runs/:check_run_id`, needs: 'checks:read' },
  'checks/update': { route: `PATCH ${repo}/check-runs/:check_run_id`, needs: 'checks:write' },

  'pulls/list': { route: `GET ${repo}/pulls`, needs: 'pull_requests:read' },
  'pulls/create': { route: `POST ${repo}/pulls`, needs: 'pull_requests:write', role: 'read' },
  'pulls/get': { route: `GET ${pull}`, needs: 'pull_requests:read' },
  'pulls/update': { route: `PATCH ${pull}`, needs: 'pull_requests:write' },
  'pulls/list-files': { route: `GET ${pull}/files`, needs: 'pull_requests:read' },
  'pulls/list-commits': { route: `GET ${pull}/commits`, needs: 'pull_requests:read' },
  'pulls/check-if-merged': { route: `GET ${pull}/merge`, needs: 'pull_requests:read' },
  'pulls/merge': { route: `PUT ${pull}/merge`, needs: 'contents:write' },
  'pulls/update-branch': { route: `PUT ${pull}/update-branch`, needs: 'pull_requests:write' },
  'pulls/list-requested-reviewers': { route: `GET ${pull}/requested_reviewers`, needs: 'pull_requests:read' },
  'pulls/request-reviewers': { route: `POST ${pull}/requested_reviewers`, needs: 'pull_requests:write' },
  'pulls/list-reviews': { route: `GET ${pull}/reviews`, needs: 'pull_requests:read' },
  'pulls/dismiss-review': {
    route: `PUT ${pull}/reviews/:review_id/dismissals`,
    needs: 'pull_requests:write',
  },
  'pulls/create-review': { route: `POST ${pull}/reviews`, needs: 'pull_requests:write', role: 'read' },

  'issues/list-for-repo': { route: `GET ${repo}/issues`, needs: 'issues:read' },
  'issues/create': { route: `POST ${repo}/issues`, needs: 'issues:write', role: 'read' },
  'issues/get-comment': { route: `GET ${repo}/issues/comments/:comment_id`, needs: readIssue },
  'issues/update-comment': { route: `PATCH ${repo}/issues/comments/:comment_id`, needs: writeIssue },
  'issues/delete-comment': { route: `DELETE ${repo}/issues/comments/:comment_id`, needs: writeIssue },
  'issues/get': { route: `GET ${issue}`, needs: readIssue },
  'issues/update': { route: `PATCH ${issue}`, needs: writeIssue },
  'issues/list-comments': { route: `GET ${issue}/comments`, needs: readIssue },
  'issues/create-comment': { route: `POST ${issue}/comments`, needs: writeIssue, role: 'read' },
  'reactions/list-for-issue-comment': {
    route: `GET ${repo}/issues/comments/:comment_id/reactions`,
    needs: readIssue,
  },
  'reactions/create-for-issue-comment': {
    route: `POST ${repo}/issues/comments/:comment_id/reactions`,
    needs: writeIssue,
    role: 'read',
  },
  'issues/add-assignees': { route: `POST ${issue}/assignees`, needs: writeIssue },
  'issues/remove-assignees': { route: `DELETE ${issue}/assignees`, needs: writeIssue },
  'issues/list-labels-on-issue': { route: `GET ${issue}/labels`, needs: readIssue },
  'issues/add-labels': { route: `POST ${issue}/labels`, needs: writeIssue },
  'issues/set-labels': { route: `PUT ${issue}/labels`, needs: writeIssue },
  'issues/remove-label': { route: `DELETE ${issue}/labels/:name`, needs: writeIssue },
  'issues/list-events': { route: `GET ${issue}/events`, needs: readIssue },
  'issues/list-events-for-timeline': { route: `GET ${issue}/timeline`, needs: readIssue },
  'issues/check-user-can-be-assigned': { route: `GET ${repo}/assignees/:assignee`, needs: 'metadata:read' },
  'issues/list-labels-for-repo': { route: `GET ${repo}/labels`, needs: readIssue },
  'issues/create-label': { route: `POST ${repo}/labels`, needs: writeIssue },
  'issues/get-label': { route: `GET ${repo}/labels/:name`, needs: readIssue },

  'repos/create-deployment': { route: `POST ${repo}/deployments`, needs: 'deployments:write' },
  'repos/list-deployments': { route: `GET ${repo}/deployments`, needs: 'deployments:read' },
  'repos/get-deployment': { route: `GET ${repo}/deployments/:deployment_id`, needs: 'deployments:read' },
  'repos/create-deployment-status': {
    route: `POST ${repo}/deployments/:deployment_id/statuses`,
    needs: 'deployments:write',
  },
  'repos/list-deployment-statuses': {
    route: `GET ${repo}/deployments/:deployment_id/statuses`,
    needs: 'deployments:read',
  },

  'actions/list-workflow-runs-for-repo': { route: `GET ${repo}/actions/runs`, needs: 'actions:read' },
  'actions/get-workflow-run': { route: `GET ${repo}/actions/runs/:run_id`, needs: 'actions:read' },
  'actions/list-jobs-for-workflow-run': { route: `GET ${repo}/actions/runs/:run_id/jobs`, needs: 'actions:read' },
  'actions/get-pending-deployments-for-run': {
    route: `GET ${repo}/actions/runs/:run_id/pending_deployments`,
    needs: 'actions:read',
  },
  'actions/review-pending-deployments-for-run': {
    route: `POST ${repo}/actions/runs/:run_id/pending_deployments`,
    needs: 'deployments:write',
    role: 'read',
  },
  'actions/cancel-workflow-run': { route: `POST ${repo}/actions/runs/:run_id/cancel`, needs: 'actions:write' },
  'actions/force-cancel-workflow-run': {
    route: `POST ${repo}/actions/runs/:run_id/force-cancel`,
    needs: 'actions:write',
  },
  'actions/re-run-workflow': { route: `POST ${repo}/actions/runs/:run_id/rerun`, needs: 'actions:write' },
  'actions/re-run-workflow-failed-jobs': {
    route: `POST ${repo}/actions/runs/:run_id/rerun-failed-jobs`,
    needs: 'actions:write',
  },
  'actions/approve-workflow-run': { route: `POST ${repo}/actions/runs/:run_id/approve`, needs: 'actions:write' },
  'actions/get-job-for-workflow-run': { route: `GET ${repo}/actions/jobs/:job_id`, needs: 'actions:read' },
  'actions/download-job-logs-for-workflow-run': {
    route: `GET ${repo}/actions/jobs/:job_id/logs`,
    needs: 'actions:read',
  },
  'actions/list-workflow-runs': { route: `GET ${repo}/actions/workflows/:workflow_id/runs`, needs: 'actions:read' },
  'actions/create-workflow-dispatch': {
    route: `POST ${repo}/actions/workflows/:workflow_id/dispatches`,
    needs: 'actions:write',
  },
  'repos/create-dispatch-event': { route: `POST ${repo}/dispatches`, needs: 'contents:write' },

  'repos/create-in-org': { route: 'POST /orgs/:org/repos', needs: 'none' },
  'repos/create-for-authenticated-user': { route: 'POST /user/repos', needs: 'none' },
  'repos/list-for-org': { route: 'GET /orgs/:org/repos', needs: 'none' },
  'repos/list-for-authenticated-user': { route: 'GET /user/repos', needs: 'none' },
  'repos/update': { route: `PATCH ${repo}`, ...administer },
  'repos/create-repo-ruleset': { route: `POST ${repo}/rulesets`, ...administer },
  'repos/update-branch-protection': { route: `PUT ${repo}/branches/:branch/protection`, ...administer },
  'repos/create-or-update-environment': { route: `PUT ${repo}/environments/:environment_name`, ...administer },
  'repos/create-deployment-branch-policy': {
    route: `POST ${repo}/environments/:environment_name/deployment-branch-policies`,
    ...administer,
  },
  'actions/set-github-actions-default-workflow-permissions-repository': {
    route: `PUT ${repo}/actions/permissions/workflow`,
    ...administer,
  },
  'repos/delete-deployment': { route: `DELETE ${repo}/deployments/:deployment_id`, needs: 'deployments:write' },
  'repos/delete': { route: `DELETE ${repo}`, ...administer },
} as const satisfies Record<string, Operation>

export type OperationId = keyof typeof operationPermissions

const ranks = { none: 0, read: 1, write: 2, admin: 3 } as const

/**
 * Refuses what the caller may not do in `repo`: 404 where it may not even see it, else 403.
 *
 * @param isPull whether the issue in question is a pull request: only then `pull_requests` stands in for `issues`.
 *   Undefined where no issue is in question.
 */
export function authorizeOperation(
  repo: Repo,
  caller: Caller,
  operation: Operation,
  isPull: boolean | undefined,
): void {
  const needs = operation.needs
  if (needs === 'none') return
  const alternatives = needs.split(' ').map((need) => need.split(':') as [string, Level])
  const writes = alternatives.every(([, level]) => level === 'write')

  if (caller.kind === 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
  if (caller.kind === 'none') {
    if (repo.private) throw notFound()
    if (writes) throw new Refusal(401, 'Requires authentication')
    return
  }
  if (caller.kind === 'user') {
    const role = ranks[roleOf(repo, caller.account.login)]
    if (role === ranks.none) throw notFound()
    if (role >= ranks[operation.role ?? (writes ? 'write' : 'read')]) return
    throw new Refusal(403, 'Must have admin rights to Repository.')
  }

  const granted = grantedIn(repo, caller)
  if (!granted) {
    if (repo.private) throw notFound()
    // Reading a public repository needs no installation.
    if (!writes) return
    throw notAccessible(accepted(alternatives))
  }
  const applicable = alternatives.filter(
    ([name]) => alternatives.length === 1 || name !== 'pull_requests' || isPull !== false,
  )
  const allowed = applicable.some(([name, level]) => ranks[granted[name] ?? 'none'] >= ranks[level])
  if (!allowed) throw notAccessible(accepted(alternatives))
}

const accepted = (alternatives: [string, Level][]): string =>
  alternatives.map(([name, level]) => `${name}=${level}`).join('; ')

/** Whether the caller may read or write a repository's contents, for git itself and GraphQL. */
export const contentsOperation = (level: Level): Operation => ({ route: '', needs: `contents:${level}` })
