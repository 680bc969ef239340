import { type TokenUse, type TokenUses, tokenUses } from '../action/tokens.js'
import { UserError } from '../foundation/errors.js'
import { showPermissions } from '../foundation/permissions.js'
import type { ActionName } from '../foundation/result.js'
import type { AppKey } from '../github/app-tokens.js'
import type { GitHub } from '../github/client.js'
import type { Token } from '../github/token.js'

/** What the tokens of a mode are made of. */
export interface TokenSources {
  /** The workflow's own repository, `owner/name`. */
  repository: string
  connect(token: Token): GitHub
  /** Called with each token that was made, before it is used: it is masked, and revoked after the job. */
  made(token: string): void
}

export const usesOf = (action: ActionName, mode: string): TokenUses =>
  (tokenUses[action] as Record<string, TokenUses>)[mode] ?? {}

/** The App that a workflow passes on; undefined where it passes none. */
function appOf(read: (name: string) => string): AppKey | undefined {
  const [id, key] = [read('app-id'), read('app-key')]
  return id === '' || key === '' ? undefined : { id, key }
}

/**
 * Whether every token that the mode needs is there, or can be made.
 *
 * @param read gives an input's text.
 * @throws UserError `input-invalid`
 */
export function requireTokens(uses: TokenUses, read: (name: string) => string): void {
  const app = appOf(read)
  const missing = Object.entries(uses).filter(
    ([name, { of, dispensable }]) => !dispensable && read(name) === '' && (of === 'job' || !app),
  )
  const half = ['app-id', 'app-key'].filter((name) => read(name) === '')
  if (half.length === 1 && missing.some(([, { of }]) => of !== 'job')) {
    throw new UserError('input-invalid', `Input "${half[0]}" is missing: an App has both.`, { fix: appFix })
  }
  const [first] = missing
  if (!first) return
  const [name, { of, permissions }] = first
  const whose = of === 'job' ? "the job's own token" : `a token of the ${of} App`
  throw new UserError(
    'input-invalid',
    `Input "${name}" is missing: ${whose} is needed (${showPermissions(Object.entries(permissions))}).`,
    { fix: of === 'job' ? jobFix(name) : appFix },
  )
}

const jobFix = (name: string): string =>
  `Add "${name}: \${{ github.token }}" under "with:" of this step, and these "permissions:" to its job.`

const appFix =
  'Add "app-id:" and "app-key:" under "with:" of this step. If they are there, what they refer to is empty: does the job name the environment that has the secret, is that variable set?'

/**
 * The tokens of a mode that nobody gave ready, each with exactly what the mode needs.
 *
 * The one for the workflow's own or the deploy repo is made at once; those for upstream repositories, of any owner, are made when
 * something is asked of them.
 *
 * @param read gives an input's text.
 */
export async function makeTokens(
  uses: TokenUses,
  read: (name: string) => string,
  { repository, connect, made }: TokenSources,
): Promise<Record<string, Token>> {
  const app = appOf(read)
  const wanted = Object.entries(uses).filter(([name, { of }]) => of !== 'job' && read(name) === '')
  if (!app || wanted.length === 0) return {}
  const { appItself, mintToken } = await import(/* webpackMode: "eager" */ '../github/app-tokens.js')
  const itself = connect(appItself(app))
  const mint = async ({ of, permissions, optional }: TokenUse, repo: string): Promise<string> => {
    const token = await mintToken(itself, repo, permissions, optional)
    if (token === undefined) throw notInstalled(of, repo)
    made(token)
    return token
  }
  const own = async ([name, use]: [string, TokenUse]): Promise<[string, string]> => {
    const repo = (use.on === 'deploy-repo' && read('deploy-repo')) || repository
    return [name, await orWithout(use, '', () => mint(use, repo))]
  }
  const upstream = wanted.filter(([, use]) => use.on === 'upstream')
  const tokens = Object.fromEntries(await Promise.all(wanted.filter((one) => !upstream.includes(one)).map(own)))
  // What anybody may read upstream is read all the same where the App is not installed there.
  const reader = read('token') || (tokens.token ?? '')
  const lazy = upstream.map(([name, use]): [string, Token] => [
    name,
    forEachRepository((repo) => orWithout(use, reader, () => mint(use, repo))),
  ])
  return { ...tokens, ...Object.fromEntries(lazy) }
}

async function orWithout(use: TokenUse, without: string, make: () => Promise<string>): Promise<string> {
  try {
    return await make()
  } catch (error) {
    if (use.dispensable && error instanceof UserError && error.reason === 'missing-permission') return without
    throw error
  }
}

const notInstalled = (of: TokenUse['of'], repo: string): UserError =>
  new UserError('missing-permission', `The ${of} App is not installed on ${repo}.`, {
    fix: "Install it there: the App's page, Install App; docs/adopting.md says with which permissions.",
  })

/** One token for each repository, made once. */
function forEachRepository(make: (repo: string) => Promise<string>): Token {
  const made = new Map<string, Promise<string>>()
  return (repo) => {
    if (repo === undefined) throw new Error('A request of an upstream client names no repository.')
    const name = repo.toLowerCase()
    const token = made.get(name) ?? make(repo)
    made.set(name, token)
    // What failed is tried again by the next request.
    token.catch(() => made.delete(name))
    return token
  }
}
