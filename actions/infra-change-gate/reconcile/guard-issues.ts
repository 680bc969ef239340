import { z } from 'zod'
import type { Runtime } from '../../../shared/action/runtime.js'
import { breakGlassLabel, isReviewed, readBreakGlassReviews } from '../../../shared/blocks/break-glass-reviews.js'
import { confirmationMarker } from '../../../shared/blocks/close-confirmation.js'
import {
  type BlockerIssue,
  blockerLabels,
  type GuardedIssue,
  readBlockerIssues,
} from '../../../shared/blocks/guarded-issues.js'
import { operatorsOf, showOperators } from '../../../shared/duty/operators.js'
import { MissingPermission } from '../../../shared/foundation/errors.js'
import { checkWriter, isByBot } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { escapeMarkdown } from '../../../shared/report/markdown.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { definition } from '../io.js'

interface HoldsContext {
  github: GitHub
  policy: Policy
  world: Runtime
}

/**
 * Guards the issues about blocked versions, freezes and break-glass reviews: reopens one that was closed by somebody who is not
 * an operator, restores a label that such a person removed, and confirms it when an operator of a team closed one, because
 * the deploy jobs cannot see who is in the team. Safe to repeat.
 *
 * @throws MissingPermission if the token cannot see the operators' team.
 */
export async function guardIssues(context: HoldsContext): Promise<ActionOutcome<typeof definition.outputs>> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const done: string[] = []
  const back = await labelToGiveBack(context)
  if (back) {
    const issue = { ...repoRef(repo), issue_number: back.number }
    await github.rest.issues.addLabels({ ...issue, labels: [back.label] })
    done.push(`#${back.number}: restored the label ${back.label}, which ${JSON.stringify(back.by)} removed`)
  }
  for (const issue of await readBlockerIssues(github, repo, policy)) {
    const repair = await guardBlocker(context, issue)
    if (repair !== undefined) done.push(repair)
  }
  for (const { issue, debtor } of await readBreakGlassReviews(
    { github, repo, gateBot: policy.apps.gate.bot },
    policy,
  )) {
    const repair = await guardReview(context, issue, debtor)
    if (repair !== undefined) done.push(repair)
  }
  const message =
    done.length === 0
      ? 'Blocked versions, freezes and break-glass reviews are as operators left them.'
      : `${done.join('; ')}.`
  world.log.info(message)
  const changed = done.length > 0
  return {
    finding: {
      decision: changed ? 'updated' : 'unchanged',
      reason: changed ? 'ok' : 'up-to-date',
      message,
      commit: world.run.sha,
    },
    outputs: {},
  }
}

/** What was repaired; undefined if nothing had to be. */
async function guardBlocker(context: HoldsContext, issue: BlockerIssue): Promise<string | undefined> {
  const { policy } = context
  const { closed } = issue.hands
  if (!closed || closed.confirmed || closed.by?.standing === 'gate') return undefined
  if (closed.by?.standing === 'unknown') throw cannotSee(policy)
  if (closed.by?.standing === 'operator') return 'team' in policy.operators ? confirm(context, issue) : undefined
  const by = closed.by?.login ?? 'an unknown user'
  return reopen(
    context,
    issue,
    issue.kind === 'version-blocked' ? 'blocked version' : 'freeze',
    `${by}, who is not an operator`,
  )
}

/** Another operator than the one who used break-glass has to review it. */
async function guardReview(
  context: HoldsContext,
  issue: GuardedIssue<'debt'>,
  debtor: string | undefined,
): Promise<string | undefined> {
  const { closed } = issue.hands
  if (!closed || closed.confirmed) return undefined
  if (closed.by?.standing === 'unknown') throw cannotSee(context.policy)
  if (isReviewed(issue, debtor)) return confirm(context, issue)
  const by = closed.by?.login ?? 'an unknown user'
  const why = closed.by?.standing === 'operator' ? 'who used break-glass' : 'who is not an operator'
  return reopen(context, issue, 'break-glass review', `${by}, ${why}`, debtor)
}

/**
 * Confirms the closing that was read, and none that happened since. The request is not retried if its response gets lost:
 * the next run sees the comment.
 */
async function confirm(
  { github, policy, world }: HoldsContext,
  { kind, number, closing, hands }: GuardedIssue<string>,
): Promise<string | undefined> {
  if (closing === undefined) return undefined
  const by = hands.closed?.by?.login ?? ''
  const body = `${confirmationMarker(kind, closing)}\nClosed by ${escapeMarkdown(by)}, who is an operator: it counts as closed.\n`
  const at = { ...repoRef(world.run.repository), issue_number: number }
  const { data } = await github.rest.issues.createComment({ ...at, body, request: { retries: 0 } })
  // Otherwise it would be confirmed again in each run, and never count.
  checkWriter(data.user, policy.apps.gate.bot)
  return `#${number}: confirmed that an operator closed it`
}

/** First the comment, then the reopening: if the run is cut off between them, the next one finds the comment and reopens. */
async function reopen(
  { github, policy, world }: HoldsContext,
  issue: GuardedIssue<string>,
  what: string,
  by: string,
  /** Who may not close it, operator or not. */
  but?: string,
): Promise<string> {
  const at = { ...repoRef(world.run.repository), issue_number: issue.number }
  // The login as well: GitHub's timestamps have seconds, in which two people can close it.
  const marker = `<!-- lockstep:stands ${issue.closedAt} ${encodeURIComponent(issue.hands.closed?.by?.login ?? '')} -->`
  const comments = await github.paginate(github.rest.issues.listComments, { ...at, per_page: 100 })
  const said = comments.some((one) => isByBot(one, policy.apps.gate.bot) && one.body?.startsWith(marker))
  const other = but === undefined ? '' : `, but not ${escapeMarkdown(but)}`
  const text = `This ${what} was closed by ${escapeMarkdown(by)}, so it was reopened.\n\n**What to do next:** when it is resolved, an operator closes it${other}: ${escapeMarkdown(showOperators(policy))}.`
  if (!said) await github.rest.issues.createComment({ ...at, body: `${marker}\n${text}` })
  await github.rest.issues.update({ ...at, state: 'open' })
  return `#${issue.number}: reopened, because it was closed by ${by}`
}

const unlabeledSchema = z.object({
  action: z.literal('unlabeled'),
  label: z.object({ name: z.string() }),
  issue: z.object({ number: z.number().int(), user: z.object({ login: z.string() }).nullish() }),
  sender: z.object({ login: z.string(), type: z.string() }),
})

/** The label that the event of this run removed, if that was not done by an operator. */
async function labelToGiveBack({
  github,
  policy,
  world,
}: HoldsContext): Promise<{ number: number; label: string; by: string } | undefined> {
  const event = unlabeledSchema.safeParse(world.run.payload)
  if (world.run.event !== 'issues' || !event.success) return undefined
  const { label, issue, sender } = event.data
  // A bot may remove labels of its own issues: the gate App does if the policy has its wrong bot id.
  if (sender.type === 'Bot' && sender.login === issue.user?.login) return undefined
  if (![...Object.values(blockerLabels), breakGlassLabel].includes(label.name)) return undefined
  const standing = await operatorsOf(github, policy)(sender.login)
  if (standing === 'unknown') throw cannotSee(policy)
  return standing === 'operator' ? undefined : { number: issue.number, label: label.name, by: sender.login }
}

const cannotSee = (policy: Policy): MissingPermission =>
  new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
