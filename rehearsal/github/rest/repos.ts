import { z } from 'zod'
import { findAccount, grantedIn, roleOf } from '../accounts.js'
import { foundOr404, notAccessible, notFound, Refusal } from '../errors.js'
import { createFork, forkOwner } from '../forks.js'
import { listRefs, readRef, resolveCommit } from '../git.js'
import { type GitTreeEntry, listTree, readBlob, readCommit } from '../git-commits.js'
import type { Repo, State } from '../state.js'
import { acceptedReply, type Call, type Handlers, listIn, listReply, okReply, type Reply, readBody } from './call.js'
import { environmentShape } from './environment-shape.js'
import { repositoryShape } from './repository-shape.js'
import { commitShape, nodeId, repoApi, repoHtml, userShape } from './shapes.js'

export const repositoryHandlers = {
  'repos/get': ({ state, repo, caller }) => {
    const role = caller.kind === 'user' ? roleOf(repo, caller.account.login) : undefined
    const granted = grantedIn(repo, caller)
    const push = role ? role === 'write' || role === 'admin' : granted?.contents === 'write'
    const permissions = { admin: role === 'admin', maintain: role === 'admin', push, triage: push, pull: true }
    // How it may be merged is shown only to who may write (C34).
    const all = push || state.openRows.mergeSettingsFor === 'readers'
    const shape = wholeShape(state, repo)
    const seen = Object.entries(shape).filter(([key]) => all || !/^allow_(?:merge|squash|rebase|auto)_/.test(key))
    return okReply({ ...Object.fromEntries(seen), permissions })
  },

  'repos/create-fork': async (call) => {
    const { state, repo, actor } = call
    const { organization, name } = readBody(call, 'Repository', forkSchema)
    return acceptedReply(wholeShape(state, await createFork(state, repo, forkOwner(state, actor, organization), name)))
  },

  'repos/list-branches': async (call) => {
    const { repo, state } = call
    const branches = await listRefs(repo.gitDir, 'refs/heads/')
    return listReply(call, branches, ({ ref, sha }) => {
      const name = ref.slice('refs/heads/'.length)
      return {
        name,
        commit: { sha, url: `${repoApi(state, repo)}/commits/${sha}` },
        protected: isProtected(call, name),
      }
    })
  },

  'repos/get-branch': async (call) => {
    const { repo, state, params } = call
    const name = params.branch ?? ''
    const sha = readRef(repo.gitDir, `refs/heads/${name}`)
    const commit = sha && (await readCommit(repo.gitDir, sha))
    if (!commit) throw notFound()
    const api = `${repoApi(state, repo)}/branches/${encodeURIComponent(name)}`
    return okReply({
      name,
      commit: commitShape(state, repo, commit),
      _links: { self: api, html: `${repoHtml(state, repo)}/tree/${name}` },
      protected: isProtected(call, name),
      protection: protectionSummary(call, name),
      protection_url: `${api}/protection`,
    })
  },

  'repos/get-branch-protection': ({ repo, state, params }) => {
    const name = params.branch ?? ''
    const classic = name === repo.defaultBranch ? repo.classicProtection : undefined
    if (!classic) throw new Refusal(404, 'Branch not protected')
    const url = `${repoApi(state, repo)}/branches/${encodeURIComponent(name)}/protection`
    return okReply({
      url,
      required_pull_request_reviews: {
        url: `${url}/required_pull_request_reviews`,
        dismiss_stale_reviews: false,
        require_code_owner_reviews: false,
        required_approving_review_count: classic.approvals,
      },
      required_status_checks: { url: `${url}/required_status_checks`, strict: false, ...checksOf(classic) },
      enforce_admins: { url: `${url}/enforce_admins`, enabled: false },
    })
  },

  'repos/list-tags': async (call) => {
    const { repo, state } = call
    const tags = await listRefs(repo.gitDir, 'refs/tags/')
    const commits = await Promise.all(tags.map(({ ref }) => resolveCommit(repo.gitDir, ref)))
    const known = tags
      .map(({ ref }, index) => ({ name: ref.slice('refs/tags/'.length), sha: commits[index] ?? '' }))
      .reverse()
    return listReply(call, known, ({ name, sha }) => ({
      name,
      commit: { sha, url: `${repoApi(state, repo)}/commits/${sha}` },
      zipball_url: `${repoApi(state, repo)}/zipball/refs/tags/${name}`,
      tarball_url: `${repoApi(state, repo)}/tarball/refs/tags/${name}`,
      node_id: nodeId('Ref', name),
    }))
  },

  'repos/get-content': async (call) => {
    const { repo, params, query } = call
    const path = (params.path ?? '').replace(/\/+$/, '')
    const sha = foundOr404(await resolveCommit(repo.gitDir, query.ref ?? repo.defaultBranch))
    const [entry] = path ? await listTree(repo.gitDir, sha, { path }) : [undefined]
    if (path && !entry) throw notFound()
    if (entry && entry.type === 'blob') return file(call, sha, entry)
    const entries = await listTree(repo.gitDir, entry?.sha ?? sha)
    return okReply(
      entries.map((one) => contentShape(call, sha, { ...one, path: path ? `${path}/${one.path}` : one.path })),
    )
  },

  'repos/get-collaborator-permission-level': ({ state, repo, params, caller }) => {
    // What a public repository shows to tokens that have no part in it leaves this out (P7).
    if (caller.kind !== 'user' && !grantedIn(repo, caller)) throw notAccessible('metadata=read')
    const account = foundOr404(findAccount(state, params.username ?? ''))
    const role = roleOf(repo, account.login)
    const permissions = { admin: role === 'admin', push: role === 'admin' || role === 'write', pull: role !== 'none' }
    return okReply({
      permission: role,
      role_name: role,
      user: {
        ...userShape(state, account),
        role_name: role,
        permissions: { ...permissions, maintain: permissions.admin, triage: permissions.push },
      },
    })
  },

  'repos/get-all-environments': (call) =>
    listIn(call, 'environments', [...call.repo.environments.values()], (one) =>
      environmentShape(call.state, call.repo, one),
    ),

  'repos/get-environment': (call) =>
    okReply(
      environmentShape(
        call.state,
        call.repo,
        foundOr404(call.repo.environments.get(call.params.environment_name ?? '')),
      ),
    ),
} satisfies Partial<Handlers>

