import { blockerLabels, readBlockerIssues } from '../../shared/blocks/guarded-issues.js'
import { judgeIntegrity } from '../../shared/blocks/issue-integrity.js'
import { repoRef } from '../../shared/github/client.js'
import { keepComment } from '../../shared/github/sticky-comment.js'
import { sameRun } from '../../shared/records/verified.js'
import { freezeBody, freezeMarker, freezeTitle } from './describe-request.js'
import type { GitContext } from './revert/git-types.js'
import { findOrOpen, type OpenedIssue } from './revert/issues.js'
import { type RollbackRequest, readRequest } from './rollback-request.js'

/** Nothing else is deployed from now on. One a run: a later attempt brings its text up to date. */
export async function openFreeze(context: GitContext, order: RollbackRequest): Promise<OpenedIssue> {
  const { github, world } = context
  const repo = world.run.repository
  const body = freezeBody(order, world.run)
  const issue = await findOrOpen(github, repo, context, {
    labels: [blockerLabels['deploy-freeze']],
    title: freezeTitle(order),
    body,
    assignees: [order.by],
    isIt: (text, open) => open && sameRun(readRequest(text)?.run ?? '', order.run),
  })
  if (issue.body !== body) await github.rest.issues.update({ ...repoRef(repo), issue_number: issue.number, body })
  return issue
}

/** An order whose freeze still stands. */
export interface OpenRequest {
  order: RollbackRequest
  number: number
  url: string
}

/** Every order that is not carried out to its end, newest first: only what the gate App or an operator wrote is one. */
export async function openRequests({ policy, github, world }: GitContext): Promise<OpenRequest[]> {
  const issues = await readBlockerIssues(github, world.run.repository, policy)
  const standing = issues.flatMap(({ kind, body, number, url, hands }): OpenRequest[] => {
    const order = kind === 'deploy-freeze' ? readRequest(body) : undefined
    const { stands, believed } = judgeIntegrity(hands, '')
    return order && stands && believed ? [{ order, number, url }] : []
  })
  return standing.toSorted((a, b) => b.number - a.number)
}

/** Deploys continue. The comment is written first: a freeze closed without one explains nothing. */
export async function closeFreeze(context: GitContext, number: number, why: string): Promise<void> {
  const { github, world } = context
  await commentUnder(context, number, why)
  await github.rest.issues.update({ ...repoRef(world.run.repository), issue_number: number, state: 'closed' })
}

/** The one comment under a freeze, with its current state. */
export async function commentUnder({ policy, github, world }: GitContext, number: number, text: string): Promise<void> {
  const topic = { repo: world.run.repository, number, marker: freezeMarker, by: policy.apps.gate.bot }
  await keepComment(github, topic, `${freezeMarker}\n${text}\n`, true)
}
