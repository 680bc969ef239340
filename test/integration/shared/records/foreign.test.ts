import { expect, test } from 'vitest'
import type { GitHub } from '../../../../shared/github/client.js'
import { readAdoptionApprovals, recordAdoptionApproval } from '../../../../shared/records/adoption-approvals.js'
import {
  type ChangeEvidence,
  isEvidenceWritten,
  readChangeEvidence,
  writeChangeEvidence,
} from '../../../../shared/records/change-evidence.js'
import { lastSuccess, type NewRecord, writeRecord } from '../../../../shared/records/deployments.js'
import { at, deploy, type EmulatorFixture, startEmulatorFixture } from '../../../fixtures/emulator.js'

const commitOf = async (client: GitHub): Promise<string> =>
  (await client.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha

const place = async (fixture: EmulatorFixture) => {
  const github: GitHub = fixture.client(await fixture.gateToken())
  return { github, repo: deploy, gateBot: fixture.gate.bot }
}

const success = (commit: string, cluster = 'staging'): NewRecord => ({
  ...{ schema: 1, cluster, run: '1/1', commit, releases: [], verdict: 'pass', outcome: 'success' },
  ...{ logUrl: 'https://github.test/run', environmentUrl: undefined, description: 'verified' },
})

/** So many Deployments of ada's, who has write access, exactly like the gate App's newest. */
async function flood(fixture: EmulatorFixture, copies: number): Promise<void> {
  const ada = fixture.client(fixture.ada.token)
  const [newest] = (await ada.rest.repos.listDeployments(at)).data
  const { sha: ref, task = '', environment = '', payload = {} } = newest ?? {}
  const copy = { ...at, ref: ref ?? '', task, environment, payload, auto_merge: false, required_contexts: [] }
  for (let made = 0; made < copies; made += 1) {
    const { data } = await ada.rest.repos.createDeployment(copy)
    if (made === 0 && 'id' in data)
      await ada.rest.repos.createDeploymentStatus({ ...at, deployment_id: data.id, state: 'success' })
  }
}

const lists = (fixture: EmulatorFixture, since: number): string[] =>
  fixture.github.requests.slice(since).flatMap(({ path }) => (/\/deployments\?/.test(path) ? [path] : []))

test("a hundred Deployments of somebody else hide nothing of the gate App's, and cost only their own pages", async () => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  const commit = await commitOf(to.github)
  await writeRecord(to, success(commit))
  const before = fixture.github.requests.length
  expect(await lastSuccess(to, 'staging')).toMatchObject({ commit })
  expect(lists(fixture, before)).toHaveLength(1)

  await flood(fixture, 101)
  const then = fixture.github.requests.length
  expect(await lastSuccess(to, 'staging')).toMatchObject({ commit })
  expect(lists(fixture, then)).toHaveLength(2)
})

test('nor do a hundred statuses of somebody else hide how it ended', async () => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  const commit = await commitOf(to.github)
  await writeRecord(to, success(commit))
  const ada = fixture.client(fixture.ada.token)
  const deployment_id = (await ada.rest.repos.listDeployments(at)).data[0]?.id ?? 0
  for (let made = 0; made < 101; made += 1)
    await ada.rest.repos.createDeploymentStatus({ ...at, deployment_id, state: 'failure' })
  expect(await lastSuccess(to, 'staging')).toMatchObject({ commit })
})

test('what lies behind 2,000 of them is unknown, and never "there is none"', async () => {
  const foreign = { id: 1, task: 'deploy', payload: {}, creator: { id: 9, type: 'User', login: 'ada' } }
  const repos = { listDeployments: () => undefined }
  const paginate = {
    async *iterator() {
      for (;;) yield { data: Array.from({ length: 100 }, () => foreign) }
    },
  }
  const github = { rest: { repos }, paginate } as never
  await expect(lastSuccess({ github, repo: deploy, gateBot: 7 }, 'staging')).rejects.toMatchObject({
    reason: 'misconfigured',
    message: expect.stringContaining('the rest is unknown'),
    fix: expect.stringContaining('Delete those that the gate App did not make'),
  })
})

