import { repoRef } from '../../shared/github/client.js'
import { branch, clusters, repos } from '../world/names.js'
import type { Person } from '../world/people.js'
import { expectAgreement } from './code-lane.js'
import { lookAtClusters } from './look.js'
import type { Stage } from './stage.js'

const deploy = repoRef(repos.deploy)

/** Two operators take what was deployed by hand under Lockstep's care, cluster by cluster. */
export async function playAdoption(stage: Stage): Promise<void> {
  const { world, timeline, expectations } = stage
  const { olga, otto } = world.people
  timeline.tell({ who: '', what: 'olga and otto adopt the four clusters', mood: 'chapter' })
  await askFor(stage, olga)
  const untouched = (await lookAtClusters(world)).every(
    ({ verifiedCommit, recordedCommit }) => verifiedCommit === undefined && recordedCommit === undefined,
  )
  expectations.expect("one operator's word alone verifies nothing", untouched)

  await askFor(stage, otto)
  const { data } = await olga.github.rest.actions.listWorkflowRuns({ ...deploy, workflow_id: 'adopt.yml' })
  const green = data.workflow_runs.filter(({ conclusion }) => conclusion === 'success').length
  expectations.expect(`all ${clusters.length} clusters are adopted`, green === 2 * clusters.length)
  await expectAgreement(stage)
}

async function askFor({ world, timeline }: Stage, operator: Person): Promise<void> {
  for (const cluster of clusters) {
    await operator.github.rest.actions.createWorkflowDispatch({
      ...deploy,
      workflow_id: 'adopt.yml',
      ref: branch,
      inputs: { cluster },
    })
  }
  timeline.waitFor(`${operator.login}'s word`)
  await world.runner.idle()
}