const forkSchema = z.object({
  organization: z.string().optional(),
  name: z.string().optional(),
  default_branch_only: z.literal(false).optional(),
})

/** With what only a repository by itself shows. */
function wholeShape(state: State, repo: Repo): Record<string, unknown> {
  const parent = repo.forkOf === undefined ? undefined : foundOr404(state.repos.get(repo.forkOf.toLowerCase()))
  const from = parent && repositoryShape(state, parent)
  const counts = { network_count: 0, subscribers_count: 0 }
  return { ...repositoryShape(state, repo), ...counts, ...(from && { parent: from, source: from }) }
}

const isProtected = ({ repo }: Call, branch: string): boolean =>
  branch === repo.defaultBranch && (repo.requiredCheck ?? repo.classicProtection) !== undefined

/** Of classic protection everybody sees that it is on, and its checks. (C32) says what a ruleset alone shows. */
function protectionSummary({ state, repo }: Call, branch: string): Record<string, unknown> {
  const onDefault = branch === repo.defaultBranch
  const classic = onDefault ? repo.classicProtection : undefined
  const byRuleset = onDefault && repo.requiredCheck !== undefined && state.openRows.rulesetsShownAsProtection
  const level = classic && classic.checks.length > 0 ? 'non_admins' : 'off'
  const checks = { enforcement_level: level, ...checksOf(classic ?? { checks: [] }) }
  return { enabled: classic !== undefined || byRuleset, required_status_checks: checks }
}

const checksOf = ({ checks }: { checks: string[] }): Record<string, unknown> => ({
  contexts: checks,
  checks: checks.map((context) => ({ context, app_id: null })),
})

async function file(call: Call, ref: string, entry: GitTreeEntry): Promise<Reply> {
  const content = await readBlob(call.repo.gitDir, entry.sha)
  if (call.accept.includes('raw')) {
    return { status: 200, body: content, headers: { 'content-type': 'application/vnd.github.raw+json; charset=utf-8' } }
  }
  // GitHub breaks base64 into lines, and leaves out what is larger than 1 MiB.
  const large = content.length > 1024 * 1024
  const encoded = large ? '' : content.toString('base64').replace(/.{60}/g, '$&\n').replace(/\n?$/, '\n')
  return okReply({ ...contentShape(call, ref, entry), content: encoded, encoding: large ? 'none' : 'base64' })
}

function contentShape({ state, repo, query }: Call, sha: string, entry: GitTreeEntry): Record<string, unknown> {
  const type =
    entry.type === 'tree' ? 'dir' : entry.type === 'commit' ? 'submodule' : entry.mode === '120000' ? 'symlink' : 'file'
  const path = entry.path.split('/').map(encodeURIComponent).join('/')
  const self = `${repoApi(state, repo)}/contents/${path}?ref=${encodeURIComponent(query.ref ?? repo.defaultBranch)}`
  const html = `${repoHtml(state, repo)}/${type === 'dir' ? 'tree' : 'blob'}/${query.ref ?? repo.defaultBranch}/${path}`
  const git = `${repoApi(state, repo)}/git/${type === 'dir' ? 'trees' : 'blobs'}/${entry.sha}`
  return {
    type,
    size: entry.size ?? 0,
    name: entry.path.split('/').at(-1),
    path: entry.path,
    sha: entry.sha,
    url: self,
    git_url: git,
    html_url: html,
    download_url: type === 'file' ? `${repoHtml(state, repo)}/raw/${sha}/${path}` : null,
    _links: { self, git, html },
  }
}
