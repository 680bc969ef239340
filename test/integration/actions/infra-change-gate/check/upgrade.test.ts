import { expect, test } from 'vitest'
import { commitOn, startStage } from '../../../../acceptance/code-lane.js'
import { asked, asking, comment, say } from '../../../../acceptance/commands-world.js'
import { gateHere, gateRendered, heardAs } from '../../../../acceptance/gate-rendered.js'

test('for another version of Kubernetes every cluster is looked at, and told to which it goes', async () => {
  await using stage = await startStage()
  await using lane = await stage.lane()
  const terraform = (version: string) => ({ 'terraform/main.tf': `kubernetes_version = "${version}"\n` })
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', terraform('1.30.8'))
  const pull = await lane.propose('upgrade', terraform('1.31.4'))
  await gateRendered(lane, pull)
  const skew = (mark: string) => `- [${mark}] proof that kubelets, kubectl and Helm support the new API server`
  expect(await comment(lane, pull)).toContain(skew(' '))

  await asked(lane, lane.ada).rest.issues.createComment({ ...lane.deployAt, issue_number: pull, body: '/dry-run' })
  const { outputs } = await gateHere(lane, pull, { comment: heardAs(lane) })
  expect(JSON.parse(outputs['dry-run'] ?? '')).toEqual([{ cluster: 'staging', optional: false, kubernetes: '1.31.4' }])

  await say(lane, lane.ada, pull, '/dry-run', asking)
  expect(await comment(lane, pull)).toContain(skew('x'))
})
