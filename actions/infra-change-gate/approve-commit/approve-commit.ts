import type { Runtime } from '../../../shared/action/runtime.js'
import { type CommandComment, parseCommand } from '../../../shared/commands/parse-command.js'
import { operatorsOf, showOperators } from '../../../shared/duty/operators.js'
import { MissingPermission } from '../../../shared/foundation/errors.js'
import { runUrl } from '../../../shared/foundation/run-facts.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { commitApprovalCheckName, commitApprovalId } from '../../../shared/records/commit-approval.js'
import { escapeMarkdown, markdownCode, mentionLogin } from '../../../shared/report/markdown.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { definition } from '../io.js'
import { collectUnreviewedCommit } from './approve-commit-facts.js'
import { type ApproveCommitDecision, decideApproveCommit } from './decide-approve-commit.js'

interface AcceptContext {
  github: GitHub
  policy: Policy
  world: Runtime
}

type Done = ActionOutcome<typeof definition.outputs>

const isApprove = /^\/approve(?:\s|$)/

/**
 * Carries out an operator's `/approve <commit>` under an issue: records it as a check run of the gate App on that commit,
 * which the plan trusts. Safe to repeat.
 *
 * @throws MissingPermission if the token cannot see the operators' team.
 */
export async function approveCommit(context: AcceptContext): Promise<Done> {
  const { github, world } = context
  const word = await parseCommand(github, world.run, isApprove)
  if (!word || word.onPull) {
    const message = 'This run was not started by a "/approve" comment under an issue.'
    return {
      finding: { decision: 'skipped', reason: 'up-to-date', message, commit: world.run.sha },
      outputs: {},
    }
  }
  const decision = await judge(context, word)
  if (decision.kind === 'accept') await write(context, decision.sha, word.login)
  await answer(context, word, decision)
  return outcome(context, word, decision)
}

async function judge(
  { github, policy, world }: AcceptContext,
  { login, edited, line }: CommandComment,
): Promise<ApproveCommitDecision> {
  const standing = await operatorsOf(github, policy)(login)
  if (standing === 'unknown') throw new MissingPermission('members: read', `see who is in ${showOperators(policy)}`)
  const named = /^\/approve\s+([\da-f]{7,40})$/i.exec(line)?.[1]?.toLowerCase()
  // No further requests for a comment by somebody who is no operator.
  const commit =
    standing === 'operator' && named ? await collectUnreviewedCommit(github, world, policy, named) : undefined
  return decideApproveCommit({ login, standing, edited, named, commit })
}

async function write({ github, world }: AcceptContext, sha: string, by: string): Promise<void> {
  await github.rest.checks.create({
    ...repoRef(world.run.repository),
    name: commitApprovalCheckName,
    head_sha: sha,
    status: 'completed',
    conclusion: 'success',
    external_id: commitApprovalId({ commit: sha, by }),
    details_url: runUrl(world.run),
    output: {
      title: `Approved by ${by}`,
      summary: `${escapeMarkdown(by)} approved ${markdownCode(sha.slice(0, 7))}, which did not pass the gate. It may be deployed.`,
    },
  })
}

/** Reacts to the comment. People who are no operators get no reply: they could make the App write without limit. */
async function answer(
  { github, world }: AcceptContext,
  word: CommandComment,
  decision: ApproveCommitDecision,
): Promise<void> {
  const at = repoRef(world.run.repository)
  const silent = decision.kind === 'refuse' && decision.reason === 'not-operator'
  // The reply comes first: if the run is cut off between the two, a reply twice is better than none.
  if (!silent) {
    const body = `${mentionLogin(word.login)} ${sayTo(decision)}`
    await github.rest.issues.createComment({ ...at, issue_number: word.number, body })
  }
  // A deleted comment takes no reaction.
  if (word.edited) return
  const content = decision.kind === 'refuse' ? 'confused' : 'rocket'
  await github.rest.reactions.createForIssueComment({ ...at, comment_id: word.id, content })
}

function sayTo(decision: ApproveCommitDecision): string {
  if (decision.kind === 'refuse')
    return `Not approved. ${escapeMarkdown(decision.message, 500)} ${escapeMarkdown(decision.fix, 500)}`
  const what = markdownCode(decision.sha.slice(0, 7))
  const said =
    decision.kind === 'accept'
      ? `${what} is approved.`
      : `${what} was approved already, by ${escapeMarkdown(decision.by)}.`
  return `${said} Re-run **all** jobs of the newest deploy, or merge the next change: either deploys it.`
}

function outcome({ world }: AcceptContext, word: CommandComment, decision: ApproveCommitDecision): Done {
  if (decision.kind === 'refuse') {
    const { reason, message, fix } = decision
    world.log.info(`Not approved: ${message} ${fix}`)
    return {
      finding: { decision: 'refused', reason, message: `${message} ${fix}`, commit: world.run.sha },
      outputs: {},
    }
  }
  const by = decision.kind === 'accept' ? word.login : decision.by
  const message = `${decision.sha.slice(0, 7)} is approved by ${by}.`
  world.log.info(message)
  const changed = decision.kind === 'accept'
  return {
    finding: {
      decision: changed ? 'approved' : 'unchanged',
      reason: changed ? 'ok' : 'up-to-date',
      message,
      commit: decision.sha,
    },
    outputs: {},
  }
}
