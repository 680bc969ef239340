import { findAccount } from '../accounts.js'
import type { GitCommit, GitPerson } from '../git-commits.js'
import type { GitFileChange } from '../git-diff.js'
import type { Account, App } from '../identities.js'
import type { Repo, State } from '../state.js'

type Json = Record<string, unknown>

/** GitHub's opaque ids: only equal or not. */
export const nodeId = (kind: string, id: number | string): string => Buffer.from(`${kind}:${id}`).toString('base64url')

export const repoApi = (state: State, repo: Repo): string => `${state.url}/repos/${repo.fullName}`
export const repoHtml = (state: State, repo: Repo): string => `${state.url}/${repo.fullName}`

export function userShape(state: State, account: Account): Json {
  const { login, id, type } = account
  const api = `${state.url}/users/${encodeURIComponent(login)}`
  const html = type === 'Bot' ? `${state.url}/apps/${login.replace('[bot]', '')}` : `${state.url}/${login}`
  return {
    login,
    id,
    node_id: nodeId(type, id),
    avatar_url: `${state.url}/avatars/${id}`,
    gravatar_id: '',
    url: api,
    html_url: html,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type,
    user_view_type: 'public',
    site_admin: false,
  }
}

/** Of an App. */
export const clientId = (appId: number): string => `Iv1.${appId}`

export function appShape(state: State, app: App): Json {
  const owner = findAccount(state, 'github') ?? { login: 'github', id: 9919, type: 'Organization' as const }
  return {
    id: app.id,
    client_id: clientId(app.id),
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: userShape(state, owner),
    name: app.slug,
    description: '',
    external_url: `${state.url}/apps/${app.slug}`,
    html_url: `${state.url}/apps/${app.slug}`,
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    permissions: app.permissions,
    events: [],
  }
}

/** For `performed_via_github_app`. */
export const viaApp = (state: State, app: App | undefined): Json | null => (app ? appShape(state, app) : null)

/** The account behind an address such as `12+ada@users.noreply.github.com`. */
export function accountOfEmail(state: State, email: string): Account | undefined {
  const [, login] = /^(?:\d+\+)?(.+)@users\.noreply\.github\.com$/.exec(email) ?? []
  return login === undefined ? undefined : findAccount(state, login)
}

const userOf = (state: State, person: GitPerson): Json | null => {
  const account =
    person.email === 'noreply@github.com' ? findAccount(state, 'web-flow') : accountOfEmail(state, person.email)
  return account ? userShape(state, account) : null
}

const verification = (repo: Repo, sha: string): Json =>
  repo.verified.has(sha)
    ? { verified: true, reason: 'valid', signature: 'emulated', payload: 'emulated', verified_at: null }
    : { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null }

/** The commit object of git's own (`/git/commits`). */
export function gitCommitShape(state: State, repo: Repo, commit: GitCommit): Json {
  const api = `${repoApi(state, repo)}/git`
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    url: `${api}/commits/${commit.sha}`,
    html_url: `${repoHtml(state, repo)}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.tree, url: `${api}/trees/${commit.tree}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${repoHtml(state, repo)}/commit/${sha}`,
    })),
    verification: verification(repo, commit.sha),
  }
}

/** The commit as the repository's history shows it (`/commits`). */
export function commitShape(state: State, repo: Repo, commit: GitCommit): Json {
  const api = repoApi(state, repo)
  return {
    sha: commit.sha,
    node_id: nodeId('Commit', commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.tree, url: `${api}/git/trees/${commit.tree}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: verification(repo, commit.sha),
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${repoHtml(state, repo)}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: userOf(state, commit.author),
    committer: userOf(state, commit.committer),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${repoHtml(state, repo)}/commit/${sha}`,
    })),
  }
}

export function fileShape(state: State, repo: Repo, ref: string, file: GitFileChange): Json {
  const path = file.filename.split('/').map(encodeURIComponent).join('/')
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${repoHtml(state, repo)}/blob/${ref}/${path}`,
    raw_url: `${repoHtml(state, repo)}/raw/${ref}/${path}`,
    contents_url: `${repoApi(state, repo)}/contents/${path}?ref=${ref}`,
    ...(file.patch !== undefined && { patch: file.patch }),
    ...(file.previous !== undefined && { previous_filename: file.previous }),
  }
}
