import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockWith } from '../../../../shared/bump/lock.js'
import { type Proof, provePureBump } from '../../../../shared/bump/proof.js'
import { fetchArtifact, listVersions } from '../../../../shared/bump/published.js'
import { gitObjects } from '../../../../shared/github/git-objects.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import {
  chartPath,
  commitOn,
  lockPath,
  metaChart,
  policyFor,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../../../fixtures/repository-pair.js'
import { commitTargets, filesAt, paths, withTwoTargets } from '../../../fixtures/two-targets.js'

const clock = { sleep: async () => {} }
let testGitHub: TestGitHub
let pair: RepositoryPair
let base: string
let [version, newer] = ['', '']
let sequence = 0

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair(withTwoTargets)
  base = await commitTargets(pair, filesAt(pair.firstVersion, pair.charts.url))
  version = pair.publish((await pair.merge(pair.ada)).commit)
  newer = pair.publish((await pair.merge(pair.ada)).commit)
}, 60_000)

afterAll(async () => {
  await pair[Symbol.asyncDispose]()
  await testGitHub[Symbol.asyncDispose]()
})

async function bumpTo(to: string): Promise<Record<string, string>> {
  const source = { kind: 'chart', repository: pair.charts.url, chart: 'hub' } as const
  const listed = (await listVersions(fetch, source)).find((candidate) => candidate.version === to)
  const { sha256 } = listed ? await fetchArtifact(fetch, source, listed) : { sha256: '' }
  const lock = lockWith(await pair.deployed(lockPath), { component: 'hub', version: to, sha256 })
  return { ...filesAt(to, pair.charts.url), [lockPath]: lock }
}

/** @param start what was changed before, on top of main. */
async function prove(files: Record<string, string | null>, start?: Record<string, string>): Promise<Proof> {
  const octokit = pair.client(pair.ada.token)
  const branch = `several-${++sequence}`
  const from = start ? await commitOn(octokit, pair.deployAt, branch, start) : base
  const head = await commitOn(octokit, pair.deployAt, branch, files)
  const policy = parsePolicy(withTwoTargets(policyFor(pair.upstreamRepo)))
  const change = {
    policy,
    base: from,
    head,
    objects: gitObjects(octokit, pair.deployRepo),
    upstream: octokit,
    http: fetch,
    clock,
  }
  return provePureBump(change)
}

describe('a bump of several targets is pure', () => {
  test('where all of them move, and the lock file of the chart with them', async () => {
    expect(await prove(await bumpTo(version))).toMatchObject({ pure: true, from: pair.firstVersion, to: version })
  })

  test('where Helm itself refreshed the lock file, which writes another time into it', async () => {
    const files = await bumpTo(version)
    const lock = files[paths.lock]?.replace(/generated: .*/, 'generated: "2026-11-23T02:00:07.067989211Z"') ?? ''
    expect(await prove({ ...files, [paths.lock]: lock })).toMatchObject({ pure: true })
  })

  test('where one of them was left behind before, and catches up', async () => {
    const [to, behind] = [await bumpTo(newer), filesAt(pair.firstVersion, pair.charts.url)]
    const start = { ...(await bumpTo(version)), [paths.edge]: behind[paths.edge] ?? '' }
    expect(await prove(to, start)).toMatchObject({ pure: true, from: version, to: newer })
  })

  test('where only the one that was left behind is brought to the version of the others', async () => {
    const [to, behind] = [await bumpTo(version), filesAt(pair.firstVersion, pair.charts.url)]
    const start = { ...to, [paths.edge]: behind[paths.edge] ?? '' }
    expect(await prove(to, start)).toMatchObject({ pure: true, from: pair.firstVersion, to: version })
  })
})

describe('it is not pure', () => {
  const miss = async (proof: Promise<Proof>, reason: string, why: RegExp): Promise<void> => {
    const result = await proof
    expect(result).toMatchObject({ pure: false, reason, why: expect.stringMatching(why) })
    expect(result.pure ? '' : result.fix).toMatch(/\.$/)
  }
  const without = async (path: string): Promise<Record<string, string>> => {
    const { [path]: _, ...others } = await bumpTo(version)
    return others
  }

  test.each([paths.edge, paths.value])('where %s stays behind', async (path) =>
    miss(prove(await without(path)), 'not-a-pure-bump', new RegExp(`only a part of hub to .*: ${path}#`)),
  )

  test('where the first stays behind', async () =>
    miss(prove(await without(chartPath)), 'not-a-pure-bump', /only a part of hub/))

  test('where the lock file of the chart stays behind', async () =>
    miss(prove(await without(paths.lock)), 'not-a-pure-bump', /changes more in meta\/Chart\.lock .*line 4/))

  test('where the lock file of the chart locks something else, too', async () => {
    const files = await bumpTo(version)
    const lock = files[paths.lock]?.replace('1.2.3', '1.2.4') ?? ''
    await miss(prove({ ...files, [paths.lock]: lock }), 'not-a-pure-bump', /Chart\.lock .*line 7/)
  })

  test('where only the lock file of the chart changes', async () => {
    const lock = (await bumpTo(version))[paths.lock] ?? ''
    await miss(prove({ [paths.lock]: lock }), 'not-a-pure-bump', /changes no component version/)
  })

  test('where the lock file of the chart goes', async () =>
    miss(prove({ ...(await bumpTo(version)), [paths.lock]: null }), 'not-a-pure-bump', /adds or removes/))

  test('where a byte more changes in the last target', async () => {
    const files = await bumpTo(version)
    const odd = { ...files, [paths.edge]: `${files[paths.edge]}\r\n` }
    await miss(prove(odd), 'not-a-pure-bump', /more in edge\/staging\/requirements\.yaml/)
  })

  test('where a target goes back, though the first goes forward', async () => {
    const [to, ahead] = [await bumpTo(version), filesAt(newer, pair.charts.url)]
    await miss(prove(to, { [paths.edge]: ahead[paths.edge] ?? '' }), 'not-a-descendant', /it is older/)
  })
})

test('a lock file that was out of sync before is said with the command that mends it', async () => {
  const stale = filesAt(newer, pair.charts.url)[paths.lock] ?? ''
  await expect(
    prove({ [chartPath]: metaChart(version, pair.charts.url) }, { [paths.lock]: stale }),
  ).resolves.toMatchObject({
    pure: false,
  })
  await expect(prove(await bumpTo(version), { [paths.lock]: stale })).rejects.toMatchObject({
    reason: 'target-missing',
    fix: 'Run "helm dependency update meta", and commit meta/Chart.lock.',
  })
})
