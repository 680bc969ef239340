import { accountOf } from './accounts.js'
import { waitsForCheck } from './auto-merge.js'
import { readRef } from './git.js'
import { commitTree, mergeTree, readCommit } from './git-commits.js'
import type { GraphQLCall } from './graphql-call.js'
import {
  actorNode,
  commentsOf,
  findRepository,
  graphqlError,
  type PageArguments,
  repositoryFields,
} from './graphql-nodes.js'
import { pullFields } from './graphql-pull-fields.js'
import { type PullRequest, pullRequests } from './pull-sync.js'
import { openPullRecord, refuseJob } from './pulls.js'
import { updateRef, workflowViolation } from './refs.js'
import { authorAssociation } from './rest/issue-shapes.js'
import { nodeId, repoHtml } from './rest/shapes.js'
import type { Repo } from './state.js'
import { actorOf, personOf, webFlow } from './users.js'

interface Found {
  repo: Repo
  one: PullRequest
}

const unprocessable = (message: string): Error => graphqlError('UNPROCESSABLE', message)

/** The pull request of a node id, if the caller may do there all that `needs` says. @throws GraphQLError */
export function findPull(call: GraphQLCall, id: string, ...needs: string[]): Found {
  for (const repo of call.state.repos.values()) {
    const one = pullRequests(repo).find(({ issue }) => nodeId('PullRequest', issue.id) === id)
    if (!one) continue
    for (const need of needs) findRepository(call, repo.fullName, need)
    return { repo, one }
  }
  throw graphqlError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'.`)
}

export function pullNode(call: GraphQLCall, repo: Repo, { issue, pull }: PullRequest): Record<string, unknown> {
  const state = pull.merged ? 'MERGED' : issue.state.toUpperCase()
  return {
    __typename: 'PullRequest',
    id: nodeId('PullRequest', issue.id),
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    url: `${repoHtml(call.state, repo)}/pull/${issue.number}`,
    state,
    merged: pull.merged !== undefined,
    mergedAt: pull.merged?.at ?? null,
    mergedBy: actorNode(call, pull.merged?.by),
    mergeCommit: pull.merged ? { __typename: 'Commit', oid: pull.merged.sha } : null,
    isDraft: pull.draft,
    headRefName: pull.head,
    headRefOid: pull.headSha,
    baseRefName: pull.base,
    author: actorNode(call, issue.author),
    comments: (args: PageArguments) => commentsOf(call, issue, args),
    authorAssociation: authorAssociation(repo, issue.author),
    repository: repositoryFields(call, repo),
    autoMergeRequest: pull.autoMerge
      ? {
          __typename: 'AutoMergeRequest',
          enabledAt: pull.autoMerge.at,
          enabledBy: actorNode(call, accountOf(pull.autoMerge.by)),
          mergeMethod: pull.autoMerge.method.toUpperCase(),
        }
      : null,
    ...pullFields(call, repo, { issue, pull }),
  }
}

interface RevertInput {
  pullRequestId: string
  title?: string
  body?: string
  draft?: boolean
  clientMutationId?: string
}

/** The mutation behind the Revert button: a branch whose name nobody can choose, and a pull request of it. */
export async function revertPullRequest({ input }: { input: RevertInput }, call: GraphQLCall): Promise<unknown> {
  const { repo, one } = findPull(call, input.pullRequestId, 'contents:write', 'pull_requests:write')
  return call.state.exclusively(repo.fullName, async () => {
    const revert = await openRevert(call, repo, one, input)
    return {
      clientMutationId: input.clientMutationId ?? null,
      pullRequest: pullNode(call, repo, one),
      revertPullRequest: pullNode(call, repo, revert),
    }
  })
}

