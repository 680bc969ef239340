import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Account, App, Caller, Installation } from './identities.js'
import type { Repo, State } from './state.js'
import type { Emulator, Permissions, Role } from './types.js'

/** The app whose tokens jobs get, with GitHub's own id. */
export const actionsApp = { id: 15368, slug: 'github-actions' } as const

const hour = 3_600_000

export const randomToken = (prefix: string): string =>
  `${prefix}_${randomBytes(27).toString('base64url').replace(/[-_]/g, 'x')}`

export function addAccount(state: State, login: string, type: Account['type'], id = state.nextId()): Account {
  const account = { login, id, type }
  state.accounts.set(login.toLowerCase(), account)
  return account
}

export const findAccount = (state: State, login: string): Account | undefined => state.accounts.get(login.toLowerCase())

/** The owner of a repository; one that nobody made as a user is an organisation. */
export const ownerAccount = (state: State, login: string): Account =>
  findAccount(state, login) ?? addAccount(state, login, 'Organization')

export function createUser(state: State, login: string): ReturnType<Emulator['createUser']> {
  const account = addAccount(state, login, 'User')
  const token = randomToken('ghp')
  state.tokens.set(token, { caller: { kind: 'user', account }, expires: Number.POSITIVE_INFINITY })
  return { login, id: account.id, token }
}

/** A pair takes 0.1 s to find: the emulators of one process share theirs; two Apps of one emulator never do. */
function keyPair(index: number): { publicKey: string; privateKey: string } {
  const pair = keyPairs[index]
  if (pair) return pair
  const made = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  keyPairs[index] = made
  return made
}
const keyPairs: { publicKey: string; privateKey: string }[] = []

export function createApp(
  state: State,
  { id, slug, permissions, bot = usualBot(id) }: { id: number; slug: string; permissions: Permissions; bot?: number },
): ReturnType<Emulator['createApp']> {
  const { publicKey, privateKey } = keyPair(state.apps.size)
  addApp(state, { id, slug, permissions, publicKey }, bot)
  return { id, slug, bot, privateKey }
}

/** The user id of an App's bot where a test chooses none, so that a policy can be written before the App is there. */
export const usualBot = (appId: number): number => 90_000_000 + appId

/** An App's bot is a user of its own: its id is not the App's. */
export function addApp(state: State, app: Omit<App, 'bot'>, botId: number): App {
  const complete = { ...app, bot: addAccount(state, `${app.slug}[bot]`, 'Bot', botId) }
  state.apps.set(app.id, complete)
  return complete
}

/** A renamed App has another slug and login; its id and its bot's stay. */
export function renameApp(state: State, id: number, slug: string): void {
  const app = appOfId(state, id)
  state.accounts.delete(app.bot.login.toLowerCase())
  app.slug = slug
  app.bot.login = `${slug}[bot]`
  state.accounts.set(app.bot.login, app.bot)
}

export function changeApp(state: State, id: number, change: Pick<Partial<App>, 'permissions' | 'deviceFlow'>): void {
  Object.assign(appOfId(state, id), change)
}

export function suspendInstallation(state: State, id: number, repo: Repo, suspended: boolean): void {
  const installation = installationOf(state, appOfId(state, id), repo)
  if (!installation) throw new Error(`The App ${id} is not installed on ${repo.fullName}.`)
  installation.suspendedAt = suspended ? new Date().toISOString() : undefined
}

function appOfId(state: State, id: number): App {
  const app = state.apps.get(id)
  if (!app) throw new Error(`There is no App ${id}.`)
  return app
}

export function installApp(state: State, appId: number, repo: Repo, permissions?: Permissions): number {
  const app = state.apps.get(appId)
  if (!app) throw new Error(`There is no App ${appId}: create it before installing it.`)
  const existing = state.installations.find((one) => one.app === app && one.owner === repo.owner)
  const installation: Installation = existing ?? { id: state.nextId(), app, owner: repo.owner, repositories: new Map() }
  if (!existing) state.installations.push(installation)
  installation.repositories.set(repo.fullName, permissions ?? app.permissions)
  return installation.id
}

export function installOnAll(state: State, appId: number, owner: string): number {
  const app = state.apps.get(appId)
  if (!app) throw new Error(`There is no App ${appId}: create it before installing it.`)
  ownerAccount(state, owner)
  const own = [...state.repos.values()].filter((repo) => repo.owner === owner)
  const repositories = new Map(own.map(({ fullName }) => [fullName, app.permissions]))
  const installation = { id: state.nextId(), app, owner, repositories, onAll: app.permissions }
  state.installations.push(installation)
  return installation.id
}

export const installationOf = (state: State, app: App, repo: Repo): Installation | undefined =>
  state.installations.find((one) => one.app === app && one.repositories.has(repo.fullName))

/** Stores a token that ends after an hour, as GitHub's do. */
export function issueToken(state: State, prefix: string, caller: Caller): { token: string; expires: Date } {
  const token = randomToken(prefix)
  const expires = Date.now() + hour
  state.tokens.set(token, { caller, expires })
  return { token, expires: new Date(expires) }
}

/** A user's role in a repository; `none` for a private one's strangers. */
export function roleOf(repo: Repo, login: string): Role | 'none' {
  if (login.toLowerCase() === repo.owner.toLowerCase()) return 'admin'
  return repo.collaborators.get(login.toLowerCase()) ?? (repo.private ? 'none' : 'read')
}

/** Whether the login may be assigned: somebody with access of their own, which reading in public is not. */
export const hasAccess = (repo: Repo, login: string): boolean =>
  login.toLowerCase() === repo.owner.toLowerCase() || repo.collaborators.has(login.toLowerCase())

/** What a token of an App may do in a repository; undefined where it has no part in it. */
export function grantedIn(repo: Repo, caller: Caller): Permissions | undefined {
  if (caller.kind === 'job')
    return caller.repo === repo.fullName ? { metadata: 'read', ...caller.permissions } : undefined
  if (caller.kind !== 'installation') return undefined
  if (caller.repositories && !caller.repositories.includes(repo.fullName)) return undefined
  const installed = caller.installation.repositories.get(repo.fullName)
  return installed && { metadata: 'read', ...narrow(installed, caller.permissions) }
}

function narrow(installed: Permissions, asked: Permissions | undefined): Permissions {
  if (!asked) return installed
  const kept = Object.entries(asked).filter(([name]) => installed[name])
  return Object.fromEntries(kept.map(([name, level]) => [name, installed[name] === 'write' ? level : 'read']))
}

/** The account that acts; requests without a token have none. */
export const accountOf = (caller: Caller): Account | undefined => (caller.kind === 'none' ? undefined : caller.account)
export const appOf = (caller: Caller): App | undefined =>
  caller.kind === 'installation' || caller.kind === 'job' || caller.kind === 'app' ? caller.app : undefined
