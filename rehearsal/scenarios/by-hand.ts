import { repoRef } from '../../shared/github/client.js'
import { mainBranch, repoNames } from '../fixtures/names.js'
import type { CodeChange } from '../fixtures/users.js'
import { expectAgreement, mergeAndVerify } from './code-change.js'
import type { Scene } from './scene.js'
import { gateSays, mergeUpstream } from './steps.js'

const deploy = repoRef(repoNames.deploy)
const gateBot = 'lockstep-gate[bot]'

/** A bad version that passed every test: an operator starts a rollback, and Lockstep does the rest. */
export async function playByHand(scene: Scene): Promise<void> {
  const { installation, timeline, expectations } = scene
  const { ada, olga } = installation.people
  timeline.tell({ who: '', what: 'ada merges a change that passes every test', mood: 'chapter' })
  const change: CodeChange = {
    title: 'Greet in Latin',
    branch: 'latin',
    edit: { 'image/start.sh': (text) => `${text}# salve\n` },
  }
  const bump = await mergeUpstream(scene, { who: ada, component: 'hub', change })
  await gateSays(scene, bump.head)
  await mergeAndVerify(scene, ada, bump.number)

  timeline.tell({ who: '', what: 'users do not like it, and olga starts a rollback', mood: 'chapter' })
  await olga.github.rest.actions.createWorkflowDispatch({
    ...deploy,
    workflow_id: 'rollback.yml',
    ref: mainBranch,
    inputs: { cluster: 'all', target: 'previous', reason: 'nobody understands Latin', 'dry-run': 'false' },
  })
  timeline.waitFor('the rollback of every cluster, the revert of main, and the end of the freeze')
  await installation.runner.idle()

  const { data: freezes } = await olga.github.rest.issues.listForRepo({
    ...deploy,
    labels: 'deploy-freeze',
    state: 'all',
  })
  expectations.expect(
    'one freeze stopped all other deploys, and the gate App closed it',
    freezes.length === 1 && freezes.every((one) => one.user?.login === gateBot && one.state === 'closed'),
  )
  const { data: merged } = await olga.github.rest.pulls.get({ ...deploy, pull_number: bump.number })
  const head = `${deploy.owner}:lockstep/revert/${merged.merge_commit_sha?.slice(0, 7)}`
  const { data: reverts } = await olga.github.rest.pulls.list({ ...deploy, state: 'closed', head })
  expectations.expect(
    'one pull request reverted main',
    reverts.length === 1 && reverts.every(({ merged_at }) => merged_at !== null),
  )
  const { data: comments } = await olga.github.rest.issues.listComments({ ...deploy, issue_number: bump.number })
  const timelines = comments.filter(({ body }) => body?.startsWith('<!-- lockstep:timeline -->'))
  expectations.expect(
    `one comment under #${bump.number} shows the timeline from the merge to the rollback`,
    timelines.length === 1 && timelines.every(({ body }) => body?.includes('was rolled back, and is verified')),
  )
  await expectAgreement(scene)
}
