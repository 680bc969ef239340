import { readRef } from './git.js'
import { commitTree, editTree, type GitTreeChange, listTree, readCommit, writeBlob } from './git-commits.js'
import type { GraphQLCall } from './graphql-call.js'
import { commitNode, findRepository, graphqlError, refNode } from './graphql-nodes.js'
import { updateRef } from './refs.js'
import type { Repo } from './state.js'
import { actorOf, personOf, webFlow } from './users.js'

interface Input {
  branch: { branchName?: string; repositoryNameWithOwner?: string; id?: string }
  message: { headline: string; body?: string }
  expectedHeadOid: string
  fileChanges?: { additions?: { path: string; contents: string }[]; deletions?: { path: string }[] }
  clientMutationId?: string
}

/** The mutation: one commit with several files on a branch, only if its tip is the expected one. */
export async function createCommitOnBranch({ input }: { input: Input }, call: GraphQLCall): Promise<unknown> {
  const { name, branch } = readBranch(call, input)
  const repo = findRepository(call, name, 'contents:write')
  return call.state.exclusively(repo.fullName, () => commitOnBranch(call, repo, branch, input))
}

function readBranch({ state }: GraphQLCall, { branch }: Input): { name: string; branch: string } {
  if (branch.repositoryNameWithOwner && branch.branchName) {
    return { name: branch.repositoryNameWithOwner, branch: branch.branchName.replace(/^refs\/heads\//, '') }
  }
  const [, id, ref = ''] =
    /^Ref:(\d+):refs\/heads\/(.+)$/.exec(Buffer.from(branch.id ?? '', 'base64url').toString()) ?? []
  const repo = [...state.repos.values()].find((one) => String(one.id) === id)
  if (!repo) throw graphqlError('NOT_FOUND', 'Could not resolve to a node with the global id of the branch.')
  return { name: repo.fullName, branch: ref }
}

async function commitOnBranch(call: GraphQLCall, repo: Repo, branch: string, input: Input): Promise<unknown> {
  const { state, caller } = call
  const ref = `refs/heads/${branch}`
  const before = readRef(repo.gitDir, ref)
  if (!before) throw graphqlError('NOT_FOUND', `No branch named "${branch}" was found in the repository.`)
  if (before !== input.expectedHeadOid) {
    throw graphqlError(
      'STALE_DATA',
      `Expected branch to point to "${input.expectedHeadOid}" but it did not. Pull and try again.`,
    )
  }
  const tree = await editTree(repo.gitDir, before, await changesOf(repo, before, input.fileChanges))
  const { headline, body } = input.message
  const after = await commitTree(repo.gitDir, {
    tree,
    parents: [before],
    message: body ? `${headline}\n\n${body}` : headline,
    author: personOf(actorOf(state, caller), state.now()),
    committer: webFlow(state.now()),
  })
  repo.verified.add(after)
  await updateRef(state, repo, caller, { ref, before, after, forced: false })
  const commit = await readCommit(repo.gitDir, after)
  return {
    clientMutationId: input.clientMutationId ?? null,
    commit: commit && commitNode(call, repo, commit),
    ref: refNode(repo, ref, after),
  }
}

async function changesOf(repo: Repo, base: string, changes: Input['fileChanges']): Promise<GitTreeChange[]> {
  const existing = new Map((await listTree(repo.gitDir, base, { recursive: true })).map((entry) => [entry.path, entry]))
  const additions = (changes?.additions ?? []).map(async ({ path, contents }) => {
    refuseBadPath(path)
    const content = Buffer.from(contents, 'base64')
    if (content.toString('base64').replace(/=+$/, '') !== contents.replace(/\s/g, '').replace(/=+$/, '')) {
      throw graphqlError('UNPROCESSABLE', `Contents of ${path} are not valid base64.`)
    }
    const mode = existing.get(path)?.mode ?? '100644'
    return { path, mode, sha: await writeBlob(repo.gitDir, content) }
  })
  const deletions = (changes?.deletions ?? []).map(({ path }) => {
    if (existing.get(path)?.type !== 'blob') {
      throw graphqlError(
        'UNPROCESSABLE',
        `A path was requested for deletion which does not exist as of commit oid \`${base}\``,
      )
    }
    return { path, mode: '0', sha: undefined }
  })
  return [...deletions, ...(await Promise.all(additions))]
}

function refuseBadPath(path: string): void {
  const bad = path
    .split('/')
    .some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git')
  if (bad || path.includes('\0'))
    throw graphqlError('UNPROCESSABLE', `A path was requested for addition which is invalid: ${path}`)
}
