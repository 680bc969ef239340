import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockedVersionBlock } from '../../shared/blocks/blocked-versions.js'
import {
  chartPath,
  commitOn,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

/** A version of ada's merge, deployed by its pull request. */
async function deployed(pair: RepositoryPair): Promise<{ version: string; merge: string }> {
  const { merge, commit } = await pair.merge(pair.ada)
  const version = pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  await pair
    .client(pair.ada.token)
    .rest.pulls.merge({ ...pair.deployAt, pull_number: Number(outputs['pull-request-number']) })
  return { version, merge }
}

async function forceMain(pair: RepositoryPair, parents: string[], text: string): Promise<string> {
  const { rest } = pair.client(pair.ada.token)
  const { data: tree } = await rest.git.createTree({
    ...pair.upstreamAt,
    tree: [{ path: 'src/main.txt', mode: '100644', type: 'blob', content: text }],
  })
  const { data } = await rest.git.createCommit({ ...pair.upstreamAt, message: text, tree: tree.sha, parents })
  await rest.git.updateRef({ ...pair.upstreamAt, ref: 'heads/main', sha: data.sha, force: true })
  return data.sha
}

test('a downgrade is refused, and says that there is a rollback', async () => {
  await using pair = await testGitHub.repositoryPair()
  await deployed(pair)

  const { code, outputs, result, summary } = await pair.bundle.bump(pair.firstCommit)

  expect([code, outputs['pull-request-operation'], result.reason]).toEqual([1, 'refused', 'not-a-descendant'])
  expect(result.message).toMatch(/so this is a downgrade\. To return to an older version, use a rollback/)
  expect(summary).toContain('a downgrade')
})

test('a version of a side branch is refused as a sideways step', async () => {
  await using pair = await testGitHub.repositoryPair()
  await deployed(pair)
  const { rest } = pair.client(pair.ada.token)
  await rest.git.createRef({ ...pair.upstreamAt, ref: 'refs/heads/side', sha: pair.firstCommit })
  const side = await commitOn(pair.client(pair.ada.token), pair.upstreamAt, 'side', { 'src/main.txt': 'side\n' })
  pair.publish(side)

  const { result } = await pair.bundle.bump(side)

  expect(result).toMatchObject({ decision: 'refused', reason: 'not-a-descendant' })
  expect(result.message).toContain('contains the other')
})

test('a main branch that was rewritten is refused with that reason', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { version } = await deployed(pair)
  const rewritten = await forceMain(pair, [pair.firstCommit], 'another story\n')
  pair.publish(rewritten)

  const { result } = await pair.bundle.bump(rewritten)

  expect(result).toMatchObject({ decision: 'refused', reason: 'not-a-descendant' })
  expect(result.message).toContain(`${version} is on main, but its commit is no longer on main`)
  expect(result.message).toContain('the history was rewritten')
})

test('an unrelated history is refused with that reason', async () => {
  await using pair = await testGitHub.repositoryPair()
  const unrelated = await forceMain(pair, [], 'a new beginning\n')
  pair.publish(unrelated)

  const { result, log } = await pair.bundle.bump(unrelated)

  expect(result).toMatchObject({ decision: 'refused', reason: 'not-a-descendant' })
  expect(result.message).toContain('have no common history')
  expect(log).toContain(`write a version from the new history into ${chartPath} by hand`)
})

test('a version that contains a held commit is not proposed; what is without it is', async () => {
  await using pair = await testGitHub.repositoryPair()
  const bad = await pair.merge(pair.ada)
  const version = pair.publish(bad.commit)
  const hold = { schema: 1 as const, component: 'hub', version, commit: bad.commit, cause: 'unhealthy', run: '7/1' }
  const { rest } = pair.client(await pair.token('gate'))
  const { data: issue } = await rest.issues.create({
    ...pair.deployAt,
    title: 'hub is held',
    body: blockedVersionBlock(hold),
    labels: ['deploy-blocked-version'],
  })

  const held = await pair.bundle.bump(bad.merge)
  expect([held.code, held.outputs['pull-request-operation'], held.result.reason]).toEqual([
    1,
    'refused',
    'version-blocked',
  ])
  expect(held.result.message).toContain(`#${issue.number}`)
  expect(await pair.openPulls()).toEqual([])

  await rest.issues.update({ ...pair.deployAt, issue_number: issue.number, state: 'closed' })
  expect((await pair.bundle.bump(bad.merge)).outputs['pull-request-operation']).toBe('created')
})

test('while the last bump is merged and not deployed, the next one is a pull request of its own', async () => {
  await using pair = await testGitHub.repositoryPair()
  await deployed(pair)
  const { merge, commit } = await pair.merge(pair.bob)
  const version = pair.publish(commit)

  const { outputs } = await pair.bundle.bump(merge)

  expect(outputs).toMatchObject({ 'pull-request-operation': 'created', to: version })
  const [pull, ...others] = await pair.openPulls()
  expect(others).toEqual([])
  // ada's change is merged: it is not hers to see through again.
  expect(pull?.title).toBe(`Bump hub to ${version} (1 change)`)
})

test('a bump of what was taken back upstream before anybody merged it is closed, and does not come again', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { rest } = pair.client(pair.ada.token)
  await pair.merge(pair.ada, { files: { 'docs/README.md': '# The hub\n' } })
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  const { outputs: proposed } = await pair.bump(merge)
  const pull = { ...pair.deployAt, pull_number: Number(proposed['pull-request-number']) }
  const late = await pair.merge(pair.ada, { files: { 'src/main.txt': 'one\n' } })

  const { outputs, result } = await pair.bundle.bump(late.merge)
  expect([proposed['pull-request-operation'], outputs['pull-request-operation'], result.reason]).toEqual([
    'created',
    'closed',
    'no-version-change',
  ])
  expect((await rest.pulls.get(pull)).data.state).toBe('closed')
  const { data: comments } = await rest.issues.listComments({ ...pair.deployAt, issue_number: pull.pull_number })
  expect(comments.at(-1)?.body).toContain('No file of hub changed since')

  expect((await pair.bundle.bump(merge)).result.reason).toBe('closed-unmerged')
  expect((await pair.bundle.bump(late.merge)).result).toMatchObject({
    decision: 'skipped',
    reason: 'no-version-change',
  })
})
