import { z } from 'zod'
import { findAccount } from '../accounts.js'
import { invalidError, notFound, Refusal, unprocessableError } from '../errors.js'
import { headLabel } from '../forks.js'
import { gitText } from '../git.js'
import { commitLog, commitTree, mergeTree } from '../git-commits.js'
import { gitDiff } from '../git-diff.js'
import { emitIssue, noteEvent } from '../issues.js'
import { mergePullRecord } from '../pull-merge.js'
import { closeSyncedPull, emitPull, type PullRequest, pullRequests } from '../pull-sync.js'
import { openPullRecord, reopenPull, retargetPull } from '../pulls.js'
import { updateRef } from '../refs.js'
import { personOf, webFlow } from '../users.js'
import {
  acceptedReply,
  type Call,
  createdReply,
  type Handlers,
  listReply,
  noContent,
  okReply,
  pullOfCall,
  readBody,
  shaSchema,
} from './call.js'
import { pullDetails, pullShape } from './issue-shapes.js'
import { commitShape, fileShape, userShape } from './shapes.js'

/** GitHub lists no more of a pull request's files and commits, and says nothing of the rest. */
const maxFiles = 3000
const maxCommits = 250

export const pullHandlers = {
  'pulls/list': (call) => {
    const { state, repo, query } = call
    const wanted = pullRequests(repo)
      .filter(({ issue }) => query.state === 'all' || issue.state === (query.state ?? 'open'))
      .filter(({ pull }) => !query.base || pull.base === query.base)
      // Like GitHub, a head without its owner filters nothing.
      .filter(({ pull }) => !query.head?.includes(':') || headLabel(state, repo, pull) === query.head)
    const key = query.sort === 'updated' ? 'updatedAt' : 'createdAt'
    const direction = (query.direction ?? (query.sort && query.sort !== 'created' ? 'asc' : 'desc')) === 'asc' ? 1 : -1
    wanted.sort((a, b) => direction * (a.issue[key].localeCompare(b.issue[key]) || a.issue.number - b.issue.number))
    return listReply(call, wanted, ({ issue, pull }) => pullShape(state, repo, issue, pull))
  },

  'pulls/create': async (call) => {
    const body = readBody(call, 'PullRequest', newPullSchema)
    const one = await openPullRecord(call.state, call.repo, call.caller, body)
    return createdReply(await fullShape(call, one))
  },

  'pulls/get': async (call) => okReply(await fullShape(call, pullOfCall(call))),

  'pulls/update': async (call) => {
    const { state, repo, caller } = call
    const one = pullOfCall(call)
    const { issue } = one
    const body = readBody(call, 'PullRequest', changeSchema)
    const changes = {
      ...(body.title !== undefined && body.title !== issue.title && { title: { from: issue.title } }),
      ...(body.body !== undefined && body.body !== issue.body && { body: { from: issue.body } }),
    }
    issue.title = body.title ?? issue.title
    if (body.body !== undefined) issue.body = body.body
    issue.updatedAt = state.now()
    if (Object.keys(changes).length > 0) emitPull(state, repo, caller, one, 'edited', { changes })
    if (body.base !== undefined) await retargetPull(state, repo, caller, one, body.base)
    if (body.state === 'closed' && issue.state === 'open') closeSyncedPull(state, repo, caller, one, undefined)
    if (body.state === 'open' && issue.state === 'closed') await reopenPull(state, repo, caller, one)
    return okReply(await fullShape(call, one))
  },

  'pulls/list-files': async (call) => {
    const { state, repo } = call
    const { pull } = pullOfCall(call)
    const files = await gitDiff(repo.gitDir, await forkPoint(call, pull), pull.headSha)
    return listReply(call, files.slice(0, maxFiles), (file) => fileShape(state, repo, pull.headSha, file))
  },

  'pulls/list-commits': async (call) => {
    const { state, repo } = call
    const { pull } = pullOfCall(call)
    const commits = await commitLog(repo.gitDir, [
      '--reverse',
      '--topo-order',
      `${pull.baseSha}..${pull.headSha}`,
      '--',
    ])
    return listReply(call, commits.slice(0, maxCommits), (commit) => commitShape(state, repo, commit))
  },

  'pulls/check-if-merged': (call) => {
    if (!pullOfCall(call).pull.merged) throw notFound()
    return noContent()
  },

  'pulls/merge': async (call) => {
    const body = readBody(call, 'PullRequest', mergeSchema)
    const sha = await mergePullRecord(call.state, call.repo, call.caller, pullOfCall(call), {
      method: body.merge_method,
      sha: body.sha,
      title: body.commit_title,
      message: body.commit_message,
    })
    return okReply({ sha, merged: true, message: 'Pull Request successfully merged' })
  },

  'pulls/update-branch': async (call) => {
    const { state, repo, caller, actor } = call
    const { issue, pull } = pullOfCall(call)
    const body = readBody(call, 'PullRequest', z.object({ expected_head_sha: shaSchema.optional() }))
    if (pull.fork !== undefined) throw new Refusal(403, 'Must have push access to the head repository.')
    if (body.expected_head_sha && body.expected_head_sha !== pull.headSha)
      throw unprocessableError('expected head sha didn’t match current head ref.')
    const tree = await mergeTree(repo.gitDir, pull.headSha, pull.baseSha)
    if (!tree || issue.state === 'closed') throw unprocessableError('merge conflict between base and head')
    const after = await commitTree(repo.gitDir, {
      tree,
      parents: [pull.headSha, pull.baseSha],
      message: `Merge branch '${pull.base}' into ${pull.head}`,
      author: personOf(actor, state.now()),
      committer: webFlow(state.now()),
    })
    repo.verified.add(after)
    await updateRef(state, repo, caller, { ref: `refs/heads/${pull.head}`, before: pull.headSha, after, forced: false })
    return acceptedReply({
      message: 'Updating pull request branch.',
      url: `${state.url}/${repo.fullName}/pull/${issue.number}`,
    })
  },

  'pulls/list-requested-reviewers': (call) =>
    okReply({
      users: pullOfCall(call).pull.requestedReviewers.map((account) => userShape(call.state, account)),
      teams: [],
    }),

  'pulls/request-reviewers': async (call) => {
    const { state, repo, caller } = call
    const one = pullOfCall(call)
    const { reviewers } = readBody(call, 'PullRequest', z.object({ reviewers: z.array(z.string()).default([]) }))
    for (const login of reviewers) {
      const account = findAccount(state, login)
      if (!account || account === one.issue.author) {
        throw invalidError({
          resource: 'PullRequest',
          field: 'reviewers',
          code: 'invalid',
          message: `Could not request a review from ${login}`,
        })
      }
      if (one.pull.requestedReviewers.includes(account)) continue
      one.pull.requestedReviewers.push(account)
      noteEvent(state, one.issue, caller, { event: 'review_requested' })
      emitIssue(state, repo, caller, one.issue, 'review_requested', {
        requested_reviewer: userShape(state, account),
      })
    }
    return createdReply(await fullShape(call, one))
  },
} satisfies Partial<Handlers>

