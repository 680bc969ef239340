import { getOctokit } from '@actions/github'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { appNumbers, repoNames } from '../../rehearsal/fixtures/names.js'
import type { User } from '../../rehearsal/github/types.js'
import { waitUntil } from '../../rehearsal/scenarios/until.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { type AttackedInstallation, deploy, startAttackedInstallation } from '../fixtures/attacked-installation.js'
import { conclusions, jobOf } from '../fixtures/emulator-with-runner.js'
import { commitOn } from '../fixtures/repository-pair.js'

const gate = '.github/workflows/gate.yml'

let installation: AttackedInstallation
/** Nobody whom either repository knows. */
let eve: User
let asEve: GitHub

beforeAll(async () => {
  installation = await startAttackedInstallation()
  eve = installation.emulator.createUser('eve')
  asEve = getOctokit(eve.token, { baseUrl: installation.emulator.url })
})
afterAll(() => installation[Symbol.asyncDispose]())

/** A pull request of eve's fork. */
async function propose(repo: string, branch: string, files: Record<string, string>): Promise<number> {
  const at = repoRef(repo)
  const { data: fork } = await asEve.rest.repos.createFork({ ...at })
  await commitOn(asEve, { owner: 'eve', repo: fork.name }, branch, files)
  const pull = { ...at, base: 'main', head: `eve:${branch}`, title: 'More room' }
  return (await asEve.rest.pulls.create(pull)).data.number
}

async function headOf(repo: string, pull_number: number): Promise<string> {
  return (await asEve.rest.pulls.get({ ...repoRef(repo), pull_number })).data.head.sha
}

async function read(path: string): Promise<string> {
  const { data } = await asEve.rest.repos.getContent({ ...deploy, path, mediaType: { format: 'raw' } })
  return String(data)
}

/** Says how long every key is that it gets, and tries to write the gate's check. */
const thief = (on: string): string => `
name: thief
on: ${on}
jobs:
  steal:
    runs-on: ubuntu-latest
    permissions: { checks: write, contents: write }
    steps:
      - shell: bash
        env: { TOKEN: "\${{ github.token }}", KEYS: "\${{ toJSON(secrets) }}", HEAD: "\${{ github.event.pull_request.head.sha }}" }
        run: |
          node --input-type=module <<'SCRIPT'
          const { TOKEN, HEAD, KEYS, GITHUB_API_URL, GITHUB_REPOSITORY } = process.env
          console.log('keys', Object.keys(JSON.parse(KEYS)).filter((key) => key.toLowerCase() !== 'github_token').join())
          const headers = { authorization: 'Bearer ' + TOKEN, 'content-type': 'application/json' }
          const body = JSON.stringify({ name: 'lockstep / gate', head_sha: HEAD, conclusion: 'success' })
          const url = GITHUB_API_URL + '/repos/' + GITHUB_REPOSITORY + '/check-runs'
          console.log('check-runs', (await fetch(url, { method: 'POST', headers, body })).status)
          SCRIPT
  lockstep:
    runs-on: ubuntu-latest
    environment: { name: lockstep, deployment: false }
    steps: [{ run: "true" }]
`

