import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { findAccount } from '../accounts.js'
import { foundOr404, invalidError, notAccessible, Refusal } from '../errors.js'
import type { Account } from '../identities.js'
import { createRepository } from '../repository.js'
import type { MergeMethod } from '../types.js'
import { type Call, createdReply, type Handlers, listReply, noContent, okReply, type Reply, readBody } from './call.js'
import { repositoryShape } from './repository-shape.js'

/** Repositories that a person makes, changes and takes away. */
export const ownRepositories = {
  'repos/create-in-org': (call) => {
    const org = foundOr404(findAccount(call.state, call.params.org ?? ''))
    if (org.type !== 'Organization') throw new Refusal(404, 'Not Found')
    return create(call, org)
  },

  'repos/create-for-authenticated-user': (call) => create(call, call.actor),

  'repos/list-for-org': (call) => listOf(call, call.params.org ?? ''),
  'repos/list-for-authenticated-user': (call) => listOf(call, person(call).login),

  'repos/update': (call) => {
    const { state, repo } = call
    const body = readBody(call, 'Repository', changesSchema)
    const methods: [MergeMethod, boolean | undefined][] = [
      ['merge', body.allow_merge_commit],
      ['squash', body.allow_squash_merge],
      ['rebase', body.allow_rebase_merge],
    ]
    const allowed = (method: MergeMethod): boolean => repo.mergeMethods?.includes(method) !== false
    repo.mergeMethods = methods.filter(([method, wanted]) => wanted ?? allowed(method)).map(([method]) => method)
    repo.allowAutoMerge = body.allow_auto_merge ?? repo.allowAutoMerge === true
    return okReply({ ...repositoryShape(state, repo), network_count: 0, subscribers_count: 0 })
  },

  'repos/delete': async ({ state, repo }) => {
    state.repos.delete(repo.fullName.toLowerCase())
    // Forks outlive it.
    for (const one of state.repos.values()) if (one.forkOf === repo.fullName) delete one.forkOf
    for (const { repositories } of state.installations) repositories.delete(repo.fullName)
    await rm(repo.gitDir, { recursive: true, force: true })
    return noContent()
  },
} satisfies Partial<Handlers>

const newSchema = z.object({
  name: z.string().regex(/^[\w.-]+$/),
  description: z.string().nullable().default(null),
  private: z.boolean().default(false),
  // One without a first commit has no branch, and nothing here asks for such a repository.
  auto_init: z.literal(true),
})

const changesSchema = z.object({
  allow_merge_commit: z.boolean().optional(),
  allow_squash_merge: z.boolean().optional(),
  allow_rebase_merge: z.boolean().optional(),
  allow_auto_merge: z.boolean().optional(),
})

/** Apps and jobs make no repositories here; GitHub lets an App with administration do so in an organisation. */
function person({ caller, actor }: Call): Account {
  if (caller.kind === 'none') throw new Refusal(401, 'Requires authentication')
  if (caller.kind !== 'user') throw notAccessible('administration=write')
  return actor
}

/** Of organisations the emulator knows no members: whoever asks is one. */
async function create(call: Call, owner: Account): Promise<Reply> {
  const { state } = call
  const { login } = person(call)
  const body = readBody(call, 'Repository', newSchema)
  const fullName = `${owner.login}/${body.name}`
  if (state.repos.has(fullName.toLowerCase())) {
    const message = 'name already exists on this account'
    throw invalidError({ resource: 'Repository', code: 'custom', field: 'name', message })
  }
  await createRepository(state, {
    ...{ repo: fullName, private: body.private, author: login },
    files: { 'README.md': `# ${body.name}\n` },
    collaborators: { [login]: 'admin' },
  })
  const repo = foundOr404(state.repos.get(fullName.toLowerCase()))
  repo.description = body.description
  for (const { owner: of, repositories, onAll } of state.installations)
    if (of.toLowerCase() === owner.login.toLowerCase() && onAll) repositories.set(fullName, onAll)
  return createdReply({ ...repositoryShape(state, repo), network_count: 0, subscribers_count: 0 })
}

function listOf(call: Call, owner: string): Reply {
  const all = [...call.state.repos.values()].filter((repo) => repo.owner.toLowerCase() === owner.toLowerCase())
  return listReply(call, all, (repo) => repositoryShape(call.state, repo))
}
