import type { Runtime } from '../../../shared/action/runtime.js'
import type { BinderBuildCheck, BinderLaunchCheck } from '../../../shared/policy/smoke-types.js'
import type { Redaction } from '../redaction.js'
import type { CheckFound, CheckTry } from '../repeat.js'
import { askServer } from './ask-server.js'
import { type CleanupState, keepForCleanup } from './cleanup-state.js'
import { followBuild } from './follow-build.js'
import { freshBranch, makeFreshCommit } from './fresh-commit.js'
import { wasBuilt } from './judge-build.js'

export interface BinderGround extends CleanupState {
  world: Pick<Runtime, 'http' | 'github' | 'run' | 'cancelled'>
  redaction: Redaction
}

/** Launches cost the cluster much more than a page: so much patience (ms) between two. */
const pause = 15_000

/** Builds and launches a repository, asks its server, and shuts it down whatever happened. */
export async function askLaunch(check: BinderLaunchCheck, turn: CheckTry, ground: BinderGround): Promise<CheckFound> {
  const found = await launch(`${check.provider}/${check.repo}/${encodeURIComponent(check.ref)}`, check, turn, ground)
  return { wait: pause, ...found }
}

/** The same for an image that cannot have been built before, because its commit is made for it. */
export async function askBuild(check: BinderBuildCheck, turn: CheckTry, ground: BinderGround): Promise<CheckFound> {
  const branch = freshBranch(check)
  return keepForCleanup(branch, ground, turn, async () => {
    const sha = await makeFreshCommit(check, branch, ground.world).catch(wordsOf)
    if (!/^[0-9a-f]{40}$/.test(sha)) return { is: 'unknown', came: `no commit could be made in ${check.repo}: ${sha}` }
    turn.tell(`made the commit ${sha.slice(0, 7)} in ${check.repo}`)
    return { wait: pause, ...(await launch(`gh/${check.repo}/${sha}`, check, turn, ground, true)) }
  })
}

async function launch(
  spec: string,
  check: BinderLaunchCheck | BinderBuildCheck,
  turn: CheckTry,
  ground: BinderGround,
  fresh = false,
): Promise<CheckFound> {
  const { http, cancelled } = ground.world
  const query = check.buildToken === '' ? '' : `?build_token=${encodeURIComponent(check.buildToken)}`
  const began = Date.now()
  const launched = await followBuild(http, `${check.url.replace(/\/$/, '')}/build/${spec}${query}`, turn, cancelled)
  if ('is' in launched) return launched
  ground.redaction.add(launched.token)
  const after = `ready after ${((Date.now() - began) / 1000).toFixed(1)} s`
  return keepForCleanup({ kind: 'launched', url: launched.url, token: launched.token }, ground, turn, async () => {
    if (fresh && !wasBuilt(launched.first))
      return { is: 'unknown', came: `${after}, but nothing was built: an image existed already` }
    const found = await askServer(http, launched, check.code, turn.signal, turn.left)
    return { is: found.is, came: `${after}, ${found.came}` }
  })
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