const newPullSchema = z.object({
  title: z.string().min(1).max(256),
  body: z.string().max(65_536).nullable().default(null),
  head: z.string().min(1),
  base: z.string().min(1),
  draft: z.boolean().default(false),
})

const changeSchema = z.object({
  title: z.string().min(1).max(256).optional(),
  body: z.string().max(65_536).nullable().optional(),
  state: z.enum(['open', 'closed']).optional(),
  base: z.string().optional(),
})

const mergeSchema = z.object({
  merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge'),
  sha: shaSchema.optional(),
  commit_title: z.string().optional(),
  commit_message: z.string().optional(),
})

const forkPoint = ({ repo }: Call, pull: PullRequest['pull']): Promise<string> =>
  gitText(repo.gitDir, ['merge-base', pull.baseSha, pull.headSha])

/** With the counts that only the single pull request has; they are not cut where the lists are. */
async function fullShape(call: Call, { issue, pull }: PullRequest): Promise<Record<string, unknown>> {
  const { state, repo } = call
  const [count, files] = await Promise.all([
    gitText(repo.gitDir, ['rev-list', '--count', `${pull.baseSha}..${pull.headSha}`, '--']),
    forkPoint(call, pull).then((from) =>
      gitText(repo.gitDir, ['diff-tree', '-r', '-M', '--numstat', from, pull.headSha]),
    ),
  ])
  const lines = files
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
  const sum = (column: number): number => lines.reduce((total, line) => total + (Number(line[column]) || 0), 0)
  return {
    ...pullShape(state, repo, issue, pull),
    ...pullDetails(state, repo, issue, pull),
    commits: Number(count),
    additions: sum(0),
    deletions: sum(1),
    changed_files: lines.length,
  }
}
