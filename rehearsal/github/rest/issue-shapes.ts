import { accountOf, hasAccess } from '../accounts.js'
import { headRepo } from '../forks.js'
import type { Account } from '../identities.js'
import { requiredCheckState } from '../required-check.js'
import type { Comment, Issue, IssueEvent, LabelRecord, Pull, Repo, ReviewRecord, State } from '../state.js'
import { repositoryShape } from './repository-shape.js'
import { nodeId, repoApi, repoHtml, userShape, viaApp } from './shapes.js'

type Json = Record<string, unknown>

export const authorAssociation = (repo: Repo, account: Account): string => {
  if (account.login.toLowerCase() === repo.owner.toLowerCase()) return 'OWNER'
  return hasAccess(repo, account.login) ? 'COLLABORATOR' : 'NONE'
}

export const labelShape = (state: State, repo: Repo, label: LabelRecord): Json => ({
  id: label.id,
  node_id: nodeId('Label', label.id),
  url: `${repoApi(state, repo)}/labels/${encodeURIComponent(label.name)}`,
  name: label.name,
  color: label.color,
  default: false,
  description: label.description,
})

/** What issues and pull requests have in common. */
function sharedShape(state: State, repo: Repo, issue: Issue): Json {
  return {
    id: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    user: userShape(state, issue.author),
    labels: issue.labels.map((label) => labelShape(state, repo, label)),
    assignee: issue.assignees[0] ? userShape(state, issue.assignees[0]) : null,
    assignees: issue.assignees.map((account) => userShape(state, account)),
    milestone: null,
    author_association: authorAssociation(repo, issue.author),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
  }
}

export function issueShape(state: State, repo: Repo, issue: Issue): Json {
  const url = `${repoApi(state, repo)}/issues/${issue.number}`
  const html = `${repoHtml(state, repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  const pull = `${repoApi(state, repo)}/pulls/${issue.number}`
  return {
    ...sharedShape(state, repo, issue),
    node_id: nodeId(issue.pull ? 'PullRequest' : 'Issue', issue.id),
    url,
    repository_url: repoApi(state, repo),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: html,
    state_reason: issue.stateReason,
    comments: issue.comments.length,
    closed_by: issue.closedBy ? userShape(state, issue.closedBy) : null,
    // I1: not even of what an App opened.
    performed_via_github_app: null,
    ...(issue.pull && {
      draft: issue.pull.draft,
      pull_request: {
        url: pull,
        html_url: html,
        diff_url: `${html}.diff`,
        patch_url: `${html}.patch`,
        merged_at: issue.pull.merged?.at ?? null,
      },
    }),
  }
}

const sideShape = (state: State, repo: Repo, branch: string, sha: string): Json => {
  const repository = repositoryShape(state, repo)
  return { label: `${repo.owner}:${branch}`, ref: branch, sha, user: repository.owner, repo: repository }
}

function mergeableState(repo: Repo, issue: Issue, pull: Pull): string {
  if (issue.state === 'closed') return 'unknown'
  if (pull.mergeSha === undefined) return 'dirty'
  if (pull.draft) return 'draft'
  return pull.base === repo.defaultBranch && requiredCheckState(repo, pull.headSha) !== 'passed' ? 'blocked' : 'clean'
}

/** A pull request as lists and events show it. */
export function pullShape(state: State, repo: Repo, issue: Issue, pull: Pull): Json {
  const url = `${repoApi(state, repo)}/pulls/${issue.number}`
  const html = `${repoHtml(state, repo)}/pull/${issue.number}`
  const issueUrl = `${repoApi(state, repo)}/issues/${issue.number}`
  return {
    ...sharedShape(state, repo, issue),
    // A label without a description has null on an issue, and an empty one here.
    labels: issue.labels.map((label) => ({ ...labelShape(state, repo, label), description: label.description ?? '' })),
    node_id: nodeId('PullRequest', issue.id),
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repoApi(state, repo)}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: `${repoApi(state, repo)}/statuses/${pull.headSha}`,
    draft: pull.draft,
    merged_at: pull.merged?.at ?? null,
    merge_commit_sha: pull.merged?.sha ?? pull.mergeSha ?? null,
    requested_reviewers: pull.requestedReviewers.map((account) => userShape(state, account)),
    requested_teams: [],
    head: sideShape(state, headRepo(state, repo, pull), pull.head, pull.headSha),
    base: sideShape(state, repo, pull.base, pull.baseSha),
    auto_merge: pull.autoMerge
      ? {
          enabled_by: userShape(state, accountOf(pull.autoMerge.by) ?? issue.author),
          merge_method: pull.autoMerge.method,
          commit_title: pull.autoMerge.title ?? '',
          commit_message: pull.autoMerge.message ?? '',
        }
      : null,
    _links: {
      self: { href: url },
      html: { href: html },
      issue: { href: issueUrl },
      comments: { href: `${issueUrl}/comments` },
      review_comments: { href: `${url}/comments` },
      review_comment: { href: `${repoApi(state, repo)}/pulls/comments{/number}` },
      commits: { href: `${url}/commits` },
      statuses: { href: `${repoApi(state, repo)}/statuses/${pull.headSha}` },
    },
  }
}

/** What only the single pull request shows, besides its counts. */
export const pullDetails = (state: State, repo: Repo, issue: Issue, pull: Pull): Json => ({
  merged: pull.merged !== undefined,
  merged_by: pull.merged?.by ? userShape(state, pull.merged.by) : null,
  mergeable: issue.state === 'closed' ? null : pull.mergeSha !== undefined,
  rebaseable: issue.state === 'closed' ? null : pull.mergeSha !== undefined,
  mergeable_state: mergeableState(repo, issue, pull),
  comments: issue.comments.length,
  review_comments: 0,
  maintainer_can_modify: false,
})

export function commentShape(state: State, repo: Repo, issue: Issue, comment: Comment): Json {
  const page = `${repoHtml(state, repo)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: `${repoApi(state, repo)}/issues/comments/${comment.id}`,
    html_url: `${page}#issuecomment-${comment.id}`,
    issue_url: `${repoApi(state, repo)}/issues/${issue.number}`,
    body: comment.body,
    user: userShape(state, comment.author),
    author_association: authorAssociation(repo, comment.author),
    performed_via_github_app: viaApp(state, comment.app),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    reactions: reactionsShape(`${repoApi(state, repo)}/issues/comments/${comment.id}`, comment),
  }
}

