import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  chartPath,
  commitOn,
  lockPath,
  metaChart,
  startTestGitHub,
  type TestGitHub,
} from '../../../fixtures/repository-pair.js'

const branch = 'lockstep/bump/hub'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

test('a second run finds everything done and writes nothing', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.bob)
  pair.publish(commit)
  await pair.bump(merge)
  const before = await pair.github.dump()

  const { outputs, code } = await pair.bump(merge)

  expect([code, outputs['pull-request-operation']]).toEqual([0, 'unchanged'])
  expect(await pair.github.dump()).toBe(before)
})

test('what the chart brings with it is a table in the pull request', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit, { 'crds/a.yaml': 'kind: X', 'values.yaml': 'image: { name: quay.io/hub, tag: "2" }\n' })
  await pair.bump(merge)
  const body = (await pair.openPulls())[0]?.body ?? ''
  expect(body).toMatch(/\| custom resource definitions crds\/a\.yaml \| none \| `[0-9a-f]{12}` \| infrastructure \|/)
  expect(body).toContain('| image image | none | `quay.io/hub:2` | |')
})

test('where the old chart is gone, the pull request says that nobody knows what comes with it', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  pair.charts.withdraw(pair.firstVersion)
  expect((await pair.bump(merge)).outputs['pull-request-operation']).toBe('created')
  expect((await pair.openPulls())[0]?.body).toContain(`the registry no longer has \`${pair.firstVersion}\``)
})

test('a run that comes late leaves the newer pull request as it is', async () => {
  await using pair = await testGitHub.repositoryPair()
  const [first, second] = [await pair.merge(pair.ada), await pair.merge(pair.bob)]
  pair.publish(first.commit)
  const version = pair.publish(second.commit)
  await pair.bump(second.merge)

  const late = await pair.bump(first.merge)

  expect([late.code, late.outputs['pull-request-operation']]).toEqual([0, 'unchanged'])
  expect((await pair.openPulls())[0]?.title).toContain(version)
})

test('the branch is made again on top of a default branch that moved on', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  const version = pair.publish(commit)
  await pair.bump(merge)
  const other = metaChart(pair.firstVersion, pair.charts.url).replace('1.2.3', '1.2.4')
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', { [chartPath]: other })

  const { outputs } = await pair.bump(merge)

  expect(outputs['pull-request-operation']).toBe('updated')
  expect(await pair.deployed(chartPath, branch)).toBe(metaChart(version, pair.charts.url).replace('1.2.3', '1.2.4'))
  const { data: work } = await pair
    .client(pair.ada.token)
    .rest.repos.compareCommitsWithBasehead({ ...pair.deployAt, basehead: `main...${branch}` })
  expect([work.ahead_by, work.behind_by]).toEqual([1, 0])
})

test('work that somebody pushed to the branch is left alone', async () => {
  await using pair = await testGitHub.repositoryPair()
  const first = await pair.merge(pair.ada)
  pair.publish(first.commit)
  await pair.bump(first.merge)
  const byHand = await commitOn(pair.client(pair.ada.token), pair.deployAt, branch, { 'values.yaml': 'replicas: 2\n' })
  const second = await pair.merge(pair.ada)
  pair.publish(second.commit)

  const { code, outputs, result } = await pair.bump(second.merge)

  expect([code, outputs['pull-request-operation'], result.reason]).toEqual([1, 'refused', 'branch-modified'])
  const { data: ref } = await pair.client(pair.ada.token).rest.git.getRef({ ...pair.deployAt, ref: `heads/${branch}` })
  expect(ref.object.sha).toBe(byHand)
})

test('a bump that was deployed by another way closes its pull request', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  await pair.bump(merge)
  const files = {
    [chartPath]: (await pair.deployed(chartPath, branch)) ?? '',
    [lockPath]: (await pair.deployed(lockPath, branch)) ?? '',
  }
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'main', files)

  const { code, outputs } = await pair.bump(commit)

  expect([code, outputs['pull-request-operation']]).toEqual([0, 'closed'])
  expect(await pair.openPulls()).toEqual([])
  expect(await pair.deployed(chartPath, branch)).toBeUndefined()
})

test('after its pull request was merged, the branch serves the next bump', async () => {
  await using pair = await testGitHub.repositoryPair()
  const ada = pair.client(pair.ada.token)
  const first = await pair.merge(pair.ada)
  pair.publish(first.commit)
  const { outputs } = await pair.bump(first.merge)
  await ada.rest.pulls.merge({ ...pair.deployAt, pull_number: Number(outputs['pull-request-number']) })
  const second = await pair.merge(pair.ada)
  const version = pair.publish(second.commit)

  const next = await pair.bump(second.merge)

  expect([next.outputs['pull-request-operation'], next.outputs.to]).toEqual(['created', version])
  expect(next.outputs['pull-request-number']).not.toBe(outputs['pull-request-number'])
})

test('a branch without a pull request, left by a run that was cut off, is taken over', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  pair.github.faults.next({ kind: 'status', status: 400, match: { method: 'POST', path: '*/pulls' } })
  await expect(pair.bump(merge)).resolves.toMatchObject({ code: 1 })
  expect(await pair.deployed(chartPath, branch)).toBeDefined()

  const again = await pair.bump(merge)

  expect(again.outputs['pull-request-operation']).toBe('created')
  expect(await pair.openPulls()).toHaveLength(1)
})

