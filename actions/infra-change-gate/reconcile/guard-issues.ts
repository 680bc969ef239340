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
 * Keeps holds, freezes and the debts of a break-glass what they are: one that was closed by somebody who is not an operator is opened again, a label that
 * such a person took away comes back, and what an operator of a team closed is confirmed, because the jobs that deploy cannot
 * see who is in the team. Safe to repeat.
 *
 * @throws MissingPermission where the token cannot see the operators' team.
 */
export async function guardIssues(context: HoldsContext): Promise<ActionOutcome<typeof definition.outputs>> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const done: string[] = []
  const back = await labelToGiveBack(context)
  if (back) {
    const issue = { ...repoRef(repo), issue_number: back.number }
    await github.rest.issues.addLabels({ ...issue, labels: [back.label] })
    done.push(`#${back.number} has the label ${back.label} again, which ${JSON.stringify(back.by)} took away`)
  }
  for (const issue of await readBlockerIssues(github, repo, policy)) {
    const word = await keep(context, issue)
    if (word !== undefined) done.push(word)
  }
  for (const { issue, debtor } of await readBreakGlassReviews(
    { github, repo, gateBot: policy.apps.gate.bot },
    policy,
  )) {
    const word = await keepDebt(context, issue, debtor)
    if (word !== undefined) done.push(word)
  }
  const message = done.length === 0 ? 'Every hold and freeze is as operators left it.' : `${done.join('; ')}.`
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

/** What was done about one of them; undefined where nothing was to be done. */
async function keep(context: HoldsContext, issue: BlockerIssue): Promise<string | undefined> {
  const { policy } = context
  const { closed } = issue.hands
  if (!closed || closed.confirmed || closed.by?.standing === 'gate') return undefined
  if (closed.by?.standing === 'unknown') throw cannotSee(policy)
  if (closed.by?.standing === 'operator') return 'team' in policy.operators ? confirm(context, issue) : undefined
  const by = closed.by?.login ?? 'nobody knows whom'
  return reopen(context, issue, issue.kind === 'version-blocked' ? 'hold' : 'freeze', `${by}, who is not an operator`)
}

/** Somebody else than who let it go first has to look at it. */
async function keepDebt(
  context: HoldsContext,
  issue: GuardedIssue<'debt'>,
  debtor: string | undefined,
): Promise<string | undefined> {
  const { closed } = issue.hands
  if (!closed || closed.confirmed) return undefined
  if (closed.by?.standing === 'unknown') throw cannotSee(context.policy)
  if (isReviewed(issue, debtor)) return confirm(context, issue)
  const by = closed.by?.login ?? 'nobody knows whom'
  const why = closed.by?.standing === 'operator' ? 'who let it go first' : 'who is not an operator'
  return reopen(context, issue, 'look at a break-glass', `${by}, ${why}`, debtor)
}

/**
 * Of the closing that was looked at: what somebody else closed in between is not confirmed by it. Not repeated where its answer gets
 * lost, since the next run sees it.
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
  // Else it would be confirmed anew each time, and never counts.
  checkWriter(data.user, policy.apps.gate.bot)
  return `#${number} was closed by an operator, which is confirmed`
}

/** First the word, then the deed: cut off between them, the next run finds the word and does the deed. */
async function reopen(
  { github, policy, world }: HoldsContext,
  issue: GuardedIssue<string>,
  what: string,
  by: string,
  /** Who may not close it, operator or not. */
  but?: string,
): Promise<string> {
  const at = { ...repoRef(world.run.repository), issue_number: issue.number }
  // By whom as well: GitHub's clock has seconds, in which two people can close it.
  const marker = `<!-- lockstep:stands ${issue.closedAt} ${encodeURIComponent(issue.hands.closed?.by?.login ?? '')} -->`
  const comments = await github.paginate(github.rest.issues.listComments, { ...at, per_page: 100 })
  const said = comments.some((one) => isByBot(one, policy.apps.gate.bot) && one.body?.startsWith(marker))
  const other = but === undefined ? '' : `, and not ${escapeMarkdown(but)}`
  const text = `This ${what} was closed by ${escapeMarkdown(by)}, so it stands.\n\n**What to do next:** if it is settled, an operator closes it${other}: ${escapeMarkdown(showOperators(policy))}.`
  if (!said) await github.rest.issues.createComment({ ...at, body: `${marker}\n${text}` })
  await github.rest.issues.update({ ...at, state: 'open' })
  return `#${issue.number} is open again: it was closed by ${by}`
}

const unlabeledSchema = z.object({
  action: z.literal('unlabeled'),
  label: z.object({ name: z.string() }),
  issue: z.object({ number: z.number().int(), user: z.object({ login: z.string() }).nullish() }),
  sender: z.object({ login: z.string(), type: z.string() }),
})

/** What the event that started this run took away, where that was not an operator's doing. */
async function labelToGiveBack({
  github,
  policy,
  world,
}: HoldsContext): Promise<{ number: number; label: string; by: string } | undefined> {
  const event = unlabeledSchema.safeParse(world.run.payload)
  if (world.run.event !== 'issues' || !event.success) return undefined
  const { label, issue, sender } = event.data
  // A bot may withdraw what it opened itself: with a wrong number in the policy the gate App does.
  if (sender.type === 'Bot' && sender.login === issue.user?.login) return undefined
  if (![...Object.values(blockerLabels), breakGlassLabel].includes(label.name)) return undefined
  const standing = await operatorsOf(github, policy)(sender.login)
  if (standing === 'unknown') throw cannotSee(policy)
  return standing === 'operator' ? undefined : { number: issue.number, label: label.name, by: sender.login }
}

const cannotSee = (policy: Policy): MissingPermission =>
  new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
