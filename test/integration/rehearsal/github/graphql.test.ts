import { expect, test } from 'vitest'
import type { Permissions } from '../../../../rehearsal/github/types.js'
import {
  at,
  commitFile,
  commitOnto,
  deploy,
  type EmulatorFixture,
  type Octokit,
  startEmulatorFixture,
} from '../../../fixtures/emulator.js'

const pullFields =
  'number title body headRefName baseRefName state autoMergeRequest { mergeMethod enabledBy { login } }'
type Pull = { number: number; title: string; body: string; headRefName: string; state: string }

async function mutate<T>(client: Octokit, name: string, type: string, input: object, fields: string): Promise<T> {
  const query = `mutation ($input: ${type}!) { ${name}(input: $input) { ${fields} } }`
  const answer = await client.graphql<Record<string, T>>(query, { input })
  return answer[name] as T
}

async function propose(
  fixture: EmulatorFixture,
  branch: string,
  text = '1',
): Promise<{ id: string; number: number; sha: string }> {
  const ada = fixture.client(fixture.ada.token)
  const sha = await commitFile(ada, branch, `${branch}.txt`, text)
  const { data } = await ada.rest.pulls.create({ ...at, head: branch, base: 'main', title: `Add "${branch}"` })
  return { id: data.node_id, number: data.number, sha }
}

const revert = (client: Octokit, pullRequestId: string): Promise<{ revertPullRequest: Pull }> =>
  mutate(
    client,
    'revertPullRequest',
    'RevertPullRequestInput',
    { pullRequestId },
    `revertPullRequest { ${pullFields} } pullRequest { state }`,
  )

test.each(['merge', 'squash', 'rebase'] as const)('a pull request merged by %s is reverted', async (merge_method) => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const one = await propose(fixture, 'topic')
  await commitOnto(ada, 'topic', one.sha, 'second.txt', '2')
  await ada.rest.pulls.merge({ ...at, pull_number: one.number, merge_method })
  const other = await propose(fixture, 'other')
  await ada.rest.pulls.merge({ ...at, pull_number: other.number })

  expect(await revert(gate, one.id)).toMatchObject({
    pullRequest: { state: 'MERGED' },
    revertPullRequest: {
      number: 3,
      title: 'Revert "Add \\"topic\\""',
      body: `Reverts ${deploy}#1`,
      headRefName: 'revert-1-topic',
      baseRefName: 'main',
    },
  })
  const { data: files } = await ada.rest.pulls.listFiles({ ...at, pull_number: 3 })
  expect(files.map(({ filename, status }) => [filename, status])).toEqual([
    ['second.txt', 'removed'],
    ['topic.txt', 'removed'],
  ])
  await expect(revert(gate, one.id)).rejects.toThrow('exists already')
})

test('what is not merged, or was changed since, cannot be reverted', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const one = await propose(fixture, 'topic')
  await expect(revert(ada, one.id)).rejects.toThrow('not merged')
  const { data } = await ada.rest.pulls.merge({ ...at, pull_number: one.number })
  await commitOnto(ada, 'main', data.sha, 'topic.txt', '2')
  await expect(revert(ada, one.id)).rejects.toThrow('conflicts')
  const branches = (await ada.rest.repos.listBranches(at)).data.map(({ name }) => name)
  expect(branches).toEqual(['main', 'topic'])
})

const enable = (client: Octokit, pullRequestId: string): Promise<{ pullRequest: Pull }> =>
  mutate(
    client,
    'enablePullRequestAutoMerge',
    'EnablePullRequestAutoMergeInput',
    { pullRequestId, mergeMethod: 'MERGE' },
    `pullRequest { ${pullFields} }`,
  )

function requireCheck(fixture: EmulatorFixture): void {
  Object.assign(fixture.github.repository(deploy), {
    requiredCheck: { name: 'lockstep / gate', appId: fixture.gate.id },
    allowAutoMerge: true,
  })
}

