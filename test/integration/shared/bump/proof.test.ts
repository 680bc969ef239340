import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockWith } from '../../../../shared/bump/lock.js'
import { type Proof, provePureBump } from '../../../../shared/bump/proof.js'
import { fetchArtifact, listVersions } from '../../../../shared/bump/published.js'
import { gitObjects } from '../../../../shared/github/git-objects.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'
import { packChart } from '../../../fixtures/chart-server.js'
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

const second = (): string => `  other:
    upstream: acme/hub-1
    chart: meta/Chart.yaml#other
    version: ["{any}-{commit}"]
`

const clock = { sleep: async () => {} }
let testGitHub: TestGitHub
let pair: RepositoryPair
let base: string
let version: string
/** Merged upstream; many versions can be published for it. */
let merged: string
let sequence = 0

beforeAll(async () => {
  testGitHub = await startTestGitHub()
  pair = await testGitHub.repositoryPair((text) => text + second())
  const { data } = await pair.client(pair.ada.token).rest.git.getRef({ ...pair.deployAt, ref: 'heads/main' })
  base = data.object.sha
  merged = (await pair.merge(pair.ada)).commit
  version = pair.publish(merged)
}, 60_000)

afterAll(async () => {
  await pair[Symbol.asyncDispose]()
  await testGitHub[Symbol.asyncDispose]()
})

const chart = (to: string): string => metaChart(to, pair.charts.url)

async function sha256Of(wanted: string): Promise<string> {
  const source = { kind: 'chart', repository: pair.charts.url, chart: 'hub' } as const
  const listed = (await listVersions(fetch, source)).find((candidate) => candidate.version === wanted)
  return listed ? (await fetchArtifact(fetch, source, listed)).sha256 : '0'.repeat(64)
}

/** The bump to `to` as it should be, on top of main. */
async function bumpTo(to: string): Promise<Record<string, string>> {
  const entry = { component: 'hub', version: to, sha256: await sha256Of(to) }
  return { [chartPath]: chart(to), [lockPath]: lockWith(await pair.deployed(lockPath), entry) }
}

async function prove(files: Record<string, string | null>, mode?: '100755'): Promise<Proof> {
  const octokit = pair.client(pair.ada.token)
  const head = await commitOn(octokit, pair.deployAt, `try-${++sequence}`, files, 'By hand', mode)
  const policy = parsePolicy(policyFor(pair.upstreamRepo) + second())
  return provePureBump({
    policy,
    base,
    head,
    objects: gitObjects(octokit, pair.deployRepo),
    upstream: octokit,
    http: fetch,
    clock,
  })
}

/** A commit on an upstream branch, without a pull request. */
const pushed = (branch: string, files: Record<string, string>): Promise<string> =>
  commitOn(pair.client(pair.ada.token), pair.upstreamAt, branch, files)

describe('pure', () => {
  test('a bump that a person made by hand, with the lock entry', async () => {
    const proof = await prove(await bumpTo(version))

    expect(proof).toMatchObject({
      pure: true,
      component: 'hub',
      from: pair.firstVersion,
      to: version,
      sha256: await sha256Of(version),
    })
  })

  test('a version named after the merge commit itself', async () => {
    const { merge } = await pair.merge(pair.bob)
    const to = pair.publish(merge)

    expect(await prove(await bumpTo(to))).toMatchObject({ pure: true, artifactCommit: merge })
  })

  test('the same files have the same input digest, whatever else is in the repository', async () => {
    const files = await bumpTo(version)
    const later = await commitOn(pair.client(pair.ada.token), pair.deployAt, `base-${++sequence}`, {
      'README.md': 'new\n',
    })
    const octokit = pair.client(pair.ada.token)
    const head = await commitOn(octokit, pair.deployAt, `base-${sequence}`, files)
    const policy = parsePolicy(policyFor(pair.upstreamRepo))
    const again = await provePureBump({
      policy,
      base: later,
      head,
      objects: gitObjects(octokit, pair.deployRepo),
      upstream: octokit,
      http: fetch,
      clock,
    })

    const first = await prove(files)
    expect(again).toMatchObject({ pure: true, inputDigest: first.pure ? first.inputDigest : '' })
  })
})

