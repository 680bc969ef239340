import { repoRef } from '../../shared/github/client.js'
import { repoNames } from '../fixtures/names.js'
import { expectAgreement } from './code-change.js'
import type { Scene } from './scene.js'

const deploy = repoRef(repoNames.deploy)

/** An infrastructure change: an operator starts its staging trial (deploy, roll back, deploy again) before it is merged. */
export async function playStagingTrial(stage: Scene): Promise<void> {
  const { world, timeline, expectations } = stage
  const { ada, olga } = world.people
  timeline.tell({ who: '', what: 'ada wants fewer replicas; olga starts a staging trial first', mood: 'chapter' })
  const number = await ada.propose(repoNames.deploy, {
    title: 'Half of the replicas will do',
    branch: 'fewer-replicas',
    edit: { 'service/values.yaml': (text) => text.replace('replicas: 2', 'replicas: 1') },
  })
  timeline.waitFor('the gate')
  await world.runner.idle()
  const asked = 'a staging trial'
  expectations.expect(
    `the gate asks for a staging trial of #${number}`,
    (await gateComment(stage, number)).includes(`- [ ] ${asked}`),
  )

  await olga.github.rest.issues.createComment({ ...deploy, issue_number: number, body: '/try-staging' })
  timeline.waitFor('the staging trial: deploy, roll back, deploy again')
  await world.runner.idle()
  const ticked = (await gateComment(stage, number)).includes(`- [x] ${asked}`)
  expectations.expect(`#${number} passed its staging trial, and the gate ticks it`, ticked)
  await expectAgreement(stage)
  await ada.github.rest.pulls.update({ ...deploy, pull_number: number, state: 'closed' })
}

async function gateComment({ world }: Scene, issue_number: number): Promise<string> {
  const { data } = await world.people.olga.github.rest.issues.listComments({ ...deploy, issue_number })
  return data.find(({ body }) => body?.startsWith('<!-- lockstep:gate -->'))?.body?.replaceAll('\\', '') ?? ''
}
