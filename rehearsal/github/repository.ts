import { appendFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addAccount, findAccount, ownerAccount } from './accounts.js'
import { gitText } from './git.js'
import { commitTree, editTree, writeBlob } from './git-commits.js'
import type { Repo, State } from './state.js'
import type { Emulator } from './types.js'
import { personOf } from './users.js'

/** Refuses the refs that smart-http.ts found fault with, and passes the reason on to the person who pushes. */
const updateHook = `#!/bin/sh
case "$REFUSED_REFS" in
*" $1 "*) printf '%s\\n' "$REFUSED_WHY" >&2; exit 1 ;;
esac
`

// As on GitHub: any commit can be fetched by its SHA, nobody writes pull requests' refs.
const configuration = `[uploadpack]
	allowAnySHA1InWant = true
	allowFilter = true
[receive]
	hideRefs = refs/pull
	autogc = false
[http]
	receivepack = true
[gc]
	auto = 0
`

/** Makes a repository with one commit on its default branch; it causes no event. */
export async function createRepository(
  state: State,
  options: Parameters<Emulator['createRepository']>[0],
): Promise<void> {
  const repo = await emptyRepository(state, options)
  const sha = await firstCommit(state, repo, options)
  await gitText(repo.gitDir, ['update-ref', `refs/heads/${repo.defaultBranch}`, sha])
  state.repos.set(options.repo.toLowerCase(), repo)
}

/** A repository without a commit, which nobody knows of yet. */
export async function emptyRepository(
  state: State,
  options: Omit<Parameters<Emulator['createRepository']>[0], 'files'>,
): Promise<Repo> {
  const [owner = '', name = ''] = options.repo.split('/')
  if (!/^[\w.-]+\/[\w.-]+$/.test(options.repo)) throw new Error(`Not a repository's name: ${options.repo}`)
  if (state.repos.has(options.repo.toLowerCase())) throw new Error(`There is a repository ${options.repo} already.`)
  ownerAccount(state, owner)
  const { defaultBranch = 'main' } = options
  const gitDir = join(state.dir, owner, `${name}.git`)
  await mkdir(gitDir, { recursive: true })
  await gitText(gitDir, ['init', '--quiet', '--bare', `--initial-branch=${defaultBranch}`, '--template='])
  await appendFile(join(gitDir, 'config'), configuration)
  await mkdir(join(gitDir, 'hooks'), { recursive: true })
  await writeFile(join(gitDir, 'hooks', 'update'), updateHook, { mode: 0o755 })

  return {
    id: state.nextId(),
    owner,
    name,
    fullName: options.repo,
    private: options.private ?? false,
    createdAt: state.now(),
    gitDir,
    defaultBranch,
    environments: new Map(),
    secrets: {},
    variables: {},
    adminsMayBypass: false,
    collaborators: new Map(
      Object.entries(options.collaborators ?? {}).map(([login, role]) => [login.toLowerCase(), role]),
    ),
    issues: new Map(),
    labels: (options.labels ?? []).map((name) => ({ id: state.nextId(), name, color: 'ededed', description: null })),
    checks: [],
    statuses: [],
    deployments: [],
    activities: [],
    runs: [],
    verified: new Set(),
  }
}

async function firstCommit(
  state: State,
  repo: Repo,
  options: Parameters<Emulator['createRepository']>[0],
): Promise<string> {
  const blobs = await Promise.all(
    Object.entries(options.files).map(async ([path, content]) => ({
      path,
      mode: '100644',
      sha: await writeBlob(repo.gitDir, Buffer.from(content)),
    })),
  )
  const tree = await editTree(repo.gitDir, undefined, blobs)
  const login = options.author ?? repo.owner
  const author = personOf(findAccount(state, login) ?? addAccount(state, login, 'User'), state.now())
  const message = options.message ?? 'Initial commit'
  return commitTree(repo.gitDir, { tree, parents: [], message, author, committer: author })
}
