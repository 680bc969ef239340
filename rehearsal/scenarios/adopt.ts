import { repoRef } from '../../shared/github/client.js'
import { clusterNames, mainBranch, repoNames } from '../fixtures/names.js'
import type { RehearsalUser } from '../fixtures/users.js'
import { expectAgreement } from './code-change.js'
import { inspectClusters } from './inspect.js'
import type { Scene } from './scene.js'

const deploy = repoRef(repoNames.deploy)

/** Two operators take what was deployed by hand under Lockstep's care, cluster by cluster. */
export async function playAdoption(scene: Scene): Promise<void> {
  const { installation, timeline, expectations } = scene
  const { olga, otto } = installation.people
  timeline.tell({ who: '', what: 'olga and otto, both operators, adopt the four clusters', mood: 'chapter' })
  await askFor(scene, olga)
  const untouched = (await inspectClusters(installation)).every(
    ({ verifiedCommit, recordedCommit }) => verifiedCommit === undefined && recordedCommit === undefined,
  )
  expectations.expect("one operator's approval alone verifies nothing", untouched)

  await askFor(scene, otto)
  const { data } = await olga.github.rest.actions.listWorkflowRuns({ ...deploy, workflow_id: 'adopt.yml' })
  const green = data.workflow_runs.filter(({ conclusion }) => conclusion === 'success').length
  expectations.expect(`all ${clusterNames.length} clusters are adopted`, green === 2 * clusterNames.length)
  await expectAgreement(scene)
}

async function askFor({ installation, timeline }: Scene, operator: RehearsalUser): Promise<void> {
  for (const cluster of clusterNames) {
    await operator.github.rest.actions.createWorkflowDispatch({
      ...deploy,
      workflow_id: 'adopt.yml',
      ref: mainBranch,
      inputs: { cluster },
    })
  }
  timeline.waitFor(`${operator.login}'s approvals`)
  await installation.runner.idle()
}