test('a Deployment with 2,000 foreign statuses is named, and deleting it, as told, is a way out', async () => {
  const commit = 'a'.repeat(40)
  const bot = { id: 7, type: 'Bot', login: 'gate[bot]' }
  const { outcome, logUrl, environmentUrl, description, ...payload } = success(commit)
  const record = { task: 'deploy', payload, sha: commit, environment: 'staging', created_at: '', creator: bot }
  let records = [
    { ...record, id: 41 },
    { ...record, id: 40 },
  ]
  const repos = { listDeployments: 'deployments', listDeploymentStatuses: 'statuses' }
  const paginate = {
    async *iterator(list: string, { deployment_id: id }: { deployment_id?: number }) {
      const foreign = { id: 1, state: 'failure', creator: { id: 9, type: 'User', login: 'ada' } }
      if (list === 'deployments') yield { data: records }
      else if (id === 40) yield { data: [{ id: 2, state: 'success', creator: bot, created_at: '' }] }
      else for (;;) yield { data: Array.from({ length: 100 }, () => foreign) }
    },
  }
  const to = { github: { rest: { repos }, paginate } as never, repo: deploy, gateBot: 7 }
  await expect(lastSuccess(to, 'staging')).rejects.toMatchObject({
    reason: 'misconfigured',
    fix: expect.stringContaining('Set the deployment 41 to inactive and delete it'),
  })
  records = records.filter(({ id }) => id !== 41)
  expect(await lastSuccess(to, 'staging')).toMatchObject({ commit })
  records = []
  expect(await lastSuccess(to, 'staging')).toBeUndefined()
})

test('the Deployment of a job that the gate App started is none of its records (I6)', async () => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  const headSha = await commitOf(to.github)
  const run = fixture.github.startRun({
    ...{ repo: deploy, workflow: '.github/workflows/deploy.yml', name: 'Deploy', event: 'push' },
    ...{ headBranch: 'main', headSha, actor: 'gate[bot]' },
  })
  fixture.github.jobDeployment(run.id, 'staging')(true)
  expect(await lastSuccess(to, 'staging')).toBeUndefined()
})

test.each(['production', 'staging'])('a cluster named %s keeps one active record (D9)', async (cluster) => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  const commit = await commitOf(to.github)
  await writeRecord(to, success(commit, cluster))
  await writeRecord(to, { ...success(commit, cluster), run: '2/1' })
  const { data } = await to.github.rest.repos.listDeployments({ ...at, environment: cluster })
  const states = data.map(async ({ id: deployment_id }) => {
    const { data: statuses } = await to.github.rest.repos.listDeploymentStatuses({ ...at, deployment_id })
    return statuses[0]?.state
  })
  expect(await Promise.all(states)).toEqual(['success', 'inactive'])
})

const word = (change: Partial<ChangeEvidence> = {}): ChangeEvidence => ({
  ...{ schema: 1, pull: 3, head: 'a'.repeat(40), digest: 'd'.repeat(64), by: 'olga', at: '2026-03-03T10:00:00Z' },
  ...{ source: 'comment/1', said: { kind: 'standby' }, ...change },
})

test.each([true, false])(
  'a word about a commit that only a fork has is written down, where GitHub takes such commits: %s',
  async (takes) => {
    await using fixture = await startEmulatorFixture()
    fixture.github.openRows.deploymentsOfForks = takes
    const to = await place(fixture)
    await writeChangeEvidence(to, word(), 'main')
    expect(await readChangeEvidence(to, 3)).toEqual([word()])
    // D11: it is over at once, and lies at main: nothing of it shows in the pull request.
    const { data } = await to.github.rest.repos.listDeployments(at)
    const { data: statuses } = await to.github.rest.repos.listDeploymentStatuses({
      ...at,
      deployment_id: data[0]?.id ?? 0,
    })
    expect([data[0]?.sha, statuses.map(({ state }) => state)]).toEqual([await commitOf(to.github), ['inactive']])
  },
)

