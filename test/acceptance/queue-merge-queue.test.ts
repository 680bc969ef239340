import { afterAll, beforeAll, expect, test } from 'vitest'
import { commitOn, type Lane, type Stage, startStage } from './code-lane.js'
import { verifiedLane } from './queue-world.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

const begin = () => verifiedLane(stage)

/** What a merge queue builds for a pull request on top of `base`, so many commits as a rebase brings. Returns its last. */
async function build(lane: Lane, pull: number, base: string, commits = 1): Promise<string> {
  const octokit = lane.client(lane.ada.token)
  const branch = `gh-readonly-queue/main/pr-${pull}-${base}`
  await octokit.rest.git.createRef({ ...lane.upstreamAt, ref: `refs/heads/${branch}`, sha: base })
  let sha = base
  for (let count = 0; count < commits; count++)
    sha = await commitOn(octokit, lane.upstreamAt, branch, { [`src/${pull}-${count}.txt`]: 'queued\n' })
  return sha
}

async function said(lane: Lane, ref: string): Promise<string> {
  const { data } = await lane.client(lane.ada.token).rest.repos.listCommitStatusesForRef({ ...lane.upstreamAt, ref })
  return `${data[0]?.state}: ${data[0]?.description}`
}

const tipOf = async (lane: Lane): Promise<string> =>
  (await lane.client(lane.ada.token).rest.git.getRef({ ...lane.upstreamAt, ref: 'heads/main' })).data.object.sha

test('of two in the queue the first is green and the second waits, also where a rebase brings several commits of each', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const [first, second] = [await tools.open(), await tools.open()]
  const one = await build(lane, first, await tipOf(lane), 3)
  const two = await build(lane, second, one, 2)

  await tools.judge('all')

  expect(await said(lane, one)).toMatch(/^success: Clear/)
  expect(await said(lane, two)).toMatch(/^pending: Waits for the deploy of 1 before it/)
})

test('what waits in the queue leaves it for a fix that is queued behind it', async () => {
  const { lane, tools } = await begin()
  await using _ = lane
  const { number } = await lane.merge(lane.bob)
  const [waiting, docs] = [await tools.open(), await tools.open({ files: { 'docs/README.md': '# New\n' } })]
  const one = await build(lane, waiting, await tipOf(lane))
  const two = await build(lane, docs, one)
  await tools.judge('all')
  expect(await said(lane, one)).toMatch(/^pending: #\d+ by bob/)
  // What makes no version has time.
  expect(await said(lane, two)).toMatch(/^success/)

  const fix = await tools.open({ title: 'Mend it', body: `Fixes #${number}` })
  const three = await build(lane, fix, two)
  await tools.judge('all')

  expect(await said(lane, three)).toBe(`success: Clear: it fixes #${number}, which is not deployed.`)
  expect(await said(lane, one)).toMatch(new RegExp(`^failure: Removed from the merge queue to let #${fix} pass`))
  expect(await said(lane, two)).toMatch(/^success/)
  // The pull request itself stays as it is: it is queued again when the lane is clear.
  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob/)
})