const reactionNames = ['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'eyes', 'rocket']

/** How often each was given. */
const reactionsShape = (url: string, { reactions = [] }: Comment): Json => ({
  url: `${url}/reactions`,
  total_count: reactions.length,
  ...Object.fromEntries(
    reactionNames.map((name) => [name, reactions.filter(({ content }) => content === name).length]),
  ),
})

export function reviewShape(state: State, repo: Repo, issue: Issue, review: ReviewRecord): Json {
  const html = `${repoHtml(state, repo)}/pull/${issue.number}`
  const pull = `${repoApi(state, repo)}/pulls/${issue.number}`
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: userShape(state, review.author),
    body: review.body,
    state: review.state,
    html_url: `${html}#pullrequestreview-${review.id}`,
    pull_request_url: pull,
    author_association: authorAssociation(repo, review.author),
    _links: { html: { href: `${html}#pullrequestreview-${review.id}` }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commit,
  }
}

export const issueEventShape = (state: State, repo: Repo, event: IssueEvent): Json => ({
  id: event.id,
  node_id: nodeId('IssueEvent', event.id),
  url: `${repoApi(state, repo)}/issues/events/${event.id}`,
  actor: userShape(state, event.actor),
  event: event.event,
  commit_id: event.commit ?? null,
  commit_url: event.commit ? `${repoApi(state, repo)}/commits/${event.commit}` : null,
  created_at: event.createdAt,
  performed_via_github_app: null,
  ...(event.label !== undefined && {
    label: { name: event.label, color: repo.labels.find((l) => l.name === event.label)?.color ?? 'ededed' },
  }),
  ...(event.assignee && { assignee: userShape(state, event.assignee) }),
})