test('a word without a status counts all the same, and gets one when it is heard again', async () => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  const payload = { ...word() }
  const kept = {
    ...at,
    ref: 'main',
    task: 'evidence/3',
    environment: 'lockstep',
    auto_merge: false,
    required_contexts: [],
    payload,
  }
  const { data } = await to.github.rest.repos.createDeployment(kept)
  const deployment_id = 'id' in data ? data.id : 0
  const states = async () =>
    (await to.github.rest.repos.listDeploymentStatuses({ ...at, deployment_id })).data.map(({ state }) => state)

  expect([await readChangeEvidence(to, 3), await states()]).toEqual([[word()], []])
  expect([await isEvidenceWritten(to, 3, 'comment/1'), await states()]).toEqual([true, ['inactive']])
  expect([await isEvidenceWritten(to, 3, 'comment/1'), await states()]).toEqual([true, ['inactive']])
  expect(await isEvidenceWritten(to, 3, 'comment/2')).toBe(false)
})

test('more than a hundred words of a pull request count, the first as well as the last', async () => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  for (let one = 1; one <= 101; one += 1) await writeChangeEvidence(to, word({ source: `comment/${one}` }), 'main')
  const words = await readChangeEvidence(to, 3)
  expect([words.length, words[0]?.source, words.at(-1)?.source]).toEqual([101, 'comment/1', 'comment/101'])
})

test('what operators said about adopting a cluster is used up by the next success there', async () => {
  await using fixture = await startEmulatorFixture()
  const to = await place(fixture)
  const commit = await commitOf(to.github)
  const since = new Date(0)
  const said = { schema: 1, cluster: 'staging', commit, operator: 'olga', run: '5/1' } as const
  await recordAdoptionApproval(to, said)
  expect(await readAdoptionApprovals(to, 'staging', since)).toMatchObject([said])
  await writeRecord(to, success(commit, 'primary'))
  expect(await readAdoptionApprovals(to, 'staging', since)).toMatchObject([said])
  await writeRecord(to, success(commit))
  expect(await readAdoptionApprovals(to, 'staging', since)).toEqual([])
})

// D18: no document says in which order the statuses of a Deployment are listed.
test.each([true, false])(
  'the last of its own statuses counts, wherever it stands (newest first: %s)',
  async (newestStatusFirst) => {
    await using fixture = await startEmulatorFixture()
    fixture.github.openRows.newestStatusFirst = newestStatusFirst
    const to = await place(fixture)
    const commit = await commitOf(to.github)
    await writeRecord(to, success(commit))
    const [record] = (await to.github.rest.repos.listDeployments({ ...at, environment: 'staging' })).data
    await to.github.rest.repos.createDeploymentStatus({ ...at, deployment_id: record?.id ?? 0, state: 'failure' })
    expect(await lastSuccess(to, 'staging')).toBeUndefined()
    await to.github.rest.repos.createDeploymentStatus({ ...at, deployment_id: record?.id ?? 0, state: 'success' })
    expect(await lastSuccess(to, 'staging')).toMatchObject({ commit })
  },
)

// D19: then a word only shows as pending.
test('a word counts where GitHub refuses `inactive` as a first status', async () => {
  await using fixture = await startEmulatorFixture()
  fixture.github.openRows.inactiveFirst = false
  const to = await place(fixture)
  const commit = await commitOf(to.github)
  await recordAdoptionApproval(to, { schema: 1, cluster: 'staging', commit, operator: 'ada', run: '1/1' })
  expect(await readAdoptionApprovals(to, 'staging', new Date(0))).toMatchObject([{ operator: 'ada', commit }])
})