test("a pull request with auto-merge merges itself once the right App's check is green on its head", async () => {
  await using fixture = await startEmulatorFixture()
  requireCheck(fixture)
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const job = fixture.client(fixture.github.mintJobToken(deploy, { checks: 'write' }, 1))
  const one = await propose(fixture, 'topic')
  expect(await enable(gate, one.id)).toMatchObject({
    pullRequest: { state: 'OPEN', autoMergeRequest: { mergeMethod: 'MERGE', enabledBy: { login: 'gate' } } },
  })
  const state = async (): Promise<unknown> => {
    const { data } = await ada.rest.pulls.get({ ...at, pull_number: one.number })
    return [data.state, data.merged, data.merged_by?.login, data.auto_merge?.merge_method]
  }
  const check = { ...at, name: 'lockstep / gate', head_sha: one.sha }
  await job.rest.checks.create({ ...check, conclusion: 'success' })
  const { data: red } = await gate.rest.checks.create({ ...check, conclusion: 'failure' })
  expect(await state()).toEqual(['open', false, undefined, 'merge'])
  await gate.rest.checks.update({ ...at, check_run_id: red.id, conclusion: 'success' })
  expect(await state()).toEqual(['closed', true, 'gate[bot]', 'merge'])
  expect(fixture.github.events.at(-1)).toMatchObject({ name: 'push', ref: 'refs/heads/main', actor: 'gate[bot]' })
})

test('auto-merge is refused where it is not allowed or has nothing to wait for, and can be taken back', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const one = await propose(fixture, 'topic')
  await expect(enable(ada, one.id)).rejects.toThrow('not allowed for this repository')
  requireCheck(fixture)
  await enable(ada, one.id)
  const off = { pullRequestId: one.id }
  await mutate(ada, 'disablePullRequestAutoMerge', 'DisablePullRequestAutoMergeInput', off, 'pullRequest { state }')
  await gate.rest.checks.create({ ...at, name: 'lockstep / gate', head_sha: one.sha, conclusion: 'success' })
  expect((await ada.rest.pulls.get({ ...at, pull_number: one.number })).data.state).toBe('open')
  await expect(enable(ada, one.id)).rejects.toThrow('clean status')
})

test('refs move together or not at all, and only from where they were expected', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const { node_id: repositoryId } = (await ada.rest.repos.get(at)).data
  const main = (await ada.rest.git.getRef({ ...at, ref: 'heads/main' })).data.object.sha
  const topic = await commitFile(ada, 'topic', 'a', '1')
  const update = (refUpdates: object[]): Promise<unknown> =>
    mutate(ada, 'updateRefs', 'UpdateRefsInput', { repositoryId, refUpdates }, 'clientMutationId')
  const refs = async (): Promise<unknown> =>
    (await ada.rest.git.listMatchingRefs({ ...at, ref: 'heads/' })).data.map(({ ref, object }) => [ref, object.sha])
  const made = { name: 'refs/heads/made', afterOid: topic, beforeOid: '0'.repeat(40) }

  await expect(update([made, { name: 'refs/heads/main', afterOid: topic, beforeOid: topic }])).rejects.toMatchObject({
    errors: [{ type: 'STALE_DATA' }],
  })
  await expect(update([made, { name: 'refs/heads/topic', afterOid: main }])).rejects.toThrow('not a fast forward')
  expect(await refs()).toEqual([
    ['refs/heads/main', main],
    ['refs/heads/topic', topic],
  ])
  await update([made, { name: 'refs/heads/main', afterOid: topic, beforeOid: main }])
  expect(await refs()).toEqual([
    ['refs/heads/made', topic],
    ['refs/heads/main', topic],
    ['refs/heads/topic', topic],
  ])
})

test.each<[string, Permissions]>([
  ['contents', { pull_requests: 'write', contents: 'read' }],
  ['pull_requests', { contents: 'write', pull_requests: 'read' }],
])('the mutations of pull requests are forbidden without %s: write', async (_, permissions) => {
  await using fixture = await startEmulatorFixture()
  requireCheck(fixture)
  const one = await propose(fixture, 'topic')
  const job = fixture.client(fixture.github.mintJobToken(deploy, permissions, 1))
  for (const call of [enable, revert]) {
    await expect(call(job, one.id)).rejects.toMatchObject({ errors: [{ type: 'FORBIDDEN' }] })
  }
})

