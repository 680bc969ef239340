import { repoRef } from '../../shared/github/client.js'
import { clusters, repos } from '../world/names.js'
import type { Change, Person } from '../world/people.js'
import type { World } from '../world/world.js'
import { disagreements } from './agree.js'
import type { Expectations } from './expectations.js'
import { lookAtClusters, lookAtGit } from './look.js'
import type { Timeline } from './timeline.js'
import { until } from './until.js'

export interface Stage {
  world: World
  timeline: Timeline
  expectations: Expectations
}

interface Merge {
  who: Person
  component: 'hub' | 'builder'
  change: Change
}

/** The code lane once: a merge upstream, its bump by itself, the gate, the merge, every cluster verified. */
export async function playCodeLane(stage: Stage, { who, component, change }: Merge): Promise<void> {
  const { world, timeline, expectations } = stage
  const { olga } = world.people
  const upstream = repos[component]
  const deploy = repoRef(repos.deploy)
  timeline.tell({ who: '', what: `${who.login} merges a change of the ${component}`, mood: 'chapter' })

  await who.merge(upstream, await who.propose(upstream, change))

  timeline.waitFor(`the ${component}'s new version, and the pull request that deploys it`)
  const bump = await until(`a bump of ${component}`, 60, async () => {
    const head = `${deploy.owner}:lockstep/bump/${component}`
    return (await olga.github.rest.pulls.list({ ...deploy, head })).data.find(({ assignees }) => assignees?.length)
  })
  const duty = bump.assignees?.map(({ login }) => login).join(', ')
  expectations.expect(`a pull request bumps ${component} by itself, on duty of ${who.login}`, duty === who.login)

  timeline.waitFor('the gate')
  const check = await until('the gate', 60, async () => {
    const runs = await olga.github.rest.checks.listForRef({
      ...deploy,
      ref: bump.head.sha,
      check_name: 'lockstep / gate',
    })
    return runs.data.check_runs.find(({ status }) => status === 'completed')
  })
  const { data: reviews } = await olga.github.rest.pulls.listReviews({ ...deploy, pull_number: bump.number })
  expectations.expect(
    `the gate proves #${bump.number} to be nothing but the bump; nobody approved it`,
    check.conclusion === 'success' && reviews.length === 0,
  )

  await who.merge(repos.deploy, bump.number)
  timeline.waitFor(`${clusters.join(', ')}, wave by wave`)
  const run = await until('the deploy', 120, async () => {
    const runs = await olga.github.rest.actions.listWorkflowRuns({ ...deploy, workflow_id: 'deploy.yml' })
    const { data } = await olga.github.rest.pulls.get({ ...deploy, pull_number: bump.number })
    return runs.data.workflow_runs.find(
      ({ head_sha, status }) => head_sha === data.merge_commit_sha && status === 'completed',
    )
  })
  expectations.expect(`#${bump.number} is deployed to ${clusters.join(', ')}`, run.conclusion === 'success')
  await expectAgreement(stage)
}

/** ConfigMaps, running pods, deployment records and git must tell the same. */
export async function expectAgreement({ world, timeline, expectations }: Stage): Promise<void> {
  const git = await lookAtGit(world)
  const contradictions = await until('agreement', 20, async () => {
    // An old pod may take a moment to go after its deploy was verified.
    const found = disagreements(git, await lookAtClusters(world))
    return found.length === 0 ? found : undefined
  }).catch(async () => disagreements(git, await lookAtClusters(world)))
  for (const what of contradictions) timeline.tell({ who: 'check', what, mood: 'bad' })
  expectations.expect(
    `ConfigMaps, running pods, deployment records and git agree on ${git.commit.slice(0, 7)}`,
    contradictions.length === 0,
  )
}
