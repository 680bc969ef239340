import { repoRef } from '../../shared/github/client.js'
import { clusters, repos } from '../world/names.js'
import { expectAgreement, type Stage } from './code-lane.js'

/** An operator takes what was deployed by hand under Lockstep's care, cluster by cluster. */
export async function playAdoption(stage: Stage): Promise<void> {
  const { world, timeline, expectations } = stage
  const { olga } = world.people
  timeline.tell({ who: '', what: 'olga adopts the four clusters', mood: 'chapter' })
  for (const cluster of clusters) {
    await olga.github.rest.actions.createWorkflowDispatch({
      ...repoRef(repos.deploy),
      workflow_id: 'adopt.yml',
      ref: 'main',
      inputs: { cluster },
    })
  }
  timeline.waitFor('the adoption')
  await world.runner.idle()
  const { data } = await olga.github.rest.actions.listWorkflowRuns({
    ...repoRef(repos.deploy),
    workflow_id: 'adopt.yml',
  })
  const adopted = data.workflow_runs.filter(({ conclusion }) => conclusion === 'success').length
  expectations.expect(`all ${clusters.length} clusters are adopted`, adopted === clusters.length)
  await expectAgreement(stage)
}
