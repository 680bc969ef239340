import { execa } from 'execa'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { makeTenant, removeTenant } from '../../rehearsal/cluster/tenant.js'
import { repoNames } from '../../rehearsal/fixtures/names.js'
import type { RehearsalUser } from '../../rehearsal/fixtures/users.js'
import { type AttackedInstallation, deploy, startAttackedInstallation } from '../fixtures/attacked-installation.js'
import { conclusions } from '../fixtures/emulator-with-runner.js'

const { kubectl } = inject('tools')
const admin = inject('kubeconfig')
const cluster = { kubectl, kubeconfig: admin, apiServer: inject('apiServer'), [Symbol.asyncDispose]: async () => {} }
const role = 'lockstep-look-at-staging'

let installation: AttackedInstallation
/** Of the real cluster, which plays staging. */
let version: string

const asAdmin = async (...args: string[]): Promise<string> =>
  (await execa(kubectl, ['--kubeconfig', admin, ...args])).stdout

beforeAll(async () => {
  installation = await startAttackedInstallation()
  const settings = installation.emulator.repository(repoNames.deploy)
  const staging = settings.environments.get('staging')
  if (!staging) throw new Error('There is no environment "staging"')
  staging.secrets['KUBECONFIG'] = await makeTenant(cluster, 'staging')
  // As docs/infrastructure-changes.md says it.
  await asAdmin('create', 'clusterrole', role, '--verb=list', '--resource=nodes,apiservices.apiregistration.k8s.io')
  await asAdmin('create', 'clusterrolebinding', role, `--clusterrole=${role}`, '--serviceaccount=staging:deployer')
  version = JSON.parse(await asAdmin('version', '--output', 'json')).serverVersion.gitVersion
  // Nobody has an hour to watch it here. No push: nothing is to be deployed.
  const policy = { '.github/deploy-policy.yml': (text: string) => `${text}\nsoak: { T2: 1s }\n` }
  const main = await installation.push(installation.people.olga, { to: 'watch-less', edit: policy })
  await execa('git', ['update-ref', 'refs/heads/main', main], { cwd: settings.gitDir })
})
afterAll(async () => {
  await asAdmin('delete', 'clusterrole', role)
  await asAdmin('delete', 'clusterrolebinding', role)
  await removeTenant(cluster, 'staging')
  await installation[Symbol.asyncDispose]()
})

/** The jobs of the newest run of change.yml that did something, when everything has ended: the App's comments start it as well. */
async function heard(): Promise<Record<string, string | null>> {
  await installation.runner.idle()
  return conclusions(
    installation.runs.findLast(
      ({ workflow, jobs }) =>
        workflow === '.github/workflows/change.yml' && jobs.some(({ conclusion }) => conclusion !== 'skipped'),
    ),
  )
}

const say = (who: RehearsalUser, issue_number: number, body: string) =>
  who.github.rest.issues.createComment({ ...deploy, issue_number, body })

async function issueNow(issue_number: number) {
  const { rest } = installation.people.olga.github
  const { data } = await rest.issues.get({ ...deploy, issue_number })
  const comments = (await rest.issues.listComments({ ...deploy, issue_number, per_page: 100 })).data
  const list = comments.find(({ body }) => body?.startsWith('<!-- lockstep:outside -->'))?.body ?? ''
  const last = comments.findLast(({ performed_via_github_app: app, body }) => app && body?.startsWith('@'))?.body ?? ''
  return { state: data.state, title: data.title, list: list.replaceAll('\\', ''), last: last.replaceAll('\\', '') }
}

test("change.yml takes a change of a real cluster from its form to its record, with that cluster's key alone", async () => {
  const { olga, otto, bob } = installation.people
  const plan = 'Press the button in the console, wait, look.'
  const inputs = { kind: 'access', cluster: 'staging', from: 'a token', to: 'another token', plan }
  const form = { ...deploy, workflow_id: 'change.yml', ref: 'main', inputs }
  await olga.github.rest.actions.createWorkflowDispatch(form)
  expect(await heard()).toEqual({ hear: 'success', look: 'skipped', note: 'skipped', watched: 'skipped' })
  const { data: issues } = await olga.github.rest.issues.listForRepo({ ...deploy, labels: 'deploy-change-request' })
  expect(issues).toHaveLength(1)
  const issue = issues[0]?.number ?? 0
  expect((await issueNow(issue)).list).toContain('- [ ] the approval of two operators')

  await say(bob, issue, '/approve')
  await say(otto, issue, '/approve')
  await say(olga, issue, '/evidence removed-apis none in use')
  await say(olga, issue, '/evidence release-notes read')
  await heard()
  expect((await issueNow(issue)).list).toContain('All requirements are met.')

  const looked = { hear: 'success', look: 'success', note: 'success', watched: 'skipped' }
  await say(olga, issue, '/start')
  expect(await heard()).toEqual(looked)
  expect((await issueNow(issue)).last).toContain(`staging is healthy (Kubernetes ${version}, 1 nodes`)
  await say(olga, issue, '/done')
  expect(await heard()).toEqual(looked)

  const ended = await issueNow(issue)
  expect([ended.state, ended.title]).toEqual(['closed', 'staging: access from a token to another token'])
  expect(ended.last).toContain('This is recorded, and this issue is closed.')
  const about = { ...deploy, environment: 'staging', task: 'change' }
  const [record] = (await olga.github.rest.repos.listDeployments(about)).data
  const { data: states } = await olga.github.rest.repos.listDeploymentStatuses({
    ...deploy,
    deployment_id: record?.id ?? 0,
  })
  expect(states.map(({ state }) => state)).toEqual(['success'])
  // Nobody used another cluster's key.
  expect(installation.touched).toEqual([])
})
