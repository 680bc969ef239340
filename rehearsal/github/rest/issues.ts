import { z } from 'zod'
import { appOf, hasAccess } from '../accounts.js'
import { foundOr404, notFound } from '../errors.js'
import type { Account } from '../identities.js'
import { addIssue, emitComment, emitIssue, noteEvent, setAssignees, setLabels } from '../issues.js'
import { closeSyncedPull } from '../pull-sync.js'
import { reopenPull } from '../pulls.js'
import type { Comment, Issue, Repo, State } from '../state.js'
import {
  type Call,
  createdReply,
  type Handlers,
  issueOf,
  listReply,
  noContent,
  numberParam,
  okReply,
  readBody,
} from './call.js'
import { commentShape, issueEventShape, issueShape } from './issue-shapes.js'

const shape = ({ state, repo }: Call, issue: Issue): unknown => issueShape(state, repo, issue)
const assigneesSchema = z.object({ assignees: z.array(z.string()).default([]) })
const commentSchema = z.object({ body: z.string().min(1).max(65_536) })

export const issueHandlers = {
  'issues/list-for-repo': (call) => {
    const { repo, query } = call
    const labels = query.labels?.split(',').filter(Boolean) ?? []
    const wanted = [...repo.issues.values()]
      .filter((issue) => query.state === 'all' || issue.state === (query.state ?? 'open'))
      .filter((issue) =>
        labels.every((name) => issue.labels.some((one) => one.name.toLowerCase() === name.toLowerCase())),
      )
      .filter((issue) => !query.creator || issue.author.login.toLowerCase() === query.creator.toLowerCase())
      .filter((issue) => !query.assignee || issue.assignees.some(({ login }) => login === query.assignee))
      .filter((issue) => !query.since || issue.updatedAt >= query.since)
    const key = query.sort === 'updated' ? 'updatedAt' : 'createdAt'
    const direction = query.direction === 'asc' ? 1 : -1
    wanted.sort((a, b) => direction * (a[key].localeCompare(b[key]) || a.number - b.number))
    return listReply(call, wanted, (issue) => shape(call, issue))
  },

  'issues/create': async (call) => {
    const { state, repo, caller } = call
    const issue = addIssue(state, repo, caller, readBody(call, 'Issue', newIssueSchema))
    emitIssue(state, repo, caller, issue, 'opened')
    return createdReply(shape(call, issue))
  },

  'issues/get': (call) => okReply(shape(call, issueOf(call))),

  'issues/update': async (call) => {
    const { state, repo, caller, actor } = call
    const issue = issueOf(call)
    const body = readBody(call, 'Issue', changeSchema)
    const edited = (body.title ?? issue.title) !== issue.title || (body.body !== undefined && body.body !== issue.body)
    if (edited && state.openRows.issueEditor === 'anything') issue.editor = actor
    issue.title = body.title ?? issue.title
    if (body.body !== undefined && body.body !== issue.body) editText(state, issue, body.body, actor)
    issue.updatedAt = state.now()
    if (edited) emitIssue(state, repo, caller, issue, 'edited')
    if (body.labels) setLabels(state, repo, caller, issue, body.labels)
    if (body.assignees) setAssignees(state, repo, caller, issue, body.assignees)
    if (body.state === 'closed' && issue.state === 'open') {
      if (issue.pull) closeSyncedPull(state, repo, caller, { issue, pull: issue.pull }, undefined)
      else {
        const at = state.now()
        Object.assign(issue, {
          state: 'closed',
          stateReason: body.state_reason ?? 'completed',
          closedAt: at,
          closedBy: actor,
        })
        noteEvent(state, issue, caller, { event: 'closed' })
        emitIssue(state, repo, caller, issue, 'closed')
      }
    }
    if (body.state === 'open' && issue.state === 'closed') {
      if (issue.pull) await reopenPull(state, repo, caller, { issue, pull: issue.pull })
      else {
        Object.assign(issue, { state: 'open', stateReason: 'reopened', closedAt: null, closedBy: undefined })
        noteEvent(state, issue, caller, { event: 'reopened' })
        emitIssue(state, repo, caller, issue, 'reopened')
      }
    }
    return okReply(shape(call, issue))
  },

  'issues/list-comments': (call) => {
    const issue = issueOf(call)
    return listReply(call, issue.comments, (comment) => commentShape(call.state, call.repo, issue, comment))
  },

  'issues/create-comment': async (call) => {
    const { state, repo, caller, actor } = call
    const issue = issueOf(call)
    const { body } = readBody(call, 'IssueComment', commentSchema)
    const at = state.now()
    const comment: Comment = {
      id: state.nextId(),
      author: actor,
      app: appOf(caller),
      body,
      createdAt: at,
      updatedAt: at,
    }
    issue.comments.push(comment)
    issue.updatedAt = at
    emitComment(state, repo, caller, issue, comment, 'created')
    return createdReply(commentShape(state, repo, issue, comment))
  },

  'issues/get-comment': (call) => {
    const { issue, comment } = commentOf(call)
    return okReply(commentShape(call.state, call.repo, issue, comment))
  },

  'issues/update-comment': async (call) => {
    const { state, repo, caller } = call
    const { issue, comment } = commentOf(call)
    const { body } = readBody(call, 'IssueComment', commentSchema)
    const changes = { body: { from: comment.body } }
    comment.body = body
    comment.updatedAt = state.now()
    comment.editedAt = comment.updatedAt
    emitComment(state, repo, caller, issue, comment, 'edited', { changes })
    return okReply(commentShape(state, repo, issue, comment))
  },

  'issues/delete-comment': async (call) => {
    const { issue, comment } = commentOf(call)
    issue.comments = issue.comments.filter((one) => one !== comment)
    emitComment(call.state, call.repo, call.caller, issue, comment, 'deleted')
    return noContent()
  },

  'issues/add-assignees': async (call) => {
    const issue = issueOf(call)
    const { assignees } = readBody(call, 'Issue', assigneesSchema)
    const logins = [...issue.assignees.map(({ login }) => login), ...assignees]
    setAssignees(call.state, call.repo, call.caller, issue, logins)
    return createdReply(shape(call, issue))
  },

  'issues/remove-assignees': async (call) => {
    const issue = issueOf(call)
    const gone = new Set(readBody(call, 'Issue', assigneesSchema).assignees.map((login) => login.toLowerCase()))
    const left = issue.assignees.map(({ login }) => login).filter((login) => !gone.has(login.toLowerCase()))
    setAssignees(call.state, call.repo, call.caller, issue, left)
    return okReply(shape(call, issue))
  },

  'issues/check-user-can-be-assigned': ({ repo, params }) => {
    if (!hasAccess(repo, params.assignee ?? '')) throw notFound()
    return noContent()
  },

  'issues/list-events': (call) =>
    listReply(call, issueOf(call).timeline, (event) => issueEventShape(call.state, call.repo, event)),

  'issues/list-events-for-timeline': (call) => {
    const issue = issueOf(call)
    const comments = issue.comments.map((comment) => ({
      at: comment.createdAt,
      id: comment.id,
      shape: commentEvent(call, issue, comment),
    }))
    const events = issue.timeline.map((event) => ({
      at: event.createdAt,
      id: event.id,
      shape: issueEventShape(call.state, call.repo, event),
    }))
    return listReply(
      call,
      [...comments, ...events].sort((a, b) => a.id - b.id),
      (entry) => entry.shape,
    )
  },
} satisfies Partial<Handlers>

