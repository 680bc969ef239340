import { readRef, resolveCommit } from './git.js'
import type { GraphQLCall } from './graphql-call.js'
import { findRepository, graphqlError } from './graphql-nodes.js'
import { refUpdate, ruleViolation, updateRef } from './refs.js'
import { nodeId } from './rest/shapes.js'

interface Input {
  repositoryId: string
  refUpdates: { name: string; afterOid: string; beforeOid?: string | null; force?: boolean }[]
  clientMutationId?: string
}

/** The mutation that moves several refs, all or none; `beforeOid` is what REST lacks: only if the ref is there. */
export function updateRefs({ input }: { input: Input }, call: GraphQLCall): Promise<unknown> {
  const repo = [...call.state.repos.values()].find((one) => nodeId('Repository', one.id) === input.repositoryId)
  if (!repo) throw graphqlError('NOT_FOUND', 'Could not resolve to a node with the global id of the repository.')
  findRepository(call, repo.fullName, 'contents:write')
  const { state, caller } = call
  return state.exclusively(repo.fullName, async () => {
    const updates = await Promise.all(
      input.refUpdates.map(async ({ name, beforeOid, afterOid, force = false }) => {
        const [before, after] = [readRef(repo.gitDir, name), commit(afterOid)]
        if (beforeOid && commit(beforeOid) !== before)
          throw graphqlError('STALE_DATA', `${name} is not at ${beforeOid}.`)
        if (after && (await resolveCommit(repo.gitDir, after)) !== after)
          throw graphqlError('UNPROCESSABLE', `There is no commit ${after}.`)
        const update = await refUpdate(repo, { ref: name, before, after })
        if (update.forced && !force) throw graphqlError('UNPROCESSABLE', `${name}: update is not a fast forward`)
        const against = await ruleViolation(repo, caller, update)
        if (against) throw graphqlError('UNPROCESSABLE', against)
        return { update, force }
      }),
    )
    for (const { update, force } of updates) await updateRef(state, repo, caller, update, { force })
    return { clientMutationId: input.clientMutationId ?? null }
  })
}

/** Zeros stand for a ref that is not there. */
const commit = (oid: string): string | undefined => (/^0+$/.test(oid) ? undefined : oid)
