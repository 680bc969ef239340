import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WorkflowRun } from '../../rehearsal/github/types.js'
import { type AttackedInstallation, deploy, startAttackedInstallation } from '../fixtures/attacked-installation.js'
import { conclusions, jobOf } from '../fixtures/emulator-with-runner.js'

let installation: AttackedInstallation

beforeAll(async () => {
  installation = await startAttackedInstallation()
})
afterAll(() => installation[Symbol.asyncDispose]())

/** The newest run of gate.yml that judged something, when everything has ended: the gate's own comments start it as well. */
async function gateRun(): Promise<WorkflowRun> {
  await installation.runner.idle()
  const run = installation.runs.findLast(
    ({ workflow, jobs }) =>
      workflow === '.github/workflows/gate.yml' && jobs.some(({ conclusion }) => conclusion !== 'skipped'),
  )
  if (!run) throw new Error('Nothing started gate.yml')
  return run
}

async function comment(issue_number: number): Promise<string> {
  const { data } = await installation.people.ada.github.rest.issues.listComments({ ...deploy, issue_number })
  const [own] = data.filter(({ body }) => body?.startsWith('<!-- lockstep:gate -->'))
  return (own?.body ?? '').replaceAll('\\', '')
}

test('gate.yml renders what a pull request changes, and asks the clusters only after an operator’s word', async () => {
  const { ada, bob, olga } = installation.people
  const replicas = (text: string): string => text.replace('replicas: 2', 'replicas: 3')
  const pull = await installation.propose(ada, 'more-room', { edit: { 'service/values.yaml': replicas } })

  const first = await gateRun()
  expect(conclusions(first)).toMatchObject({
    ...{ gate: 'success', render: 'success', 'dry-run': 'skipped', stage: 'skipped', judge: 'success' },
  })
  expect(await comment(pull)).toMatch(/\*\*Effect on users\*\*\n\n- Deployment .* is scaled from 2 to 3 replicas/)
  expect(await comment(pull)).toContain('- [x] the rendered diff of every cluster (it changes 4 of 4')

  const say = (by: typeof ada) =>
    by.github.rest.issues.createComment({ ...deploy, issue_number: pull, body: '/dry-run' })
  await say(bob)
  expect(conclusions(await gateRun())).toMatchObject({ gate: 'success', 'dry-run': 'skipped', judge: 'success' })

  await say(olga)
  const asked = await gateRun()
  // Nobody has put the key there that may ask: so nobody was asked, and the way to go on is said.
  const jobs = asked.jobs.filter(({ name }) => name.startsWith('dry-run'))
  expect(jobs.map(({ conclusion }) => conclusion)).toEqual(['failure', 'failure', 'failure', 'failure'])
  expect(jobs[0]?.log).toContain('KUBECONFIG')
  expect(jobOf(asked, 'judge').conclusion).toBe('success')
  expect(await comment(pull)).toContain('a cluster rejected it or could not be reached')
  expect(installation.touched).toEqual([])
})
