import { z } from 'zod'
import { mergeWaiting } from '../auto-merge.js'
import { invalidError } from '../errors.js'
import { resolveCommit } from '../git.js'
import type { CommitStatus } from '../state.js'
import { type Call, commitOf, createdReply, type Handlers, listReply, pagedReply, readBody } from './call.js'
import { repositoryShape } from './repository-shape.js'
import { nodeId, repoApi, userShape } from './shapes.js'

export const statusHandlers = {
  'repos/create-commit-status': async (call) => {
    const { state, repo, params, actor } = call
    const body = readBody(call, 'Status', newStatusSchema)
    const sha = params.sha ?? ''
    if ((await resolveCommit(repo.gitDir, sha)) !== sha) {
      throw invalidError({ resource: 'Status', code: 'custom', message: `No commit found for SHA: ${sha}` })
    }
    const status: CommitStatus = {
      id: state.nextId(),
      sha,
      state: body.state,
      context: body.context,
      description: body.description,
      targetUrl: body.target_url,
      creator: actor,
      createdAt: state.now(),
    }
    repo.statuses.push(status)
    await mergeWaiting(state, repo, sha)
    return createdReply(shape(call, status))
  },

  'repos/list-commit-statuses-for-ref': async (call) => {
    const all = await statusesOf(call)
    return listReply(call, all, (status) => shape(call, status))
  },

  'repos/get-combined-status-for-ref': async (call) => {
    const { state, repo } = call
    const all = await statusesOf(call)
    const latest = all.filter((status, index) => all.findIndex((one) => one.context === status.context) === index)
    const failed = latest.some((status) => status.state === 'failure' || status.state === 'error')
    const passed = latest.length > 0 && latest.every((status) => status.state === 'success')
    const sha = await commitOf(call, call.params.ref ?? '')
    const { body: statuses, headers } = pagedReply(call, latest, (status) => shape(call, status))
    const body = {
      state: failed ? 'failure' : passed ? 'success' : 'pending',
      statuses,
      sha,
      total_count: latest.length,
      repository: repositoryShape(state, repo),
      commit_url: `${repoApi(state, repo)}/commits/${sha}`,
      url: `${repoApi(state, repo)}/commits/${sha}/status`,
    }
    return { status: 200, body, headers }
  },
} satisfies Partial<Handlers>

const newStatusSchema = z.object({
  state: z.enum(['error', 'failure', 'pending', 'success']),
  context: z.string().default('default'),
  description: z.string().max(140).nullable().default(null),
  target_url: z.string().nullable().default(null),
})

/** Newest first. */
async function statusesOf(call: Call): Promise<CommitStatus[]> {
  const sha = await commitOf(call, call.params.ref ?? '')
  return call.repo.statuses.filter((status) => status.sha === sha).reverse()
}

const shape = ({ state, repo }: Call, status: CommitStatus): unknown => ({
  url: `${repoApi(state, repo)}/statuses/${status.sha}`,
  avatar_url: `${state.url}/avatars/${status.creator.id}`,
  id: status.id,
  node_id: nodeId('StatusContext', status.id),
  state: status.state,
  description: status.description,
  target_url: status.targetUrl,
  context: status.context,
  created_at: status.createdAt,
  updated_at: status.createdAt,
  creator: userShape(state, status.creator),
})
