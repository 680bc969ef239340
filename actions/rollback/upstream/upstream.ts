import { z } from 'zod'
import type { Runtime } from '../../../shared/action/runtime.js'
import { editedSchema, editorOf, editsFields } from '../../../shared/blocks/issue-history.js'
import { MissingPermission, UserError } from '../../../shared/foundation/errors.js'
import { isBot, isByBot, isByToken } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { hasStatus } from '../../../shared/github/errors.js'
import { queryGraphQL } from '../../../shared/github/graphql.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { type RequestedRevert, readRequestedRevert, revertLabel } from '../revert/requested-revert.js'
import { conflictComment, openedComment, upstreamRevertMarker, waitsForApproval } from './describe-upstream.js'
import { findOrOpenRevert, type MergedUpstream } from './upstream-revert.js'

export interface UpstreamContext {
  /** The job's own token, in the upstream repository. */
  github: GitHub
  /** The bump App's for the same repository, where it is installed there with what a revert takes. */
  bump: GitHub | undefined
  world: Runtime
  /** Number of the issue that asks. */
  issue: string
  /** User id of the gate App's bot. */
  gateBot: string
}

/** What the gate App asks for in an issue, and who has to look after it. */
interface Wish {
  asked: RequestedRevert
  number: number
  assignees: string[]
  /** Whom this job's token stands for. */
  me: string
}

/**
 * Opens the pull request that reverts what failed, as GitHub's Revert button does. Where newer changes are in its way, the issue gets the commands. Safe to run again.
 *
 * @throws UserError where the issue is not the gate App's own word, or what it names is not there.
 */
export async function openUpstreamRevert(context: UpstreamContext): Promise<ActionOutcome<Io['outputs']>> {
  const { github, world } = context
  const repo = world.run.repository
  const wish = await readWish(context)
  const pull = await readMerged(context, wish.asked)
  const { bump } = context
  const topic = { repo, number: wish.number, marker: upstreamRevertMarker, by: isByToken(wish.me) }
  const tell = (why: string) => keepComment(github, topic, conflictComment(wish.asked, wish, why), true)
  const opened = await findOrOpenRevert({ github, bump, world, me: wish.me, issue: wish.number }, pull).catch(
    async (error: unknown) => {
      // Whoever is on duty reads the issue, and not this job's log.
      if (error instanceof MissingPermission) await tell(error.message)
      throw error
    },
  )

  const assign = { ...repoRef(repo), assignees: wish.assignees }
  if ('why' in opened) {
    await tell(opened.why)
    const message = `#${wish.asked.pull} cannot be reverted automatically: ${opened.why} The issue lists the commands.`
    world.log.info(message)
    const finding = {
      decision: 'irreversible',
      reason: 'revert-conflict',
      message,
      commit: wish.asked.commit,
    } as const
    return { finding, outputs: {} }
  }
  if (wish.assignees.length > 0) await github.rest.issues.addAssignees({ ...assign, issue_number: opened.number })
  await keepComment(github, topic, openedComment(opened), true)
  const message = `#${opened.number} reverts #${wish.asked.pull}: ${opened.url}${opened.waits ? ` ${waitsForApproval}` : ''}`
  world.log.info(message)
  const reason = opened.isNew ? 'ok' : 'up-to-date'
  return {
    finding: { decision: 'reverted', reason, message, commit: wish.asked.commit },
    outputs: { 'html-url': opened.url },
  }
}

const answerSchema = z.object({
  viewer: z.object({ login: z.string() }),
  repository: z.object({ issue: editedSchema }),
})

/** Anybody can write an issue with this text, and give it this label. */
async function readWish({ github, world, issue, gateBot: bot }: UpstreamContext): Promise<Wish> {
  const repo = world.run.repository
  const number = Number(issue)
  if (!Number.isInteger(number) || number < 1) throw notAsked(issue, 'is not an issue number')
  const gateBot = Number(bot)
  if (!/^[1-9]\d*$/.test(bot)) {
    throw new UserError('input-invalid', `Input "gate-bot" is ${JSON.stringify(bot)}; it must be a number.`, {
      fix: 'Set the variable LOCKSTEP_GATE_BOT_ID to the number that the deploy policy has as apps.gate.bot.',
    })
  }
  const { data } = await github.rest.issues.get({ ...repoRef(repo), issue_number: number })
  if (!isByBot(data, gateBot)) throw notAsked(issue, 'was not written by the gate App')
  const labelled = data.labels.some((label) => (typeof label === 'string' ? label : label.name) === revertLabel)
  const needs = { permission: 'issues: read', to: `see who wrote #${number}` }
  const query = `query ($owner: String!, $repo: String!, $number: Int!) {
    viewer { login }
    repository(owner: $owner, name: $repo) { issue(number: $number) { ${editsFields} } }
  }`
  const { viewer, repository } = answerSchema.parse(
    await queryGraphQL(github, needs, query, { ...repoRef(repo), number }),
  )
  const editor = editorOf(repository.issue)
  if (editor && !isBot(editor, gateBot)) throw notAsked(issue, 'was edited by somebody else')
  const asked = readRequestedRevert(data.body)
  if (!asked || !labelled || data.state !== 'open') throw notAsked(issue, 'is not an open request for a revert')
  return { asked, number, assignees: (data.assignees ?? []).map(({ login }) => login), me: viewer.login }
}

async function readMerged(
  { github, world }: UpstreamContext,
  { pull, commit }: RequestedRevert,
): Promise<MergedUpstream> {
  try {
    const { data } = await github.rest.pulls.get({ ...repoRef(world.run.repository), pull_number: pull })
    if (data.merged && data.merge_commit_sha === commit)
      return { id: data.node_id, number: pull, title: data.title, branch: data.head.ref, base: data.base.ref }
  } catch (error) {
    if (!hasStatus(error, 404)) throw error
  }
  throw new UserError('input-invalid', `#${pull} was not merged here as ${commit.slice(0, 7)}.`, {
    fix: 'Look at the issue in the deploy repo, and revert what failed by hand.',
  })
}

const notAsked = (issue: string, why: string): UserError =>
  new UserError('input-invalid', `Issue ${JSON.stringify(issue)} ${why}: nothing is reverted.`, {
    fix: 'To revert the pull request all the same, press its Revert button.',
  })
