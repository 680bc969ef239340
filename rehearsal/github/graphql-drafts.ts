import type { GraphQLCall } from './graphql-call.js'
import { graphqlError } from './graphql-nodes.js'
import { findPull, pullNode } from './graphql-pulls.js'
import { emitPull } from './pull-sync.js'

interface DraftInput {
  pullRequestId: string
  clientMutationId?: string
}

/** The mutations behind "Ready for review" and "Convert to draft". */
const turn =
  (draft: boolean) =>
  ({ input }: { input: DraftInput }, call: GraphQLCall): unknown => {
    const { repo, one } = findPull(call, input.pullRequestId, 'pull_requests:write')
    const { issue, pull } = one
    if (issue.state === 'closed') throw graphqlError('UNPROCESSABLE', 'Pull request is closed')
    if (pull.draft !== draft) {
      pull.draft = draft
      emitPull(call.state, repo, call.caller, one, draft ? 'converted_to_draft' : 'ready_for_review')
    }
    return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullNode(call, repo, one) }
  }

export const convertPullRequestToDraft = turn(true)
export const markPullRequestReadyForReview = turn(false)
