import type { World } from '../../../shared/action/world.js'
import type { BinderBuildCheck, BinderLaunchCheck } from '../../../shared/policy/smoke-types.js'
import type { Redaction } from '../redaction.js'
import type { Found, Turn } from '../repeat.js'
import { askServer } from './ask-server.js'
import { followBuild } from './follow-build.js'
import { freshBranch, makeFreshCommit } from './fresh-commit.js'
import { wasBuilt } from './judge-build.js'
import { type Keeper, keeping } from './keeping.js'

export interface BinderGround extends Keeper {
  world: Pick<World, 'http' | 'github' | 'run' | 'cancelled'>
  redaction: Redaction
}

/** Launches cost the cluster much more than a page: so much patience (ms) between two. */
const pause = 15_000

/** Builds and launches a repository, asks its server, and shuts it down whatever happened. */
export async function askLaunch(check: BinderLaunchCheck, turn: Turn, ground: BinderGround): Promise<Found> {
  const found = await launch(`${check.provider}/${check.repo}/${encodeURIComponent(check.ref)}`, check, turn, ground)
  return { wait: pause, ...found }
}

/** The same for an image that cannot have been built before, because its commit is made for it. */
export async function askBuild(check: BinderBuildCheck, turn: Turn, ground: BinderGround): Promise<Found> {
  const branch = freshBranch(check)
  return keeping(branch, ground, turn, async () => {
    const sha = await makeFreshCommit(check, branch, ground.world).catch(wordsOf)
    if (!/^[0-9a-f]{40}$/.test(sha)) return { is: 'unknown', came: `no commit could be made in ${check.repo}: ${sha}` }
    turn.tell(`made the commit ${sha.slice(0, 7)} in ${check.repo}`)
    return { wait: pause, ...(await launch(`gh/${check.repo}/${sha}`, check, turn, ground, true)) }
  })
}

async function launch(
  spec: string,
  check: BinderLaunchCheck | BinderBuildCheck,
  turn: Turn,
  ground: BinderGround,
  fresh = false,
): Promise<Found> {
  const { http, cancelled } = ground.world
  const query = check.buildToken === '' ? '' : `?build_token=${encodeURIComponent(check.buildToken)}`
  const began = Date.now()
  const launched = await followBuild(http, `${check.at.replace(/\/$/, '')}/build/${spec}${query}`, turn, cancelled)
  if ('is' in launched) return launched
  ground.redaction.add(launched.token)
  const after = `ready after ${((Date.now() - began) / 1000).toFixed(1)} s`
  return keeping({ kind: 'launched', url: launched.url, token: launched.token }, ground, turn, async () => {
    if (fresh && !wasBuilt(launched.first))
      return { is: 'unknown', came: `${after}, but nothing was built: there was an image already` }
    const found = await askServer(http, launched, check.code, turn.signal, turn.left)
    return { is: found.is, came: `${after}, ${found.came}` }
  })
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