test('an issue tells who edited its text last, who closed it and who labelled it, and needs issues: read', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const { data: issue } = await gate.rest.issues.create({
    ...at,
    title: 'Hold',
    body: 'a',
    labels: ['deploy-blocked-version'],
  })
  const query = `query { repository(owner: "${at.owner}", name: "${at.repo}") { issue(number: ${issue.number}) {
    author { __typename login } editor { __typename login }
    timelineItems(last: 10, itemTypes: [CLOSED_EVENT, LABELED_EVENT]) { nodes { __typename
      ... on ClosedEvent { actor { login } } ... on LabeledEvent { actor { login } label { name } } } } } } }`
  const ask = async (client: Octokit): Promise<unknown> =>
    (await client.graphql<{ repository: { issue: unknown } }>(query)).repository.issue

  const labelled = { __typename: 'LabeledEvent', actor: { login: 'gate' }, label: { name: 'deploy-blocked-version' } }
  const author = { __typename: 'Bot', login: 'gate' }
  expect(await ask(gate)).toEqual({ author, editor: null, timelineItems: { nodes: [labelled] } })

  const number = { ...at, issue_number: issue.number }
  await ada.rest.issues.update({ ...number, title: 'A new title is no new text', body: 'a' })
  expect(await ask(gate)).toMatchObject({ editor: null })
  await ada.rest.issues.update({ ...number, body: 'b', state: 'closed' })
  await ada.rest.issues.update({ ...number, state: 'open' })
  expect(await ask(gate)).toEqual({
    author,
    editor: { __typename: 'User', login: 'ada' },
    timelineItems: { nodes: [labelled, { __typename: 'ClosedEvent', actor: { login: 'ada' } }] },
  })
  const job = fixture.client(fixture.github.mintJobToken(deploy, { contents: 'read' }, 1))
  await expect(ask(job)).rejects.toMatchObject({ errors: [{ type: 'FORBIDDEN' }] })
})

test('issues and pull requests have their newest comments, the oldest of them first, with their authors and last edits', async () => {
  await using fixture = await startEmulatorFixture()
  const ada = fixture.client(fixture.ada.token)
  const gate = fixture.client(await fixture.gateToken())
  const { data: issue } = await ada.rest.issues.create({ ...at, title: 'Hold' })
  const pull = await propose(fixture, 'topic')
  for (const { kind, number } of [
    { kind: 'issue', number: issue.number },
    { kind: 'pullRequest', number: pull.number },
  ]) {
    const under = { ...at, issue_number: number }
    await ada.rest.issues.createComment({ ...under, body: 'one' })
    const { data } = await gate.rest.issues.createComment({ ...under, body: 'two' })
    await ada.rest.issues.createComment({ ...under, body: 'three' })
    const ask = async (): Promise<unknown> =>
      (
        await gate.graphql<{ repository: { one: unknown } }>(
          `{ repository(owner: "${at.owner}", name: "${at.repo}") { one: ${kind}(number: ${number}) {
            comments(last: 2) { totalCount pageInfo { hasPreviousPage } nodes { body lastEditedAt author {
              __typename login ... on Bot { databaseId } } } } } } }`,
        )
      ).repository.one
    const byGate = { author: { __typename: 'Bot', login: 'gate', databaseId: fixture.gate.bot } }
    const three = { body: 'three', lastEditedAt: null, author: { __typename: 'User', login: 'ada' } }
    const page = { totalCount: 3, pageInfo: { hasPreviousPage: true } }
    expect(await ask()).toEqual({
      comments: { ...page, nodes: [{ body: 'two', lastEditedAt: null, ...byGate }, three] },
    })

    await ada.rest.issues.updateComment({ ...at, comment_id: data.id, body: 'changed' })
    const changed = { body: 'changed', lastEditedAt: expect.any(String), ...byGate }
    expect(await ask()).toEqual({ comments: { ...page, nodes: [changed, three] } })
  }
})
