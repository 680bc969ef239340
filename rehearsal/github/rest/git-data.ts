import { z } from 'zod'
import { foundOr404, invalidError, notFound, unprocessableError } from '../errors.js'
import { GitError, gitMaybe, listRefs, type Ref, readRef, resolveCommit, validRef } from '../git.js'
import { commitTree, editTree, type GitPerson, listTree, readBlob, readCommit, writeBlob } from '../git-commits.js'
import { refUpdate, updateRef } from '../refs.js'
import type { Repo, State } from '../state.js'
import { personOf } from '../users.js'
import { type Call, createdReply, type Handlers, listReply, noContent, okReply, readBody, shaSchema } from './call.js'
import { gitCommitShape, nodeId, repoApi } from './shapes.js'

const personSchema = z.object({ name: z.string(), email: z.string(), date: z.string().optional() })

export const gitData = {
  'git/get-ref': async (call) => okReply(refShape(call.state, call.repo, foundOr404(await refNamed(call)))),

  'git/list-matching-refs': async (call) => {
    const refs = await listRefs(call.repo.gitDir, `refs/${call.params.ref ?? ''}`)
    return listReply(call, refs, (ref) => refShape(call.state, call.repo, ref))
  },

  'git/create-ref': async (call) => {
    const { state, repo, caller } = call
    const { ref, sha } = readBody(call, 'Reference', z.object({ ref: z.string(), sha: shaSchema }))
    const allowed = /^refs\/(heads|tags)\/./.test(ref) && (await validRef(ref))
    if (!allowed) throw unprocessableError('Reference name must be well formed: refs/heads/... or refs/tags/...')
    if (readRef(repo.gitDir, ref)) throw unprocessableError('Reference already exists')
    if ((await resolveCommit(repo.gitDir, sha)) !== sha) throw unprocessableError('Object does not exist')
    await updateRef(state, repo, caller, { ref, before: undefined, after: sha, forced: false })
    return createdReply(refShape(state, repo, { ref, sha, type: 'commit' }))
  },

  'git/update-ref': async (call) => {
    const { state, repo, caller } = call
    const { sha, force } = readBody(call, 'Reference', z.object({ sha: shaSchema, force: z.boolean().default(false) }))
    const ref = await refNamed(call)
    if (!ref) throw unprocessableError('Reference does not exist')
    if ((await resolveCommit(repo.gitDir, sha)) !== sha) throw unprocessableError('Object does not exist')
    await updateRef(state, repo, caller, await refUpdate(repo, { ref: ref.ref, before: ref.sha, after: sha }), {
      force,
    })
    return okReply(refShape(state, repo, { ...ref, sha }))
  },

  'git/delete-ref': async (call) => {
    const ref = await refNamed(call)
    if (!ref) throw unprocessableError('Reference does not exist')
    if (ref.ref === `refs/heads/${call.repo.defaultBranch}`)
      throw unprocessableError('Cannot delete the default branch')
    await updateRef(call.state, call.repo, call.caller, {
      ref: ref.ref,
      before: ref.sha,
      after: undefined,
      forced: false,
    })
    return noContent()
  },

  'git/get-tree': async (call) => {
    const { repo, params, query } = call
    const name = params.tree_sha ?? ''
    const tree = /^[0-9a-f]{40}$/.test(name) ? name : await resolveCommit(repo.gitDir, name)
    const sha = foundOr404(
      tree && (await gitMaybe(repo.gitDir, ['rev-parse', '--verify', '--quiet', `${tree}^{tree}`])),
    )
    const entries = await listTree(repo.gitDir, sha, { recursive: query.recursive !== undefined })
    return okReply(treeShape(call, sha, entries))
  },

  'git/create-tree': async (call) => {
    const { repo } = call
    const body = readBody(call, 'Tree', z.object({ base_tree: z.string().optional(), tree: z.array(treeEntrySchema) }))
    const changes = await Promise.all(
      body.tree.map(async ({ path, mode, sha, content }) => ({
        path,
        mode,
        sha: content === undefined ? (sha ?? undefined) : await writeBlob(repo.gitDir, Buffer.from(content)),
      })),
    )
    try {
      const sha = await editTree(repo.gitDir, body.base_tree, changes)
      return createdReply(treeShape(call, sha, await listTree(repo.gitDir, sha)))
    } catch (error) {
      if (error instanceof GitError)
        throw invalidError({ resource: 'Tree', code: 'invalid', message: error.stderr.trim() })
      throw error
    }
  },

  'git/get-blob': async ({ state, repo, params, accept }) => {
    const sha = params.file_sha ?? ''
    if (!/^[0-9a-f]{40}$/.test(sha) || (await gitMaybe(repo.gitDir, ['cat-file', '-t', sha])) !== 'blob')
      throw notFound()
    const content = await readBlob(repo.gitDir, sha)
    if (accept.includes('raw')) {
      return {
        status: 200,
        body: content,
        headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' },
      }
    }
    const encoded = content.toString('base64').replace(/.{60}/g, '$&\n')
    return okReply({ ...blobShape(state, repo, sha), size: content.length, content: encoded, encoding: 'base64' })
  },

  'git/create-blob': async (call) => {
    const schema = z.object({ content: z.string(), encoding: z.enum(['utf-8', 'base64']).default('utf-8') })
    const { content, encoding } = readBody(call, 'Blob', schema)
    const sha = await writeBlob(call.repo.gitDir, Buffer.from(content, encoding))
    const { url } = blobShape(call.state, call.repo, sha)
    return createdReply({ url, sha })
  },

  'git/get-commit': async ({ state, repo, params }) => {
    const sha = params.commit_sha ?? ''
    if (!/^[0-9a-f]{40}$/.test(sha) || (await gitMaybe(repo.gitDir, ['cat-file', '-t', sha])) !== 'commit')
      throw notFound()
    return okReply(gitCommitShape(state, repo, foundOr404(await readCommit(repo.gitDir, sha))))
  },

  'git/create-commit': async (call) => {
    const { state, repo, caller, actor } = call
    const body = readBody(call, 'Commit', newCommitSchema)
    if ((await gitMaybe(repo.gitDir, ['cat-file', '-t', body.tree])) !== 'tree')
      throw unprocessableError('Tree SHA does not exist')
    for (const parent of body.parents) {
      if ((await gitMaybe(repo.gitDir, ['cat-file', '-t', parent])) !== 'commit')
        throw unprocessableError('Parent SHA does not exist or is not a commit object')
    }
    const author = dated(state, body.author) ?? personOf(actor, state.now())
    const committer = dated(state, body.committer) ?? author
    const sha = await commitTree(repo.gitDir, { ...body, author, committer })
    // GitHub signs what an App commits in its own name, and nothing where somebody else's name was given.
    if ((caller.kind === 'installation' || caller.kind === 'job') && !body.author && !body.committer)
      repo.verified.add(sha)
    return createdReply(gitCommitShape(state, repo, foundOr404(await readCommit(repo.gitDir, sha))))
  },
} satisfies Partial<Handlers>

