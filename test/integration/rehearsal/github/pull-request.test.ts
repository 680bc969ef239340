import { expect, test } from 'vitest'
import { at, commitFile, commitOnto, deploy, refusal, startEmulatorFixture } from '../../../fixtures/emulator.js'

test('a pull request lives from its first commit to its merge', async () => {
  await using fixture = await startEmulatorFixture()
  const { github } = fixture
  github.repository(deploy).requiredCheck = { name: 'lockstep / gate', appId: fixture.gate.id }
  const gate = fixture.client(await fixture.gateToken())
  const ada = fixture.client(fixture.ada.token)

  const first = await commitFile(gate, 'lockstep/bump/hub', 'meta/Chart.yaml', 'name: meta\nversion: 2\n')
  const { data: commit } = await gate.rest.repos.getCommit({ ...at, ref: first })
  expect(commit.commit.verification?.verified).toBe(true)
  expect(commit.author?.login).toBe('gate[bot]')
  expect(commit.commit.message).toBe('Change meta/Chart.yaml\n\nBecause.')

  const { data: pull } = await gate.rest.pulls.create({
    ...at,
    head: 'lockstep/bump/hub',
    base: 'main',
    title: 'Bump hub',
  })
  expect(pull).toMatchObject({
    number: 1,
    mergeable: true,
    merged: false,
    changed_files: 1,
    commits: 1,
    user: { login: 'gate[bot]', type: 'Bot' },
  })
  expect(pull.mergeable_state).toBe('blocked')

  const second = await commitOnto(gate, 'lockstep/bump/hub', first, 'meta/Chart.yaml', 'name: meta\nversion: 3\n')
  const { data: moved } = await ada.rest.pulls.get({ ...at, pull_number: 1 })
  expect(moved).toMatchObject({ commits: 2, head: { sha: second } })
  const { data: files } = await ada.rest.pulls.listFiles({ ...at, pull_number: 1 })
  expect(files.map(({ filename, additions, deletions }) => [filename, additions, deletions])).toEqual([
    ['meta/Chart.yaml', 1, 1],
  ])
  expect(files[0]?.patch).toContain('-version: 1\n+version: 3')

  const merge = { ...at, pull_number: 1, sha: second }
  expect(await refusal(ada.rest.pulls.merge(merge))).toMatchObject({ status: 405 })
  const job = fixture.client(github.mintJobToken(deploy, { checks: 'write' }, 1))
  await job.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: second, conclusion: 'success' })
  expect(await refusal(ada.rest.pulls.merge(merge))).toMatchObject({
    status: 405,
    message: expect.stringContaining('lockstep / gate'),
  })
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: first, conclusion: 'success' })
  expect((await refusal(ada.rest.pulls.merge(merge))).status).toBe(405)
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: second, conclusion: 'success' })
  expect((await refusal(ada.rest.pulls.merge({ ...merge, sha: first }))).status).toBe(409)

  const { data: merged } = await ada.rest.pulls.merge(merge)
  const { data: after } = await ada.rest.pulls.get({ ...at, pull_number: 1 })
  expect(after).toMatchObject({
    state: 'closed',
    merged: true,
    merged_by: { login: 'ada' },
    merge_commit_sha: merged.sha,
  })
  const { data: tip } = await ada.rest.repos.getBranch({ ...at, branch: 'main' })
  expect(tip.commit.sha).toBe(merged.sha)
  expect(tip.commit.parents.map(({ sha }) => sha)).toEqual([pull.base.sha, second])
  const { data: pulls } = await ada.rest.repos.listPullRequestsAssociatedWithCommit({ ...at, commit_sha: first })
  expect(pulls.map(({ number }) => number)).toEqual([1])

  const moves = github.events.filter(({ name }) => name !== 'check_run')
  expect(moves.map(({ name, action, ref }) => [name, action, ref])).toEqual([
    ['push', undefined, 'refs/heads/lockstep/bump/hub'],
    ['push', undefined, 'refs/heads/lockstep/bump/hub'],
    ['pull_request', 'opened', 'refs/pull/1/merge'],
    ['push', undefined, 'refs/heads/lockstep/bump/hub'],
    ['pull_request', 'synchronize', 'refs/pull/1/merge'],
    ['pull_request', 'closed', 'refs/heads/main'],
    ['push', undefined, 'refs/heads/main'],
  ])
})

test('a test merge stays as it is while only the base moves; another merge base, a conflict or a push makes it anew', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const parents = async () => {
    const { data } = await ada.rest.pulls.get({ ...at, pull_number: 1 })
    const sha = data.merge_commit_sha
    if (sha === null) return [data.mergeable]
    const { data: commit } = await ada.rest.git.getCommit({ ...at, commit_sha: sha })
    return [data.mergeable, ...commit.parents.map((parent) => parent.sha)]
  }
  const tip = async (branch: string) => (await ada.rest.git.getRef({ ...at, ref: `heads/${branch}` })).data.object.sha
  const first = await commitFile(ada, 'topic', 'topic.txt', '1')
  await ada.rest.pulls.create({ ...at, head: 'topic', base: 'main', title: 'T' })
  const main = await tip('main')
  expect(await parents()).toEqual([true, main, first])

  const moved = await commitOnto(ada, 'main', main, 'other.txt', '1')
  expect(await parents()).toEqual([true, main, first])
  const second = await commitOnto(ada, 'topic', first, 'topic.txt', '2')
  expect(await parents()).toEqual([true, moved, second])

  const against = await commitOnto(ada, 'main', moved, 'topic.txt', 'theirs')
  expect(await parents()).toEqual([false])
  const away = await ada.rest.git.createCommit({
    ...at,
    message: 'away with it',
    tree: (await ada.rest.git.getCommit({ ...at, commit_sha: moved })).data.tree.sha,
    parents: [against],
  })
  await ada.rest.git.updateRef({ ...at, ref: 'heads/main', sha: away.data.sha })
  expect(await parents()).toEqual([true, away.data.sha, second])
})
