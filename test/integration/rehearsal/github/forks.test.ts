import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GitHub } from '../../../../shared/github/client.js'
import {
  at,
  commitFile,
  deploy,
  type EmulatorFixture,
  git,
  refusal,
  remote,
  startEmulatorFixture,
} from '../../../fixtures/emulator.js'

const fork = { owner: 'eve', repo: 'deploy' }
let fixture: EmulatorFixture
let eve: { login: string; token: string }
let asEve: GitHub
let asAda: GitHub

/** A commit of one file on top of a branch of the fork, pushed by git as eve does it; returns the commit. */
async function push(branch: string, path: string, from = 'main'): Promise<string> {
  const clone = join(fixture.dir, `clone-${branch}-${path}`)
  await mkdir(clone)
  await git(clone, 'clone', '--quiet', '--branch', from, remote(fixture, eve.token, 'eve/deploy'), '.')
  await git(clone, 'checkout', '--quiet', '-B', branch)
  await git(clone, 'commit', '--quiet', '--allow-empty', '--message', path)
  await git(clone, 'push', '--quiet', 'origin', branch)
  return git(clone, 'rev-parse', 'HEAD')
}

const last = (name: string) => fixture.github.events.findLast((event) => event.name === name)

beforeAll(async () => {
  fixture = await startEmulatorFixture()
  eve = fixture.github.createUser('eve')
  asEve = fixture.client(eve.token)
  asAda = fixture.client(fixture.ada.token)
  await asEve.rest.repos.createFork({ ...at })
})
afterAll(() => fixture[Symbol.asyncDispose]())

test('a fork has the branches and nothing that is configured, and says where it is from', async () => {
  const { data } = await asEve.rest.repos.get({ ...fork })
  expect(data).toMatchObject({ fork: true, parent: { full_name: deploy }, permissions: { admin: true } })
  const [main] = (await asEve.rest.repos.listBranches({ ...fork })).data
  expect([main?.name, main?.commit.sha]).toEqual([
    'main',
    (await asAda.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha,
  ])
  expect(fixture.github.repository('eve/deploy').environments.size).toBe(0)
  // Once more is the same one, and one cannot fork to oneself.
  expect((await asEve.rest.repos.createFork({ ...at })).data.id).toBe(data.id)
  fixture.github.createUser('hub-org')
  expect((await refusal(asEve.rest.repos.createFork({ ...at, organization: 'hub-org' }))).status).toBe(403)
})

test("a fork's pull request lives in the repository that it goes into, also when its branch is called main", async () => {
  const first = await push('main', 'one')
  const { data: pull } = await asEve.rest.pulls.create({ ...at, head: 'eve:main', base: 'main', title: 'From a fork' })
  expect(pull).toMatchObject({
    head: { label: 'eve:main', ref: 'main', sha: first, repo: { full_name: 'eve/deploy', fork: true } },
    base: { repo: { full_name: deploy } },
    ...{ mergeable: true, commits: 1, author_association: 'NONE' },
  })
  expect(last('pull_request')).toMatchObject({ action: 'opened', repo: deploy, actor: 'eve' })
  const again = asEve.rest.pulls.create({ ...at, head: 'eve:main', base: 'main', title: 'Again' })
  expect((await refusal(again)).errors).toMatchObject([{ message: 'A pull request already exists for eve:main.' }])

  const second = await push('main', 'two')
  expect(last('pull_request')).toMatchObject({
    ...{ action: 'synchronize', repo: deploy, actor: 'eve', startsWorkflows: true },
    payload: { before: first, after: second },
  })
  // The commits are to be had there, and what is said of them is said there.
  const { data: compared } = await asAda.rest.repos.compareCommitsWithBasehead({ ...at, basehead: `main...${second}` })
  expect(compared.ahead_by).toBe(2)
  const gate = fixture.client(await fixture.gateToken())
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: second, conclusion: 'success' })
  const { data: list } = await gate.rest.checks.listForRef({ ...at, ref: second })
  // GitHub names no pull request of a fork there.
  expect(list.check_runs.map(({ name, pull_requests }) => [name, pull_requests])).toEqual([['lockstep / gate', []]])

  const numbers = async (head: string) =>
    (await asAda.rest.pulls.list({ ...at, head })).data.map(({ number }) => number)
  expect([await numbers('eve:main'), await numbers('hub-org:main')]).toEqual([[pull.number], []])

  // What happens to the main of the base is not what happens to the head.
  await commitFile(asAda, 'other', 'other.txt', '1')
  const { data: other } = await asAda.rest.pulls.create({ ...at, head: 'other', base: 'main', title: 'Other' })
  await asAda.rest.pulls.merge({ ...at, pull_number: other.number })
  expect((await asAda.rest.pulls.get({ ...at, pull_number: pull.number })).data).toMatchObject({
    state: 'open',
    head: { sha: second },
  })
  const { data: merged } = await asAda.rest.pulls.merge({ ...at, pull_number: pull.number })
  const { data: commit } = await asAda.rest.repos.getCommit({ ...at, ref: merged.sha })
  expect(commit.commit.message).toMatch(/^Merge pull request #\d+ from eve\/main/)
})

test('who forks gets no right where it is from, and a branch that goes takes its pull request along', async () => {
  await push('mine', 'three')
  const { data: pull } = await asEve.rest.pulls.create({ ...at, head: 'eve:mine', base: 'main', title: 'Mine' })
  expect((await refusal(asEve.rest.pulls.merge({ ...at, pull_number: pull.number }))).status).toBe(403)
  expect((await refusal(asAda.rest.git.deleteRef({ ...fork, ref: 'heads/mine' }))).status).toBe(403)
  expect((await refusal(asEve.rest.pulls.updateBranch({ ...at, pull_number: pull.number }))).status).toBe(403)
  const nowhere = asEve.rest.pulls.create({ ...at, head: 'rob:mine', base: 'main', title: 'Nowhere' })
  expect((await refusal(nowhere)).errors).toMatchObject([{ field: 'head', code: 'invalid' }])

  await asEve.rest.git.deleteRef({ ...fork, ref: 'heads/mine' })
  expect(last('pull_request')).toMatchObject({ action: 'closed', repo: deploy })
})

test('a run of a fork shows where its head lies, and names no pull request', async () => {
  const about = { repo: deploy, workflow: '.github/workflows/plan.yml', name: 'plan', event: 'pull_request' }
  const head = {
    headRepo: 'eve/deploy',
    headBranch: 'main',
    headSha: 'a'.repeat(40),
    actor: 'eve',
    title: 'From a fork',
  }
  const { id } = fixture.github.startRun({ ...about, ...head })
  const { data } = await asAda.rest.actions.getWorkflowRun({ ...at, run_id: id })
  expect(data).toMatchObject({
    ...{ pull_requests: [], display_title: 'From a fork', name: 'plan' },
    head_repository: { full_name: 'eve/deploy' },
  })
})