const treeEntrySchema = z.object({
  path: z.string().min(1),
  mode: z.enum(['100644', '100755', '040000', '160000', '120000']),
  type: z.enum(['blob', 'tree', 'commit']).optional(),
  sha: z.string().nullish(),
  content: z.string().optional(),
})

const newCommitSchema = z.object({
  message: z.string(),
  tree: shaSchema,
  parents: z.array(shaSchema).default([]),
  author: personSchema.optional(),
  committer: personSchema.optional(),
})

const dated = (state: State, person: z.infer<typeof personSchema> | undefined): GitPerson | undefined =>
  person && { ...person, date: person.date ?? state.now() }

async function refNamed({ repo, params }: Call): Promise<Ref | undefined> {
  const name = `refs/${params.ref ?? ''}`
  return (await listRefs(repo.gitDir, name)).find(({ ref }) => ref === name)
}

const refShape = (state: State, repo: Repo, { ref, sha, type }: Ref): Record<string, unknown> => ({
  ref,
  node_id: nodeId('Ref', `${repo.id}:${ref}`),
  url: `${repoApi(state, repo)}/git/${ref}`,
  object: { sha, type, url: `${repoApi(state, repo)}/git/${type}s/${sha}` },
})

const blobShape = (state: State, repo: Repo, sha: string): Record<string, unknown> => ({
  sha,
  node_id: nodeId('Blob', sha),
  url: `${repoApi(state, repo)}/git/blobs/${sha}`,
})

const treeShape = ({ state, repo }: Call, sha: string, entries: Awaited<ReturnType<typeof listTree>>): unknown => ({
  sha,
  url: `${repoApi(state, repo)}/git/trees/${sha}`,
  tree: entries.map(({ mode, type, sha: object, size, path }) => ({
    path,
    mode,
    type,
    sha: object,
    ...(size !== undefined && { size }),
    ...(type !== 'commit' && { url: `${repoApi(state, repo)}/git/${type}s/${object}` }),
  })),
  truncated: false,
})
