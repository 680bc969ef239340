import { afterAll, beforeAll, expect, test } from 'vitest'
import { blockedVersionBlock } from '../../shared/blocks/blocked-versions.js'
import { chartPath, commitOn, type Lane, type Stage, startStage } from './code-lane.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

/** A version of ada's merge, deployed by its pull request. */
async function deployed(lane: Lane): Promise<{ version: string; merge: string }> {
  const { merge, commit } = await lane.merge(lane.ada)
  const version = lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  await lane
    .client(lane.ada.token)
    .rest.pulls.merge({ ...lane.deployAt, pull_number: Number(outputs['pull-request-number']) })
  return { version, merge }
}

async function forceMain(lane: Lane, parents: string[], text: string): Promise<string> {
  const { rest } = lane.client(lane.ada.token)
  const { data: tree } = await rest.git.createTree({
    ...lane.upstreamAt,
    tree: [{ path: 'src/main.txt', mode: '100644', type: 'blob', content: text }],
  })
  const { data } = await rest.git.createCommit({ ...lane.upstreamAt, message: text, tree: tree.sha, parents })
  await rest.git.updateRef({ ...lane.upstreamAt, ref: 'heads/main', sha: data.sha, force: true })
  return data.sha
}

test('a downgrade is refused, and says that there is a rollback', async () => {
  await using lane = await stage.lane()
  await deployed(lane)

  const { code, outputs, result, summary } = await lane.bundle.bump(lane.firstCommit)

  expect([code, outputs['pull-request-operation'], result.reason]).toEqual([1, 'refused', 'not-a-descendant'])
  expect(result.message).toMatch(/so this is a downgrade\. To return to an older version, use a rollback/)
  expect(summary).toContain('a downgrade')
})

test('a version of a side branch is refused as a sideways step', async () => {
  await using lane = await stage.lane()
  await deployed(lane)
  const { rest } = lane.client(lane.ada.token)
  await rest.git.createRef({ ...lane.upstreamAt, ref: 'refs/heads/side', sha: lane.firstCommit })
  const side = await commitOn(lane.client(lane.ada.token), lane.upstreamAt, 'side', { 'src/main.txt': 'side\n' })
  lane.publish(side)

  const { result } = await lane.bundle.bump(side)

  expect(result).toMatchObject({ decision: 'refused', reason: 'not-a-descendant' })
  expect(result.message).toContain('contains the other')
})

test('a main branch that was rewritten is refused with that reason', async () => {
  await using lane = await stage.lane()
  const { version } = await deployed(lane)
  const rewritten = await forceMain(lane, [lane.firstCommit], 'another story\n')
  lane.publish(rewritten)

  const { result } = await lane.bundle.bump(rewritten)

  expect(result).toMatchObject({ decision: 'refused', reason: 'not-a-descendant' })
  expect(result.message).toContain(`${version} is on main, but its commit is no longer on main`)
  expect(result.message).toContain('the history was rewritten')
})

test('an unrelated history is refused with that reason', async () => {
  await using lane = await stage.lane()
  const unrelated = await forceMain(lane, [], 'a new beginning\n')
  lane.publish(unrelated)

  const { result, log } = await lane.bundle.bump(unrelated)

  expect(result).toMatchObject({ decision: 'refused', reason: 'not-a-descendant' })
  expect(result.message).toContain('have no common history')
  expect(log).toContain(`write a version from the new history into ${chartPath} by hand`)
})

test('a version that contains a held commit is not proposed; what is without it is', async () => {
  await using lane = await stage.lane()
  const bad = await lane.merge(lane.ada)
  const version = lane.publish(bad.commit)
  const hold = { schema: 1 as const, component: 'hub', version, commit: bad.commit, cause: 'unhealthy', run: '7/1' }
  const { rest } = lane.client(await lane.token('gate'))
  const { data: issue } = await rest.issues.create({
    ...lane.deployAt,
    title: 'hub is held',
    body: blockedVersionBlock(hold),
    labels: ['deploy-blocked-version'],
  })

  const held = await lane.bundle.bump(bad.merge)
  expect([held.code, held.outputs['pull-request-operation'], held.result.reason]).toEqual([
    1,
    'refused',
    'version-blocked',
  ])
  expect(held.result.message).toContain(`#${issue.number}`)
  expect(await lane.openPulls()).toEqual([])

  await rest.issues.update({ ...lane.deployAt, issue_number: issue.number, state: 'closed' })
  expect((await lane.bundle.bump(bad.merge)).outputs['pull-request-operation']).toBe('created')
})

test('while the last bump is merged and not deployed, the next one is a pull request of its own', async () => {
  await using lane = await stage.lane()
  await deployed(lane)
  const { merge, commit } = await lane.merge(lane.bob)
  const version = lane.publish(commit)

  const { outputs } = await lane.bundle.bump(merge)

  expect(outputs).toMatchObject({ 'pull-request-operation': 'created', to: version })
  const [pull, ...others] = await lane.openPulls()
  expect(others).toEqual([])
  // ada's change is merged: it is not hers to see through again.
  expect(pull?.title).toBe(`Bump hub to ${version} (1 change)`)
})

test('a bump of what was taken back upstream before anybody merged it is closed, and does not come again', async () => {
  await using lane = await stage.lane()
  const { rest } = lane.client(lane.ada.token)
  await lane.merge(lane.ada, { files: { 'docs/README.md': '# The hub\n' } })
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  const { outputs: proposed } = await lane.bump(merge)
  const pull = { ...lane.deployAt, pull_number: Number(proposed['pull-request-number']) }
  const late = await lane.merge(lane.ada, { files: { 'src/main.txt': 'one\n' } })

  const { outputs, result } = await lane.bundle.bump(late.merge)
  expect([proposed['pull-request-operation'], outputs['pull-request-operation'], result.reason]).toEqual([
    'created',
    'closed',
    'no-version-change',
  ])
  expect((await rest.pulls.get(pull)).data.state).toBe('closed')
  const { data: comments } = await rest.issues.listComments({ ...lane.deployAt, issue_number: pull.pull_number })
  expect(comments.at(-1)?.body).toContain('No file of hub changed since')

  expect((await lane.bundle.bump(merge)).result.reason).toBe('closed-unmerged')
  expect((await lane.bundle.bump(late.merge)).result).toMatchObject({
    decision: 'skipped',
    reason: 'no-version-change',
  })
})
