import { repoRef } from '../../shared/github/client.js'
import { repoNames } from '../fixtures/names.js'
import type { RehearsalUser } from '../fixtures/users.js'
import { mergeWhenClear } from './queue.js'
import type { Scene, SceneMerge } from './scene.js'
import { waitUntil } from './until.js'

export interface BumpSeen {
  number: number
  /** Its commit. */
  head: string
}

const deploy = repoRef(repoNames.deploy)

/** Merges a change upstream when the deploy queue is green, and waits for the pull request that bumps it. */
export async function mergeUpstream(scene: Scene, merge: SceneMerge): Promise<BumpSeen & { upstream: number }> {
  const { who, component, change } = merge
  const upstream = await who.propose(repoNames[component], change)
  await mergeWhenClear(scene, who, repoNames[component], upstream)
  return { ...(await bumpBy(scene, who, component)), upstream }
}

/** The pull request that bumps a component, assigned to whoever merged upstream. */
export async function bumpBy(scene: Scene, who: RehearsalUser, component: SceneMerge['component']): Promise<BumpSeen> {
  const { installation, timeline, expectations } = scene
  const { olga } = installation.people
  timeline.waitFor(`the ${component}'s new version, and the pull request that deploys it`)
  const bump = await waitUntil(`a bump of ${component}`, 60, async () => {
    const head = `${deploy.owner}:lockstep/bump/${component}`
    return (await olga.github.rest.pulls.list({ ...deploy, head })).data.find(({ assignees }) => assignees?.length)
  })
  const duty = bump.assignees?.map(({ login }) => login).join(', ')
  expectations.expect(`a pull request bumps ${component}, and is assigned to ${who.login}`, duty === who.login)
  return { number: bump.number, head: bump.head.sha }
}

export interface CheckSeen {
  id: number
  conclusion: string | null
  title: string
}

/** The gate's conclusion about a commit; another one than `not`, where it was asked again. */
export async function gateSays({ installation, timeline }: Scene, head: string, not?: string): Promise<CheckSeen> {
  timeline.waitFor('the gate')
  return waitUntil('the gate', 60, async () => {
    const { data } = await installation.people.olga.github.rest.checks.listForRef({
      ...deploy,
      ref: head,
      check_name: 'lockstep / gate',
    })
    const check = data.check_runs.find(({ status, conclusion }) => status === 'completed' && conclusion !== not)
    return check && { id: check.id, conclusion: check.conclusion, title: check.output.title ?? '' }
  })
}

/** The plan's comments under a pull request, once there is one. */
export async function planUnder({ installation, timeline }: Scene, number: number): Promise<string[]> {
  timeline.waitFor('the plan')
  return waitUntil('the plan', 60, async () => {
    const { data } = await installation.people.olga.github.rest.issues.listComments({ ...deploy, issue_number: number })
    const plans = data.map(({ body }) => body ?? '').filter((body) => body.startsWith('<!-- lockstep:plan -->'))
    return plans.length > 0 ? plans : undefined
  })
}

export interface DeployRun {
  id: number
  conclusion: string | null
}

/** How the deploy of a merged pull request ended. */
export async function deployOf({ installation }: Scene, number: number): Promise<DeployRun> {
  const { olga } = installation.people
  // Longer than any deploy takes, also on a machine that does other things meanwhile.
  return waitUntil('the deploy', 900, async () => {
    const runs = await olga.github.rest.actions.listWorkflowRuns({ ...deploy, workflow_id: 'deploy.yml' })
    const { data } = await olga.github.rest.pulls.get({ ...deploy, pull_number: number })
    const run = runs.data.workflow_runs.find(
      ({ head_sha, status }) => head_sha === data.merge_commit_sha && status === 'completed',
    )
    return run && { id: run.id, conclusion: run.conclusion }
  })
}