const labelNames = z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]))

const newIssueSchema = z.object({
  title: z.string().min(1).max(256),
  body: z.string().max(65_536).nullable().default(null),
  labels: labelNames.default([]),
  assignees: z.array(z.string()).default([]),
})

const changeSchema = z.object({
  title: z.string().min(1).max(256).optional(),
  body: z.string().max(65_536).nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'reopened']).nullish(),
  labels: labelNames.optional(),
  assignees: z.array(z.string()).optional(),
})

function editText(state: State, issue: Issue, body: string | null, by: Account): void {
  if (issue.edits.length === 0) issue.edits.push({ by: issue.author, at: issue.createdAt })
  issue.edits.push({ by, at: state.now() })
  Object.assign(issue, { body, editor: by })
}

const commentEvent = ({ state, repo }: Call, issue: Issue, comment: Comment): unknown => {
  const entry = commentShape(state, repo, issue, comment)
  return { ...entry, event: 'commented', actor: entry.user }
}

function commentOf(call: Call): { issue: Issue; comment: Comment } {
  const id = numberParam(call, 'comment_id')
  const issue = foundOr404(issueOfComment(call.repo, id))
  return { issue, comment: foundOr404(issue.comments.find((one) => one.id === id)) }
}

/** The issue under which a comment stands. */
export const issueOfComment = (repo: Repo, id: number): Issue | undefined =>
  [...repo.issues.values()].find((issue) => issue.comments.some((comment) => comment.id === id))
