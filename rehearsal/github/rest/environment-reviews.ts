import { z } from 'zod'
import { findAccount } from '../accounts.js'
import { pendingOf } from '../environment-reviews.js'
import { foundOr404, unprocessableError } from '../errors.js'
import type { Environment, WorkflowRun } from '../types.js'
import { type Call, type Handlers, numberParam, okReply, readBody } from './call.js'
import { environmentId, environmentUrls } from './environment-shape.js'
import { userShape } from './shapes.js'

export const environmentReviews = {
  'actions/get-pending-deployments-for-run': (call) =>
    okReply(waitedFor(call).map((environment) => pendingShape(call, environment))),

  'actions/review-pending-deployments-for-run': (call) => {
    const { state, actor } = call
    const run = runOf(call)
    const body = readBody(call, 'PendingDeployment', reviewSchema)
    const waiting = waitedFor(call)
    const chosen = body.environment_ids.map((id) => waiting.find((one) => environmentId(call.repo, one.name) === id))
    // All of them or none: who may not say yes to one has said nothing.
    const names = chosen.map((environment) => {
      if (!environment) throw unprocessableError('There are no pending deployment requests to approve or reject')
      if (!mayReview(call, run, environment))
        throw unprocessableError(`${actor.login} cannot review ${environment.name}`)
      return environment.name
    })
    const { state: verdict, comment } = body
    for (const pending of pendingOf(state, run.id)) {
      if (names.includes(pending.environment)) pending.settle({ verdict, by: actor.login, comment })
    }
    // Jobs with `deployment: false` have no deployment that could be shown, and the emulator knows no others.
    return okReply([])
  },
} satisfies Partial<Handlers>

const reviewSchema = z.object({
  environment_ids: z.array(z.number().int()).min(1),
  state: z.enum(['approved', 'rejected']),
  comment: z.string(),
})

function runOf(call: Call): WorkflowRun {
  const id = numberParam(call, 'run_id')
  return foundOr404(call.repo.runs.find((run) => run.id === id))
}

/** The environments that the run's jobs wait for, each once. */
function waitedFor(call: Call): Environment[] {
  const names = new Set(pendingOf(call.state, runOf(call).id).map(({ environment }) => environment))
  return [...names].flatMap((name) => call.repo.environments.get(name) ?? [])
}

function mayReview({ actor }: Call, run: WorkflowRun, { reviewers = [], preventSelfReview }: Environment): boolean {
  const login = actor.login.toLowerCase()
  if (preventSelfReview && run.triggeringActor.toLowerCase() === login) return false
  return reviewers.some((reviewer) => reviewer.toLowerCase() === login)
}

function pendingShape(call: Call, environment: Environment): Record<string, unknown> {
  const { state, repo } = call
  return {
    environment: { ...environmentUrls(state, repo, environment.name), name: environment.name },
    wait_timer: 0,
    wait_timer_started_at: null,
    current_user_can_approve: mayReview(call, runOf(call), environment),
    reviewers: (environment.reviewers ?? []).flatMap((login) => {
      const account = findAccount(state, login)
      return account ? [{ type: 'User', reviewer: userShape(state, account) }] : []
    }),
  }
}
