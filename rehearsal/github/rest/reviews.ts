import { z } from 'zod'
import { foundOr404, unprocessableError } from '../errors.js'
import { emitEvent } from '../events.js'
import { noteEvent } from '../issues.js'
import type { ReviewRecord } from '../state.js'
import { type Call, type Handlers, listReply, numberParam, okReply, pullOfCall, readBody, shaSchema } from './call.js'
import { pullShape, reviewShape } from './issue-shapes.js'

const states = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const

export const reviewHandlers = {
  'pulls/list-reviews': (call) => {
    const { issue, pull } = pullOfCall(call)
    return listReply(call, pull.reviews, (review) => reviewShape(call.state, call.repo, issue, review))
  },

  'pulls/dismiss-review': (call) => {
    const { state, repo, caller } = call
    const { issue, pull } = pullOfCall(call)
    const review = foundOr404(pull.reviews.find(({ id }) => id === numberParam(call, 'review_id')))
    readBody(
      call,
      'PullRequestReview',
      z.object({ message: z.string().min(1), event: z.literal('DISMISS').optional() }),
    )
    if (review.state !== 'APPROVED' && review.state !== 'CHANGES_REQUESTED')
      throw unprocessableError('Can not dismiss a commented pull request review')
    review.state = 'DISMISSED'
    noteEvent(state, issue, caller, { event: 'review_dismissed' })
    emitReview(call, review, 'dismissed')
    return okReply(reviewShape(state, repo, issue, review))
  },

  'pulls/create-review': (call) => {
    const { state, repo, caller, actor } = call
    const { issue, pull } = pullOfCall(call)
    const body = readBody(call, 'PullRequestReview', newReviewSchema)
    if (body.event !== 'COMMENT' && actor === issue.author) {
      const what = body.event === 'APPROVE' ? 'approve' : 'request changes on'
      throw unprocessableError(`Can not ${what} your own pull request`)
    }
    const review: ReviewRecord = {
      id: state.nextId(),
      author: actor,
      body: body.body,
      state: body.event ? states[body.event] : 'PENDING',
      commit: body.commit_id ?? pull.headSha,
      submittedAt: state.now(),
    }
    pull.reviews.push(review)
    pull.requestedReviewers = pull.requestedReviewers.filter((account) => account !== actor)
    noteEvent(state, issue, caller, { event: 'reviewed', commit: review.commit })
    if (review.state !== 'PENDING') emitReview(call, review, 'submitted')
    return okReply(reviewShape(state, repo, issue, review))
  },
} satisfies Partial<Handlers>

function emitReview(call: Call, review: ReviewRecord, action: 'submitted' | 'dismissed'): void {
  const { state, repo, caller, actor } = call
  const { issue, pull } = pullOfCall(call)
  emitEvent(state, repo, caller, {
    name: 'pull_request_review',
    action,
    ref: `refs/pull/${issue.number}/merge`,
    sha: pull.mergeSha ?? pull.headSha,
    actor,
    payload: {
      review: { ...reviewShape(state, repo, issue, review), state: review.state.toLowerCase() },
      pull_request: pullShape(state, repo, issue, pull),
    },
    about: { issue, pull },
  })
}

const newReviewSchema = z.object({
  body: z.string().default(''),
  event: z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']).optional(),
  commit_id: shaSchema.optional(),
})
