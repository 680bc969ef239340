import { z } from 'zod'
import { UserError } from '../../../shared/foundation/errors.js'
import type { RunFacts } from '../../../shared/foundation/run-facts.js'
import { parentsOfHead } from '../../../shared/git/commit-files.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { describeChanges, summaryRoom } from './describe-changes.js'
import { describeFailure, describePreview, describeUnposted } from './describe-preview.js'
import { type CommentedPull, postComment } from './plan-comment.js'
import {
  affectedClusters,
  changeOutputs,
  checkFiles,
  encryptedFiles,
  type RenderContext,
  renderChanges,
} from './render-changes.js'

/** Whether a run is for a pull request, so that `plan` plans a merge that nobody has decided on yet. */
export const isPreview = ({ event }: RunFacts): boolean => event.startsWith('pull_request')

/**
 * What merging this pull request would change, compared with the branch that it is merged into; kept in one comment there.
 *
 * Whether it may be merged and deployed is not checked here (range of commits, gate, blocked versions, adoption): the gate
 * does that before the merge, and `plan` after it, when nobody can change the commit any more.
 *
 * @throws UserError if it cannot be rendered; an existing comment then says so too.
 */
export async function previewPlan(context: RenderContext): Promise<ActionOutcome<Io['outputs']>> {
  const { world, target } = context
  const pull = pullOf(world.run)
  try {
    await checkFiles(context)
    const base = await baseOf(context, pull)
    const changes = await renderChanges(context, () => base)
    const encrypted = await encryptedFiles(context)
    await world.summary(describeChanges(changes, summaryRoom, target))

    const names = affectedClusters(changes)
    const comment = describePreview(changes, encrypted, target)
    await post(context, pull, comment, names.length > 0)

    const message = names.length === 0 ? 'No cluster would change.' : `This would change ${names.join(', ')}.`
    world.log.info(message)
    return {
      finding: { decision: 'planned', reason: 'ok', message, commit: world.run.sha },
      outputs: { changed: String(names.length > 0), ...changeOutputs(changes), comment },
    }
  } catch (error) {
    // An old plan under a commit that cannot be planned would be believed.
    if (error instanceof UserError && !world.cancelled.aborted) {
      await post(context, pull, describeFailure(error), false).catch(() => undefined)
    }
    throw error
  }
}

/** A comment that cannot be written is no failure: the plan is in the run's summary. */
async function post(context: RenderContext, pull: CommentedPull, comment: string, mayBegin: boolean): Promise<void> {
  const { world, github } = context
  const posted = await postComment(github, world.run.repository, pull, comment, mayBegin)
  if (posted.kind === 'kept') return world.log.info(posted.message)
  await world.summary(describeUnposted(posted.why))
  if (pull.fromFork) world.log.info(posted.why)
  else world.log.warning(posted.why)
}

/** GitHub checks out a merge of both, so the branch is its first parent; it may have moved on since the event. */
async function baseOf({ world, workspace }: RenderContext, pull: CommentedPull): Promise<string> {
  const [first, second] = await parentsOfHead({ exec: world.exec, workspace })
  return first !== undefined && second !== undefined ? first : pull.base
}

const payloadSchema = z.object({
  pull_request: z.object({
    number: z.int().positive(),
    base: z.object({ sha: z.string() }),
    head: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }).nullish() }),
  }),
})

/** @throws UserError `input-invalid` for an event that does not check out the pull request. */
function pullOf({ event, payload, repository }: RunFacts): CommentedPull {
  const { data } = payloadSchema.safeParse(payload)
  if (event === 'pull_request_target' || !data) {
    throw new UserError('input-invalid', `Mode "plan" cannot plan a pull request on the event "${event}".`, {
      fix: 'Start this workflow "on: pull_request", as workflows-examples/deploy-repo/.github/workflows/plan.yml does.',
    })
  }
  const { number, base, head } = data.pull_request
  const fromFork = head.repo?.full_name.toLowerCase() !== repository.toLowerCase()
  return { number, base: base.sha, head: head.sha, fromFork }
}
