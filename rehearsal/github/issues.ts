import { findAccount, hasAccess } from './accounts.js'
import { emitEvent } from './events.js'
import { readRef } from './git.js'
import type { Account, Caller } from './identities.js'
import { emitPull } from './pull-sync.js'
import { commentShape, issueShape, labelShape } from './rest/issue-shapes.js'
import { userShape } from './rest/shapes.js'
import type { Comment, Issue, LabelRecord, Pull, Repo, State } from './state.js'
import { actorOf } from './users.js'

const maxAssignees = 10

export interface NewIssueRecord {
  title: string
  body: string | null
  labels: string[]
  assignees: string[]
}

/** Adds an issue, or what a pull request is besides its branches; says nothing yet. */
export function addIssue(state: State, repo: Repo, caller: Caller, fresh: NewIssueRecord, pull?: Pull): Issue {
  const at = state.now()
  const issue: Issue = {
    id: state.nextId(),
    number: repo.issues.size + 1,
    title: fresh.title,
    body: fresh.body,
    editor: undefined,
    edits: [],
    state: 'open',
    stateReason: null,
    locked: false,
    author: actorOf(state, caller),
    labels: fresh.labels.map((name) => labelNamed(state, repo, name)),
    assignees: assignable(state, repo, fresh.assignees).slice(0, maxAssignees),
    comments: [],
    timeline: [],
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedBy: undefined,
    pull,
  }
  repo.issues.set(issue.number, issue)
  if (state.openRows.labelsAtCreation === 'events')
    for (const { name } of issue.labels) noteEvent(state, issue, caller, { event: 'labeled', label: name })
  for (const assignee of issue.assignees) noteEvent(state, issue, caller, { event: 'assigned', assignee })
  return issue
}

/** People without access are dropped without a word, as on GitHub. */
const assignable = (state: State, repo: Repo, logins: string[]): Account[] =>
  logins
    .map((login) => findAccount(state, login))
    .filter((account) => account !== undefined)
    .filter((account, index, all) => all.indexOf(account) === index && hasAccess(repo, account.login))

export const findLabel = (repo: Repo, name: string): LabelRecord | undefined =>
  repo.labels.find((label) => label.name.toLowerCase() === name.toLowerCase())

/** The label of that name; GitHub makes one where there is none. */
function labelNamed(state: State, repo: Repo, name: string): LabelRecord {
  const existing = findLabel(repo, name)
  if (existing) return existing
  const label = { id: state.nextId(), name, color: 'ededed', description: null }
  repo.labels.push(label)
  return label
}

export function noteEvent(
  state: State,
  issue: Issue,
  caller: Caller,
  what: { event: string; label?: string; assignee?: Account; commit?: string },
): void {
  issue.timeline.push({ id: state.nextId(), actor: actorOf(state, caller), createdAt: state.now(), ...what })
  issue.updatedAt = state.now()
}

/** Sets the labels to exactly these; every difference is an event. */
export function setLabels(state: State, repo: Repo, caller: Caller, issue: Issue, names: string[]): void {
  const wanted = names
    .map((name) => labelNamed(state, repo, name))
    .filter((label, index, all) => all.indexOf(label) === index)
  const before = issue.labels
  issue.labels = wanted
  if (
    state.openRows.issueEditor === 'anything' &&
    (before.length !== wanted.length || before.some((one) => !wanted.includes(one)))
  )
    issue.editor = actorOf(state, caller)
  for (const label of before.filter((one) => !wanted.includes(one))) {
    noteEvent(state, issue, caller, { event: 'unlabeled', label: label.name })
    emitIssue(state, repo, caller, issue, 'unlabeled', { label: labelShape(state, repo, label) })
  }
  for (const label of wanted.filter((one) => !before.includes(one))) {
    noteEvent(state, issue, caller, { event: 'labeled', label: label.name })
    emitIssue(state, repo, caller, issue, 'labeled', { label: labelShape(state, repo, label) })
  }
}

export function setAssignees(state: State, repo: Repo, caller: Caller, issue: Issue, logins: string[]): void {
  const wanted = assignable(state, repo, logins).slice(0, maxAssignees)
  const before = issue.assignees
  issue.assignees = wanted
  for (const assignee of before.filter((one) => !wanted.includes(one))) {
    noteEvent(state, issue, caller, { event: 'unassigned', assignee })
    emitIssue(state, repo, caller, issue, 'unassigned', { assignee: userShape(state, assignee) })
  }
  for (const assignee of wanted.filter((one) => !before.includes(one))) {
    noteEvent(state, issue, caller, { event: 'assigned', assignee })
    emitIssue(state, repo, caller, issue, 'assigned', { assignee: userShape(state, assignee) })
  }
}

/** `issues`, or for a pull request `pull_request`: labels and assignees are events of either. */
export function emitIssue(state: State, repo: Repo, caller: Caller, issue: Issue, action: string, more = {}): void {
  if (issue.pull) emitPull(state, repo, caller, { issue, pull: issue.pull }, action, more)
  else emitOnDefaultBranch(state, repo, caller, 'issues', action, { issue: issueShape(state, repo, issue), ...more })
}

export const emitComment = (
  state: State,
  repo: Repo,
  caller: Caller,
  issue: Issue,
  comment: Comment,
  action: 'created' | 'edited' | 'deleted',
  more = {},
): void =>
  emitOnDefaultBranch(state, repo, caller, 'issue_comment', action, {
    issue: issueShape(state, repo, issue),
    comment: commentShape(state, repo, issue, comment),
    ...more,
  })

/** Events that belong to no branch run on the default one. */
export function emitOnDefaultBranch(
  state: State,
  repo: Repo,
  caller: Caller | undefined,
  name: string,
  action: string | undefined,
  payload: Record<string, unknown>,
  { actor = actorOf(state, caller ?? { kind: 'none' }), silent = false }: { actor?: Account; silent?: boolean } = {},
): void {
  const ref = `refs/heads/${repo.defaultBranch}`
  const sha = readRef(repo.gitDir, ref) ?? ''
  emitEvent(state, repo, caller, { name, ...(action !== undefined && { action }), ref, sha, actor, payload, silent })
}
