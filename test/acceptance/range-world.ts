import { setTimeout as delay } from 'node:timers/promises'
import { collectCommitRange } from '../../actions/helm-deploy/commits/commit-range-facts.js'
import type { CommitRangeFacts } from '../../actions/helm-deploy/commits/commit-range-types.js'
import { workspaceAt } from '../../shared/foundation/workspace.js'
import { connectGitHub } from '../../shared/github/client.js'
import { workspacePolicy } from '../../shared/runtime/workspace-policy.js'
import { type DeployWorld, deploy } from './deploy-world.js'

/** A bump of the newest version upstream, let in by the gate and merged; returns its commit on main. */
export async function mergeBump(world: DeployWorld): Promise<string> {
  const pr = await world.open(await world.bump(await world.publish()))
  await world.check(pr)
  return world.merge(pr)
}

export interface Asked {
  facts: CommitRangeFacts
  /** Requests to GitHub about the deploy repo, and about others. */
  own: number
  upstream: number
  /** How many requests to the deploy repo were under way at once. */
  most: number
  /** Seconds. */
  seconds: number
}

/** The range check of main's newest commit with a job's token, and what it asks. */
export async function askRange(world: DeployWorld): Promise<Asked> {
  const sha = await world.head()
  const workspace = workspaceAt(await world.checkout(sha))
  const { github, tokens } = world
  const client = () => connectGitHub(tokens.job, { apiUrl: github.url }, { warning: () => {} })
  const own = client()
  let [underWay, most] = [0, 0]
  own.hook.wrap('request', async (request, options) => {
    underWay += 1
    most = Math.max(most, underWay)
    try {
      return await request(options)
    } finally {
      underWay -= 1
    }
  })
  const clock = { now: () => new Date(), sleep: async (ms: number) => void (await delay(ms)) }
  const run = { repository: deploy, sha }
  const context = { policy: await workspacePolicy(workspace), workspace, github: own, upstream: client() }
  const before = github.requests.length
  const begun = performance.now()
  const facts = await collectCommitRange({ ...context, world: { run, clock, http: fetch } as never })
  const seconds = (performance.now() - begun) / 1000
  const asked = github.requests.slice(before)
  const upstream = asked.filter(({ path }) => path.startsWith('/repos/') && !path.startsWith(`/repos/${deploy}`)).length
  return { facts, own: asked.length - upstream, upstream, most, seconds }
}
