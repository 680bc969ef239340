import { repoRef } from '../../shared/github/client.js'
import { repoNames } from '../fixtures/names.js'
import { expectAgreement } from './code-change.js'
import type { Scene } from './scene.js'

const deploy = repoRef(repoNames.deploy)

/** An infrastructure change: an operator starts its staging trial (deploy, roll back, deploy again) before it is merged. */
export async function playStagingTrial(scene: Scene): Promise<void> {
  const { installation, timeline, expectations } = scene
  const { ada, olga } = installation.people
  timeline.tell({ who: '', what: 'ada wants fewer replicas; olga starts a staging trial first', mood: 'chapter' })
  const number = await ada.propose(repoNames.deploy, {
    title: 'Half of the replicas will do',
    branch: 'fewer-replicas',
    edit: { 'service/values.yaml': (text) => text.replace('replicas: 2', 'replicas: 1') },
  })
  timeline.waitFor('the gate')
  await installation.runner.idle()
  const asked = 'a staging trial'
  expectations.expect(
    `the gate asks for a staging trial of #${number}`,
    (await gateComment(scene, number)).includes(`- [ ] ${asked}`),
  )

  await olga.github.rest.issues.createComment({ ...deploy, issue_number: number, body: '/try-staging' })
  timeline.waitFor('the staging trial: deploy, roll back, deploy again')
  await installation.runner.idle()
  const ticked = (await gateComment(scene, number)).includes(`- [x] ${asked}`)
  expectations.expect(`#${number} passed its staging trial, and the gate ticks it`, ticked)
  await expectAgreement(scene)
  await ada.github.rest.pulls.update({ ...deploy, pull_number: number, state: 'closed' })
}

async function gateComment({ installation }: Scene, issue_number: number): Promise<string> {
  const { data } = await installation.people.olga.github.rest.issues.listComments({ ...deploy, issue_number })
  return data.find(({ body }) => body?.startsWith('<!-- lockstep:gate -->'))?.body?.replaceAll('\\', '') ?? ''
}