test("the gate reports on a stranger's fork: main's own workflow, nothing of the fork is run, and no job but the gate's has a key", async () => {
  // Somebody lets runs of strangers' forks go without looking.
  installation.emulator.repository(repoNames.deploy).approveRunsOf = 'nobody'
  const number = await propose(repoNames.deploy, 'more-room', {
    'service/values.yaml': (await read('service/values.yaml')).replace('replicas: 2', 'replicas: 3'),
    '.github/workflows/thief.yml': thief('pull_request'),
    '.github/workflows/thief-too.yml': thief('pull_request_target'),
    [gate]: thief('pull_request_target'),
  })
  await installation.runner.idle()

  const head = await headOf(repoNames.deploy, number)
  const { data } = await asEve.rest.checks.listForRef({ ...deploy, ref: head, app_id: appNumbers.gate })
  expect(data.check_runs.map(({ name, conclusion }) => [name, conclusion])).toEqual([['lockstep / gate', 'failure']])
  const { data: comments } = await asEve.rest.issues.listComments({ ...deploy, issue_number: number })
  const own = comments.find(({ body }) => body?.startsWith('<!-- lockstep:gate -->'))?.body ?? ''
  // It was rendered, as data, by a job whose token reads.
  expect(own).toMatch(/is scaled from 2 to 3 replicas/)

  const run = installation.runs.find(({ workflow, event }) => workflow === gate && event === 'pull_request_target')
  expect([run?.headRepo, run?.headSha]).toEqual(['eve/deploy', head])
  const judged = { gate: 'success', render: 'success', 'dry-run': 'skipped', stage: 'skipped', judge: 'success' }
  expect(conclusions(run)).toMatchObject(judged)
  expect(jobOf(run, 'render').log).not.toMatch(/create-github-app-token|LOCKSTEP_GATE_APP_KEY/)

  // Its own workflows run as a fork's: without keys, with a token that reads, and not where it says main's should.
  const stolen = installation.runs.filter(({ name }) => name === 'thief')
  expect(stolen.map(({ workflow, event }) => [workflow, event])).toEqual([
    ['.github/workflows/thief.yml', 'pull_request'],
  ])
  expect(conclusions(stolen[0])).toEqual({ steal: 'success', lockstep: 'failure' })
  expect(jobOf(stolen[0], 'steal').log).toMatch(/keys\s*\n[\s\S]*check-runs 403/)
  expect(installation.touched).toEqual([])
})

test("an operator's review of it starts the gate once its run is approved, by the end of a run that names no pull request", async () => {
  installation.emulator.repository(repoNames.deploy).approveRunsOf = 'first-time'
  const pull_number = await propose(repoNames.deploy, 'tests', {
    '.github/workflows/tests.yml': 'on: push\njobs: {}\n',
  })
  await installation.runner.idle()
  const before = installation.runs.length

  const { rest } = installation.people.olga.github
  await rest.pulls.createReview({ ...deploy, pull_number, event: 'APPROVE' })
  await installation.runner.idle()
  const held = installation.runs.slice(before).filter(({ event }) => event !== 'issue_comment')
  expect(held.map(({ event, conclusion }) => [event, conclusion])).toEqual([['pull_request_review', 'action_required']])
  await rest.actions.approveWorkflowRun({ ...deploy, run_id: held[0]?.id ?? 0 })
  await installation.runner.idle()

  // The run that was approved is queued once more: it is the same one.
  const started = [...new Set(installation.runs.slice(before))].filter(({ event }) => event !== 'issue_comment')
  expect(started.map(({ workflow, event, pullRequests }) => [workflow, event, pullRequests])).toEqual([
    ['.github/workflows/reviewed.yml', 'pull_request_review', []],
    [gate, 'workflow_run', []],
  ])
  const ref = await headOf(repoNames.deploy, pull_number)
  const { data } = await asEve.rest.checks.listForRef({ ...deploy, ref, app_id: appNumbers.gate })
  expect(data.check_runs.map(({ conclusion }) => conclusion)).toEqual(['success'])
})

test("upstream the queue's status is written for a stranger's fork, too", async () => {
  const number = await propose(repoNames.hub, 'main', { 'README.md': '# Hub\n' })
  const head = await headOf(repoNames.hub, number)

  const status = await waitUntil('the queue', 60, async () => {
    const { data } = await asEve.rest.repos.listCommitStatusesForRef({ ...repoRef(repoNames.hub), ref: head })
    return data.find(({ context }) => context === 'lockstep / queue')
  })

  expect([status.state, status.creator?.login]).toEqual(['success', 'github-actions[bot]'])
})
