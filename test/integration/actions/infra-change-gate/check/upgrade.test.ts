import { expect, test } from 'vitest'
import { asked, asking, comment, say } from '../../../../fixtures/gate-commands.js'
import { gateHere, gateRendered, heardAs } from '../../../../fixtures/gate-runs.js'
import { commitOn, startTestGitHub } from '../../../../fixtures/repository-pair.js'

test('for another version of Kubernetes every cluster is looked at, and told to which it goes', async () => {
  await using testGitHub = await startTestGitHub()
  await using pair = await testGitHub.repositoryPair()
  const terraform = (version: string) => ({ 'terraform/main.tf': `kubernetes_version = "${version}"\n` })
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', terraform('1.30.8'))
  const pull = await pair.propose('upgrade', terraform('1.31.4'))
  await gateRendered(pair, pull)
  const skew = (mark: string) => `- [${mark}] proof that kubelets, kubectl and Helm support the new API server`
  expect(await comment(pair, pull)).toContain(skew(' '))

  await asked(pair, pair.ada).rest.issues.createComment({ ...pair.deployAt, issue_number: pull, body: '/dry-run' })
  const { outputs } = await gateHere(pair, pull, { comment: heardAs(pair) })
  expect(JSON.parse(outputs['dry-run'] ?? '')).toEqual([{ cluster: 'staging', optional: false, kubernetes: '1.31.4' }])

  await say(pair, pair.ada, pull, '/dry-run', asking)
  expect(await comment(pair, pull)).toContain(skew('x'))
})
