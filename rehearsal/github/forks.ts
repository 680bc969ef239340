import { findAccount } from './accounts.js'
import { foundOr404, Refusal } from './errors.js'
import { gitMaybe, gitText } from './git.js'
import type { Account } from './identities.js'
import { emptyRepository } from './repository.js'
import type { Pull, Repo, State } from './state.js'

/**
 * Copies a repository to an account: all its branches and tags, and nothing that is configured there. An account has one fork of a
 * repository; asked again, GitHub answers with that.
 *
 * @throws Refusal 422 where another repository has the name, 403 where the owner is the same.
 */
export async function createFork(state: State, repo: Repo, owner: Account, name = repo.name): Promise<Repo> {
  const known = forksOf(state, repo).find((fork) => fork.owner.toLowerCase() === owner.login.toLowerCase())
  if (known) return known
  if (owner.login.toLowerCase() === repo.owner.toLowerCase())
    throw new Refusal(403, 'Repositories cannot be forked to the account that owns them.')
  const fullName = `${owner.login}/${name}`
  if (state.repos.has(fullName.toLowerCase())) throw new Refusal(422, `Name already exists on this account: ${name}`)
  const fork = await emptyRepository(state, { repo: fullName, private: repo.private })
  fork.forkOf = repo.fullName
  fork.defaultBranch = repo.defaultBranch
  fork.description = repo.description ?? null
  await fetchFrom(fork, repo, '+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*')
  state.repos.set(fullName.toLowerCase(), fork)
  return fork
}

const forksOf = (state: State, repo: Repo): Repo[] =>
  [...state.repos.values()].filter(({ forkOf }) => forkOf === repo.fullName)

/** The repository that a pull request's head lies in. */
export const headRepo = (state: State, repo: Repo, { fork }: Pick<Pull, 'fork'>): Repo =>
  fork === undefined ? repo : foundOr404(state.repos.get(fork.toLowerCase()))

/** `branch`, or `owner:branch`, as a repository and a branch; undefined where that owner has no fork. */
export function headNamed(
  state: State,
  repo: Repo,
  name: string,
): { fork: string | undefined; branch: string } | undefined {
  const [owner = '', ...rest] = name.split(':')
  if (rest.length === 0) return { fork: undefined, branch: name }
  const branch = rest.join(':')
  if (owner.toLowerCase() === repo.owner.toLowerCase()) return { fork: undefined, branch }
  const fork = forksOf(state, repo).find((one) => one.owner.toLowerCase() === owner.toLowerCase())
  return fork && { fork: fork.fullName, branch }
}

/** `owner:branch`, as GitHub shows a head. */
export const headLabel = (state: State, repo: Repo, pull: Pick<Pull, 'fork' | 'head'>): string =>
  `${headRepo(state, repo, pull).owner}:${pull.head}`

/** A fork's commits are to be had in the repository as well, as on GitHub: only its own refs do not lead there. */
export async function bringCommit(repo: Repo, from: Repo, sha: string): Promise<void> {
  if (repo === from || (await gitMaybe(repo.gitDir, ['cat-file', '-e', `${sha}^{commit}`])) !== undefined) return
  await fetchFrom(repo, from, sha)
}

async function fetchFrom(repo: Repo, from: Repo, ...what: string[]): Promise<void> {
  await gitText(repo.gitDir, ['fetch', '--quiet', '--no-write-fetch-head', '--no-auto-gc', from.gitDir, ...what])
}

/** The account that a fork goes to: whoever asks, or the organisation that they name. */
export const forkOwner = (state: State, actor: Account, organization: string | undefined): Account =>
  organization === undefined ? actor : foundOr404(findAccount(state, organization))