async function openRevert(
  call: GraphQLCall,
  repo: Repo,
  { issue, pull }: PullRequest,
  input: RevertInput,
): Promise<PullRequest> {
  const { state, caller } = call
  if (!pull.merged) throw unprocessable('Pull request is not merged.')
  refuseJob(repo, caller)
  const head = `revert-${issue.number}-${pull.head}`
  const ref = `refs/heads/${head}`
  if (readRef(repo.gitDir, ref)) throw unprocessable(`A branch named ${head} exists already.`)
  const title = input.title ?? `Revert ${JSON.stringify(issue.title)}`
  const after = await revertCommit(call, repo, pull.base, {
    sha: pull.merged.sha,
    before: pull.merged.since ?? pull.baseSha,
    title,
  })
  const update = { ref, before: undefined, after, forced: false }
  const forbidden = await workflowViolation(repo, caller, {
    ...update,
    before: readRef(repo.gitDir, `refs/heads/${pull.base}`),
  })
  if (forbidden) throw unprocessable(forbidden)
  repo.verified.add(after)
  await updateRef(state, repo, caller, update)
  const body = input.body ?? `Reverts ${repo.fullName}#${issue.number}`
  return openPullRecord(state, repo, caller, { title, body, head, base: pull.base, draft: input.draft ?? false })
}

/** A commit on the branch's tip that takes back what came between `before` and `sha`. */
async function revertCommit(
  { state, caller }: GraphQLCall,
  repo: Repo,
  branch: string,
  what: { sha: string; before: string; title: string },
): Promise<string> {
  const [tip, merged, before] = await Promise.all(
    [`refs/heads/${branch}`, what.sha, what.before].map((name) => readCommit(repo.gitDir, name)),
  )
  if (!tip || !merged || !before) throw unprocessable('The base branch is gone.')
  const [author, committer] = [personOf(actorOf(state, caller), state.now()), webFlow(state.now())]
  // Older gits cannot be told the merge base: both sides get the merged commit as their parent, and it is that.
  const onto = (tree: string): Promise<string> =>
    commitTree(repo.gitDir, { tree, parents: [merged.sha], message: 'x', author, committer })
  const tree = await mergeTree(repo.gitDir, await onto(tip.tree), await onto(before.tree))
  if (!tree) throw unprocessable('This pull request could not be reverted: it conflicts with newer changes.')
  const message = `${what.title}\n\nThis reverts commit ${merged.sha}.`
  return commitTree(repo.gitDir, { tree, parents: [tip.sha], message, author, committer })
}

interface AutoMergeInput {
  pullRequestId: string
  mergeMethod?: 'MERGE' | 'SQUASH' | 'REBASE'
  commitHeadline?: string
  commitBody?: string
  expectedHeadOid?: string
  clientMutationId?: string
}

const methods = { MERGE: 'merge', SQUASH: 'squash', REBASE: 'rebase' } as const

export function enablePullRequestAutoMerge({ input }: { input: AutoMergeInput }, call: GraphQLCall): unknown {
  const { repo, one } = findPull(call, input.pullRequestId, 'contents:write', 'pull_requests:write')
  const { issue, pull } = one
  if (!repo.allowAutoMerge) throw unprocessable('Auto merge is not allowed for this repository')
  if (issue.state === 'closed') throw unprocessable('Pull request is closed')
  if (pull.draft) throw unprocessable('Pull request is in draft state')
  if (input.expectedHeadOid && input.expectedHeadOid !== pull.headSha)
    throw unprocessable('The head of the pull request is another commit.')
  if (pull.mergeSha && !waitsForCheck(repo, one)) throw unprocessable('Pull request Pull request is in clean status')
  pull.autoMerge = {
    by: call.caller,
    at: call.state.now(),
    method: methods[input.mergeMethod ?? 'MERGE'],
    title: input.commitHeadline,
    message: input.commitBody,
  }
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullNode(call, repo, one) }
}

export function disablePullRequestAutoMerge({ input }: { input: AutoMergeInput }, call: GraphQLCall): unknown {
  const { repo, one } = findPull(call, input.pullRequestId, 'contents:write', 'pull_requests:write')
  if (!one.pull.autoMerge) throw unprocessable("Can't disable auto-merge for this pull request.")
  one.pull.autoMerge = undefined
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: pullNode(call, repo, one) }
}
