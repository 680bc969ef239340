import { repoRef } from '../../shared/github/client.js'
import { clusters, repos } from '../world/names.js'
import type { Person } from '../world/people.js'
import { disagreements } from './agree.js'
import { lookAtClusters, lookAtGit } from './look.js'
import type { Merge, Stage } from './stage.js'
import { deployOf, gateSays, mergeUpstream, planUnder } from './steps.js'
import { until } from './until.js'

/** The code lane once: a merge upstream, its bump by itself, the gate, the merge, every cluster verified. Returns the bump's number. */
export async function playCodeLane(stage: Stage, merge: Merge): Promise<number> {
  const { world, timeline, expectations } = stage
  const { who, component } = merge
  timeline.tell({ who: '', what: `${who.login} merges a change of the ${component}`, mood: 'chapter' })
  const bump = await mergeUpstream(stage, merge)
  const check = await gateSays(stage, bump.head)
  const { data: reviews } = await world.people.olga.github.rest.pulls.listReviews({
    ...repoRef(repos.deploy),
    pull_number: bump.number,
  })
  expectations.expect(
    `the gate proves #${bump.number} to be nothing but the bump; nobody approved it`,
    check.conclusion === 'success' && reviews.length === 0,
  )
  const plans = await planUnder(stage, bump.number)
  expectations.expect(
    `one comment under #${bump.number} says what restarts on ${clusters.join(', ')}`,
    plans.length === 1 && clusters.every((cluster) => restartsOn(plans[0] ?? '', cluster)),
  )
  await mergeAndVerify(stage, who, bump.number)
  return bump.number
}

/** Clusters with the same changes share a heading. */
const restartsOn = (plan: string, cluster: string): boolean =>
  plan.split('\n#### ').some((part) => {
    const [heading = '', ...rest] = part.split('\n')
    return heading.split(', ').includes(cluster) && rest.some((line) => line.includes('Deployment hub restarts'))
  })

/** Merges a pull request of the deploy repo, and expects every cluster to be verified. */
export async function mergeAndVerify(stage: Stage, who: Person, number: number): Promise<void> {
  const { timeline, expectations } = stage
  await who.merge(repos.deploy, number)
  timeline.waitFor(`${clusters.join(', ')}, wave by wave`)
  const run = await deployOf(stage, number)
  expectations.expect(`#${number} is deployed to ${clusters.join(', ')}`, run.conclusion === 'success')
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
