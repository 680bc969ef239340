import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifiedPair } from '../fixtures/queue-tools.js'
import { commitOn, type RepositoryPair, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const begin = () => verifiedPair(testGitHub)

/** What a merge queue builds for a pull request on top of `base`, so many commits as a rebase brings. Returns its last. */
async function build(pair: RepositoryPair, pull: number, base: string, commits = 1): Promise<string> {
  const octokit = pair.client(pair.ada.token)
  const branch = `gh-readonly-queue/main/pr-${pull}-${base}`
  await octokit.rest.git.createRef({ ...pair.upstreamAt, ref: `refs/heads/${branch}`, sha: base })
  let sha = base
  for (let count = 0; count < commits; count++)
    sha = await commitOn(octokit, pair.upstreamAt, branch, { [`src/${pull}-${count}.txt`]: 'queued\n' })
  return sha
}

async function said(pair: RepositoryPair, ref: string): Promise<string> {
  const { data } = await pair.client(pair.ada.token).rest.repos.listCommitStatusesForRef({ ...pair.upstreamAt, ref })
  return `${data[0]?.state}: ${data[0]?.description}`
}

const tipOf = async (pair: RepositoryPair): Promise<string> =>
  (await pair.client(pair.ada.token).rest.git.getRef({ ...pair.upstreamAt, ref: 'heads/main' })).data.object.sha

test('of two in the queue the first is green and the second waits, also where a rebase brings several commits of each', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const [first, second] = [await tools.open(), await tools.open()]
  const one = await build(pair, first, await tipOf(pair), 3)
  const two = await build(pair, second, one, 2)

  await tools.judge('all')

  expect(await said(pair, one)).toMatch(/^success: Clear/)
  expect(await said(pair, two)).toMatch(/^pending: Waits for the deploy of 1 before it/)
})

test('what waits in the queue leaves it for a fix that is queued behind it', async () => {
  const { pair, tools } = await begin()
  await using _ = pair
  const { number } = await pair.merge(pair.bob)
  const [waiting, docs] = [await tools.open(), await tools.open({ files: { 'docs/README.md': '# New\n' } })]
  const one = await build(pair, waiting, await tipOf(pair))
  const two = await build(pair, docs, one)
  await tools.judge('all')
  expect(await said(pair, one)).toMatch(/^pending: #\d+ by bob/)
  // What makes no version has time.
  expect(await said(pair, two)).toMatch(/^success/)

  const fix = await tools.open({ title: 'Mend it', body: `Fixes #${number}` })
  const three = await build(pair, fix, two)
  await tools.judge('all')

  expect(await said(pair, three)).toBe(`success: Clear: it fixes #${number}, which is not deployed.`)
  expect(await said(pair, one)).toMatch(new RegExp(`^failure: Removed from the merge queue to let #${fix} pass`))
  expect(await said(pair, two)).toMatch(/^success/)
  // The pull request itself stays as it is: it is queued again when the deploy queue is clear.
  expect(await tools.status(waiting)).toMatch(/^failure: #\d+ by bob/)
})