test('what somebody closed without merging is not proposed again, unless it is newer', async () => {
  await using pair = await testGitHub.repositoryPair()
  const ada = pair.client(pair.ada.token)
  const first = await pair.merge(pair.ada)
  pair.publish(first.commit)
  const { outputs } = await pair.bump(first.merge)
  await ada.rest.pulls.update({
    ...pair.deployAt,
    pull_number: Number(outputs['pull-request-number']),
    state: 'closed',
  })

  const again = await pair.bump(first.merge)
  const second = await pair.merge(pair.bob)
  const version = pair.publish(second.commit)
  const newer = await pair.bump(second.merge)

  expect([again.code, again.outputs['pull-request-operation'], again.result.reason]).toEqual([
    0,
    'skipped',
    'closed-unmerged',
  ])
  expect(again.log).toContain(`hub ${outputs.to} is not proposed again: #${outputs['pull-request-number']} for it`)
  expect([newer.outputs['pull-request-operation'], newer.outputs.to]).toEqual(['created', version])
})

test('a merge that changes nothing of the component makes no pull request', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge } = await pair.merge(pair.ada, { files: { 'docs/README.md': '# The hub\n' } })

  const { code, outputs, result } = await pair.bump(merge)

  expect([code, outputs['pull-request-operation'], result.reason]).toEqual([0, 'skipped', 'no-version-change'])
  expect(await pair.openPulls()).toEqual([])
})

test('a merge on top, which makes no version of its own, brings the version of the merge before it', async () => {
  await using pair = await testGitHub.repositoryPair()
  const first = await pair.merge(pair.ada)
  const docs = await pair.merge(pair.bob, { files: { 'docs/README.md': '# The hub\n' } })
  const version = pair.publish(first.commit)

  const { outputs } = await pair.bump(docs.merge)

  expect(outputs.to).toBe(version)
  const [pull] = await pair.openPulls()
  // bob's merge is no part of what the version is made of, so he is not on duty.
  expect(pull?.body).toContain('On duty: ada.')
})

test('an older commit than the deployed one is refused', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  await pair
    .client(pair.ada.token)
    .rest.pulls.merge({ ...pair.deployAt, pull_number: Number(outputs['pull-request-number']) })

  const { code, result } = await pair.bump(pair.firstCommit)

  expect([code, result.decision, result.reason]).toEqual([1, 'refused', 'not-a-descendant'])
  expect(await pair.openPulls()).toEqual([])
})

test('a version that is published while it waits is found', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  let polls = 0
  pair.charts.override = (path) => {
    if (path === '/index.yaml' && ++polls === 2) pair.publish(commit)
    return undefined
  }

  const { outputs } = await pair.bump(merge, { wait: '30s' })

  expect(outputs['pull-request-operation']).toBe('created')
  expect(polls).toBe(2)
})

test.each([
  ['a misspelt component', { inputs: { component: 'hup' } }, 'input-invalid', /Did you mean "hub"\?/],
  [
    'a dependency that is not in Chart.yaml',
    { policy: (text: string) => text.replace('Chart.yaml#hub', 'Chart.yaml#hubb') },
    'target-missing',
    /meta\/Chart\.yaml.*hubb[\s\S]*Did you mean "hub"\?/,
  ],
  [
    'a values path that leads nowhere',
    {
      policy: (text: string) => text.replace('chart: meta/Chart.yaml#hub', 'image: meta/Chart.yaml#dependencies.7.tag'),
    },
    'target-missing',
    /meta\/Chart\.yaml:\d+/,
  ],
  [
    'a misspelt key of the policy',
    { policy: (text: string) => text.replace('upstream:', 'upstrem:') },
    'policy-invalid',
    /Did you mean "upstream"/,
  ],
] as const)(
  '%s is one clear error, and nothing is written',
  async (_, {
    inputs,
    policy,
  }: { inputs?: Record<string, string>; policy?: (text: string) => string }, reason, text) => {
    await using pair = await testGitHub.repositoryPair(policy)
    const { merge, commit } = await pair.merge(pair.ada)
    pair.publish(commit)

    const { code, result, log } = await pair.bump(merge, inputs)

    expect([code, result.reason]).toEqual([1, reason])
    expect(log).toMatch(text)
    expect(
      pair.github.requests.filter(
        ({ method, path }) => method !== 'GET' && path.startsWith(`/repos/${pair.deployRepo}`),
      ),
    ).toEqual([])
  },
)

test('an unreachable registry is named, and nothing is written', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge } = await pair.merge(pair.ada)
  pair.charts.override = () => ({ status: 503, body: '' })

  const { code, result, log } = await pair.bump(merge)

  expect([code, result.reason]).toEqual([1, 'registry-unreachable'])
  expect(log).toContain(`${pair.charts.url}/index.yaml`)
  expect(pair.charts.requests.length).toBe(4)
})

test('a title made to mischief is only text in the pull request', async () => {
  await using pair = await testGitHub.repositoryPair()
  const title = '@ada/all <!-- lockstep:end --> ](https://evil.example) | x `; rm -rf / #1 fixes #1'
  const { merge, commit } = await pair.merge(pair.ada, { title })
  pair.publish(commit)

  await pair.bump(merge)

  const [pull] = await pair.openPulls()
  const line = pull?.body?.split('\n').find((candidate) => candidate.includes('evil.example')) ?? ''
  expect(line).not.toMatch(/<!--|@a|(?<!\\)\||[^\\]\]\(https:\/\/evil|fixes #|(?<!\\)`/)
})

test('a plain bump with its pull request takes few requests', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge } = await pair.merge(pair.ada, { method: 'squash' })
  pair.publish(merge)
  const token = await pair.token('bump')
  const before = pair.github.requests.length

  await pair.bump(merge, { token })

  const made = pair.github.requests.slice(before)
  expect(
    made.map(({ method, path }) => `${method} ${path}`).length,
    made.map(({ method, path }) => `${method} ${path}`).join('\n'),
  ).toBeLessThanOrEqual(15)
})
