import { repoRef } from '../../shared/github/client.js'
import { keepComment } from '../../shared/github/sticky-comment.js'
import { blockerLabels, readBlockerIssues } from '../../shared/holds/issues.js'
import { judge } from '../../shared/holds/trust.js'
import { sameRun } from '../../shared/records/verified.js'
import { freezeBody, freezeMarker, freezeTitle } from './describe-order.js'
import type { GitContext } from './git-types.js'
import { findOrOpen, type Issue } from './issues.js'
import { type Order, readOrder } from './order.js'

/** Nothing else is deployed from now on. One a run: a later attempt brings its text up to date. */
export async function openFreeze(context: GitContext, order: Order): Promise<Issue> {
  const { github, world } = context
  const repo = world.run.repository
  const body = freezeBody(order, world.run)
  const issue = await findOrOpen(github, repo, context, {
    labels: [blockerLabels.frozen],
    title: freezeTitle(order),
    body,
    assignees: [order.by],
    isIt: (text, open) => open && sameRun(readOrder(text)?.run ?? '', order.run),
  })
  if (issue.body !== body) await github.rest.issues.update({ ...repoRef(repo), issue_number: issue.number, body })
  return issue
}

/** An order whose freeze still stands. */
export interface Standing {
  order: Order
  number: number
  url: string
}

/** Every order that is not carried out to its end, newest first: only what the gate App or an operator wrote is one. */
export async function standingOrders({ policy, github, world }: GitContext): Promise<Standing[]> {
  const issues = await readBlockerIssues(github, world.run.repository, policy)
  const standing = issues.flatMap(({ kind, body, number, url, hands }): Standing[] => {
    const order = kind === 'frozen' ? readOrder(body) : undefined
    const { stands, believed } = judge(hands, '')
    return order && stands && believed ? [{ order, number, url }] : []
  })
  return standing.toSorted((a, b) => b.number - a.number)
}

/** Deploys go on. The words come first: closed without them nobody knows why. */
export async function closeFreeze(context: GitContext, number: number, why: string): Promise<void> {
  const { github, world } = context
  await tellUnder(context, number, why)
  await github.rest.issues.update({ ...repoRef(world.run.repository), issue_number: number, state: 'closed' })
}

/** One word under a freeze, how it stands. */
export async function tellUnder({ policy, github, world }: GitContext, number: number, text: string): Promise<void> {
  const topic = { repo: world.run.repository, number, marker: freezeMarker, by: policy.apps.gate.bot }
  await keepComment(github, topic, `${freezeMarker}\n${text}\n`, true)
}
