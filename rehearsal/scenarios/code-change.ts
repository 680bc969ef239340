import { repoRef } from '../../shared/github/client.js'
import { clusterNames, repoNames } from '../fixtures/names.js'
import type { RehearsalUser } from '../fixtures/users.js'
import { findDisagreements } from './agree.js'
import { inspectClusters, inspectGit } from './inspect.js'
import type { Scene, SceneMerge } from './scene.js'
import { deployOf, gateSays, mergeUpstream, planUnder } from './steps.js'
import { waitUntil } from './until.js'

/** One code change: a merge upstream, its bump, the gate, the merge, every cluster verified. Returns the bump's number. */
export async function playCodeChange(scene: Scene, merge: SceneMerge): Promise<number> {
  const { installation, timeline, expectations } = scene
  const { who, component } = merge
  timeline.tell({ who: '', what: `${who.login} merges a change of the ${component}`, mood: 'chapter' })
  const bump = await mergeUpstream(scene, merge)
  const check = await gateSays(scene, bump.head)
  const { data: reviews } = await installation.people.olga.github.rest.pulls.listReviews({
    ...repoRef(repoNames.deploy),
    pull_number: bump.number,
  })
  expectations.expect(
    `the gate verifies that #${bump.number} is a pure bump; nobody approved it`,
    check.conclusion === 'success' && reviews.length === 0,
  )
  const plans = await planUnder(scene, bump.number)
  expectations.expect(
    `one comment under #${bump.number} says what restarts on ${clusterNames.join(', ')}`,
    plans.length === 1 && clusterNames.every((cluster) => restartsOn(plans[0] ?? '', cluster)),
  )
  await mergeAndVerify(scene, who, bump.number)
  return bump.number
}

/** Clusters with the same changes share a heading. */
const restartsOn = (plan: string, cluster: string): boolean =>
  plan.split('\n#### ').some((part) => {
    const [heading = '', ...rest] = part.split('\n')
    return heading.split(', ').includes(cluster) && rest.some((line) => line.includes('Deployment hub restarts'))
  })

/** Merges a pull request of the deploy repo, and expects every cluster to be verified. */
export async function mergeAndVerify(scene: Scene, who: RehearsalUser, number: number): Promise<void> {
  const { timeline, expectations } = scene
  await who.merge(repoNames.deploy, number)
  timeline.waitFor(`${clusterNames.join(', ')}, wave by wave`)
  const run = await deployOf(scene, number)
  expectations.expect(`#${number} is deployed to ${clusterNames.join(', ')}`, run.conclusion === 'success')
  await expectAgreement(scene)
}

/** ConfigMaps, running pods, deployment records and git must agree. */
export async function expectAgreement({ installation, timeline, expectations }: Scene): Promise<void> {
  const git = await inspectGit(installation)
  const contradictions = await waitUntil('agreement', 20, async () => {
    // An old pod may take a moment to go after its deploy was verified.
    const found = findDisagreements(git, await inspectClusters(installation))
    return found.length === 0 ? found : undefined
  }).catch(async () => findDisagreements(git, await inspectClusters(installation)))
  for (const what of contradictions) timeline.tell({ who: 'check', what, mood: 'bad' })
  expectations.expect(
    `ConfigMaps, running pods, deployment records and git agree on ${git.commit.slice(0, 7)}`,
    contradictions.length === 0,
  )
}
