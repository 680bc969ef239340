import { connectGitHub, type GitHub, type RepoRef } from '../../shared/github/client.js'
import { type AppKey, type TestApp, testApp } from './app.js'
import { type Place, placeIn } from './place.js'
import { NotSettled } from './probe.js'
import { deleteAll, makeRepository, newName, type Owner } from './repositories.js'

export interface Tools {
  apiUrl: string
  log: { warning(message: string): void }
  /** Asks again and again until there is a value. @throws NotSettled after the patience. */
  until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T>
  /** Waits as long as GitHub may take for what follows from a change by itself. */
  settle(): Promise<void>
}

export interface Options {
  apiUrl: string
  owner: string
  /** A person's token: repo, workflow, delete_repo. */
  token: string
  app: AppKey
  app2?: AppKey | undefined
  /** Milliseconds: between two looks at the same thing, and until a row counts as not settled. */
  patience: { every: number; atMost: number }
  say(line: string): void
  /** When this is over, nothing more is made or waited for. */
  stopped: AbortSignal
  /** Milliseconds that GitHub gets for what follows by itself, such as test merges. */
  settling: number
}

/** What the probes of the rows ask with. Repositories are made when they are first asked for. */
export interface ProbeSession extends Tools {
  owner: Owner
  user: GitHub
  /** Login of the person. */
  person: string
  app: TestApp
  /** @throws NotSettled where no second App was given. */
  second(): TestApp
  /** The throwaway repository of this purpose, the same for every probe that names it; public unless it is `private`. */
  place(purpose: string): Promise<Place>
  /** A fork of a place with the person. @throws NotSettled where the person owns the place. */
  fork(purpose: string): Promise<Place>
  /** Takes away all that was made. Returns what is still there. */
  cleanUp(): Promise<RepoRef[]>
}

export async function startProbeSession(options: Options): Promise<ProbeSession> {
  const { apiUrl, say, stopped } = options
  const tools: Tools = {
    ...{ apiUrl, log: { warning: say }, until: (what, ask) => until(what, ask, options) },
    settle: () => new Promise((done) => setTimeout(done, options.settling)),
  }
  const user = connectGitHub(options.token, tools, tools.log)
  const { data: me, headers } = await user.rest.users.getAuthenticated()
  const missing = missingScopes(headers['x-oauth-scopes'])
  if (missing.length > 0) throw new Error(`The token lacks the scopes ${missing.join(', ')}: see docs/probe.md.`)
  const owner = await ownerOf(user, options.owner)
  if (owner.kind === 'User' && owner.login !== me.login)
    throw new Error(`${owner.login} is another person's account: nothing can be made there.`)
  const app = await testApp(options.app, owner.login, tools)
  const app2 = options.app2 && (await testApp(options.app2, owner.login, tools))

  const made: RepoRef[] = []
  const places = new Map<string, Promise<Place>>()
  let ending = false
  const once = (key: string, make: () => Promise<Place>): Promise<Place> => {
    const known = places.get(key) ?? make()
    places.set(key, known)
    return known
  }
  const make = async (isPrivate: boolean): Promise<Place> => {
    if (ending || stopped.aborted) throw new NotSettled('The probe was stopped.')
    const repo = newName()
    // Written down first: what was made by a request that nobody saw the end of is taken away as well.
    made.push({ owner: owner.login, repo })
    say(`Makes the repository ${owner.login}/${repo}.`)
    await makeRepository(user, owner, repo, isPrivate)
    return placeIn({ owner: owner.login, repo }, user, await app.in(repo))
  }
  const session: ProbeSession = {
    ...tools,
    ...{ owner, user, person: me.login, app },
    second() {
      if (!app2) throw new NotSettled('It takes a second App: --app2-id and --app2-key.')
      return app2
    },
    place: (purpose) => once(purpose, () => make(purpose === 'private')),
    fork: (purpose) =>
      once(`fork of ${purpose}`, async () => {
        if (owner.kind === 'User')
          throw new NotSettled('It takes an organisation: a person cannot fork what is theirs.')
        const { ref } = await session.place(purpose)
        const mine = { owner: me.login, repo: ref.repo }
        if (ending) throw new NotSettled('The probe ends.')
        made.unshift(mine)
        say(`Forks ${ref.owner}/${ref.repo} to ${me.login}.`)
        await user.rest.repos.createFork({ ...ref })
        await tools.until('the fork', () => user.rest.git.getRef({ ...mine, ref: 'heads/main' }).catch(() => undefined))
        return placeIn(mine, user, user)
      }),
    async cleanUp() {
      ending = true
      // What is being made at this moment is waited for: it would be left behind.
      await Promise.allSettled(places.values())
      return deleteAll(user, made.splice(0), say)
    },
  }
  return session
}

export async function ownerOf(user: GitHub, name: string): Promise<Owner> {
  const { data } = await user.rest.users.getByUsername({ username: name })
  return { login: data.login, kind: data.type === 'Organization' ? 'Organization' : 'User' }
}

/** Scopes that a classic token lacks; of other tokens GitHub does not say what they may do. */
export function missingScopes(header: string | undefined): string[] {
  if (header === undefined) return []
  const has = header.split(',').map((scope) => scope.trim())
  return ['repo', 'workflow', 'delete_repo'].filter((scope) => !has.includes(scope))
}

async function until<T>(
  what: string,
  ask: () => Promise<T | undefined>,
  { patience: { every, atMost }, stopped }: Pick<Options, 'patience' | 'stopped'>,
): Promise<T> {
  const end = Date.now() + atMost
  for (;;) {
    if (stopped.aborted) throw new NotSettled('The probe was stopped.')
    const value = await ask()
    if (value !== undefined) return value
    if (Date.now() > end) throw new NotSettled(`Waited in vain for ${what}.`)
    await new Promise((done) => setTimeout(done, every))
  }
}