describe('not pure', () => {
  const miss = async (proof: Promise<Proof>, reason: string, why: RegExp): Promise<void> => {
    const result = await proof
    expect(result).toMatchObject({ pure: false, reason, why: expect.stringMatching(why) })
    expect(result.pure ? '' : result.fix).toMatch(/\.$/)
  }

  test('nothing changed', () => miss(prove({}), 'not-a-pure-bump', /changes nothing/))

  test("another component's file changed, too, though not its version", async () => {
    const octokit = pair.client(pair.ada.token)
    const branch = `base-${++sequence}`
    const values = (replicas: number): string => `replicas: ${replicas}\nimage: registry.test/tool:1.0.0-gabcdef1\n`
    const before = await commitOn(octokit, pair.deployAt, branch, { 'meta/values.yaml': values(2) })
    const files = { ...(await bumpTo(version)), 'meta/values.yaml': values(0) }
    const head = await commitOn(octokit, pair.deployAt, branch, files)
    const tool = `  tool:
    upstream: acme/hub-1
    image: meta/values.yaml#image
    version: ["{any}-g{commit}"]
`
    const policy = parsePolicy(policyFor(pair.upstreamRepo) + tool)
    const change = {
      policy,
      base: before,
      head,
      objects: gitObjects(octokit, pair.deployRepo),
      upstream: octokit,
      http: fetch,
      clock,
    }

    await miss(provePureBump(change), 'not-a-pure-bump', /more than the version of hub: meta\/values\.yaml/)
  })

  test('another file changed, too', async () => {
    await miss(
      prove({ ...(await bumpTo(version)), 'config/prod.yaml': 'a: 1\n' }),
      'not-a-pure-bump',
      /config\/prod\.yaml/,
    )
  })

  test('a file was removed', async () => {
    await miss(prove({ ...(await bumpTo(version)), 'README.md': null }), 'not-a-pure-bump', /README\.md/)
  })

  test('the policy changed, too', async () => {
    await miss(
      prove({ ...(await bumpTo(version)), '.github/deploy-policy.yml': 'x' }),
      'not-a-pure-bump',
      /deploy-policy/,
    )
  })

  test('a file became executable', async () => {
    await miss(prove(await bumpTo(version), '100755'), 'not-a-pure-bump', /changes its file type/)
  })

  test('the lock file was removed', async () => {
    await miss(prove({ [chartPath]: chart(version), [lockPath]: null }), 'not-a-pure-bump', /deploy-lock/)
  })

  test('a comment changed, too', async () => {
    const files = await bumpTo(version)
    const odd = { ...files, [chartPath]: files[chartPath]?.replace('# bumped', '# Bumped') ?? '' }
    await miss(prove(odd), 'not-a-pure-bump', /meta\/Chart\.yaml.*line 7/)
  })

  test('the registry was changed, too', async () => {
    const files = await bumpTo(version)
    const odd = {
      ...files,
      [chartPath]: files[chartPath]?.replace(/(bumped\n {4}repository: ).*/, '$1https://evil.example') ?? '',
    }
    await miss(prove(odd), 'not-a-pure-bump', /line 8/)
  })

  test('another dependency changed, too', async () => {
    const files = await bumpTo(version)
    const odd = { ...files, [chartPath]: files[chartPath]?.replace('1.2.3', '1.2.4') ?? '' }
    await miss(prove(odd), 'not-a-pure-bump', /several components at once: hub, other/)
  })

  test('the dependency is gone', () =>
    miss(prove({ [chartPath]: 'name: meta\ndependencies: []\n' }), 'not-a-pure-bump', /removes hub/))

  test('only the lock file changed', () =>
    miss(
      prove({ [lockPath]: lockWith(undefined, { component: 'hub', version, sha256: 'a'.repeat(64) }) }),
      'not-a-pure-bump',
      /only/,
    ))

  test('the lock entry is missing: the fix tells what it must be', async () => {
    const proof = await prove({ [chartPath]: chart(version) })
    expect(proof).toMatchObject({ pure: false, fix: expect.stringContaining(await sha256Of(version)) })
  })

  test('the lock entry pins other bytes', async () => {
    const lock = lockWith(await pair.deployed(lockPath), { component: 'hub', version, sha256: 'a'.repeat(64) })
    await miss(
      prove({ [chartPath]: chart(version), [lockPath]: lock }),
      'digest-mismatch',
      /aaaa.*but the registry has/,
    )
  })

  test('the lock file has another entry, too', async () => {
    const files = await bumpTo(version)
    const lock = lockWith(files[lockPath], { component: 'zzz', version: '1', sha256: 'a'.repeat(64) })
    await miss(prove({ ...files, [lockPath]: lock }), 'not-a-pure-bump', /does not match this bump/)
  })

  test('the version is not published', async () => {
    await miss(prove(await bumpTo(`1.0.0-0.dev.git.99.h${merged.slice(0, 8)}`)), 'version-not-found', /has no version/)
  })

  test('the version names no commit', async () =>
    miss(prove(await bumpTo('9.9.9')), 'not-a-pure-bump', /contains no readable commit/))

  test('the version names an unknown commit', async () =>
    miss(prove(await bumpTo('1.0.0-0.dev.git.9.h00000000')), 'not-a-pure-bump', /does not have commit/))

  test('the commit was never merged', async () => {
    const to = pair.publish(await pushed('unmerged', { 'src/main.txt': 'unmerged\n' }))
    await miss(prove(await bumpTo(to)), 'not-a-pure-bump', /is not on main/)
  })

  test('the commit was pushed without a pull request', async () => {
    const to = pair.publish(await pushed('main', { 'src/main.txt': 'pushed\n' }))
    await miss(prove(await bumpTo(to)), 'not-a-pure-bump', /without a pull request/)
  })

  test('the commit is only a part of what was merged', async () => {
    const octokit = pair.client(pair.ada.token)
    const part = await pushed('two-commits', { 'src/main.txt': 'half\n' })
    await pushed('two-commits', { 'src/main.txt': 'whole\n' })
    const { data } = await octokit.rest.pulls.create({
      ...pair.upstreamAt,
      base: 'main',
      head: 'two-commits',
      title: 'Two',
    })
    await octokit.rest.pulls.merge({ ...pair.upstreamAt, pull_number: data.number })
    await miss(prove(await bumpTo(pair.publish(part))), 'not-a-pure-bump', /only a part/)
  })

  test('it goes back to an older version', async () => {
    const newer = await commitOn(pair.client(pair.ada.token), pair.deployAt, 'newer', await bumpTo(version))
    const files = { [chartPath]: chart(pair.firstVersion), [lockPath]: (await pair.deployed(lockPath)) ?? '' }
    const octokit = pair.client(pair.ada.token)
    const head = await commitOn(octokit, pair.deployAt, 'newer', files)
    const policy = parsePolicy(policyFor(pair.upstreamRepo))
    const proof = provePureBump({
      policy,
      base: newer,
      head,
      objects: gitObjects(octokit, pair.deployRepo),
      upstream: octokit,
      http: fetch,
      clock,
    })
    await miss(proof, 'not-a-descendant', /it is older/)
  })

  test.each([
    [
      'another chart inside',
      { 'charts/jupyterhub/Chart.yaml': 'name: jupyterhub\nversion: 4.0.0\n' },
      /chart jupyterhub: none -> 4\.0\.0/,
    ],
    [
      'another chart asked for',
      {
        'Chart.yaml':
          'name: hub\nversion: VERSION\ndependencies: [{name: jupyterhub, version: 4.0.0, repository: "https://x.example"}]\n',
      },
      /jupyterhub \(declared\): none -> 4\.0\.0/,
    ],
    [
      'a custom resource definition',
      { 'crds/things.yaml': 'kind: CustomResourceDefinition\n' },
      /custom resource definitions in crds\/things\.yaml/,
    ],
    [
      'images from another registry',
      { 'values.yaml': 'image:\n  name: evil.example/hub\n  tag: "1"\n' },
      /images from evil\.example/,
    ],
  ])('the new version carries %s', async (_, files, why) => {
    const to = pair.publish(merged)
    const packed = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace('VERSION', to)]))
    pair.charts.publish('hub', to, packChart('hub', to, packed))
    await miss(prove(await bumpTo(to)), 'transitive-change', why)
  })

  test('the archive is not the one of the index', async () => {
    const to = pair.publish(merged)
    const files = await bumpTo(to)
    pair.charts.publish('hub', to, packChart('hub', to, { 'values.yaml': 'evil: true\n' }), 'b'.repeat(64))
    await miss(prove(files), 'digest-mismatch', /but the repository's index says bbbb/)
  })

  test('the archive was replaced after it was pinned', async () => {
    const to = pair.publish(merged)
    const files = await bumpTo(to)
    pair.charts.publish('hub', to, packChart('hub', to, { 'values.yaml': 'evil: true\n' }))
    await miss(prove(files), 'digest-mismatch', /but the registry has/)
  })

  test('the old version is gone, so what is carried cannot be known', async () => {
    const files = await bumpTo(version)
    const keep = packChart('hub', pair.firstVersion, { 'templates/hub.yaml': `# ${pair.firstCommit}\n` })
    pair.charts.withdraw(pair.firstVersion)
    await miss(prove(files), 'transitive-change', /transitive changes cannot be found/)
    pair.charts.publish('hub', pair.firstVersion, keep)
  })
})

test('an unreachable registry is an error, not an answer', async () => {
  const files = await bumpTo(version)
  pair.charts.override = () => ({ status: 500, body: '' })
  await expect(prove(files)).rejects.toMatchObject({ reason: 'registry-unreachable' })
  pair.charts.override = undefined
})
