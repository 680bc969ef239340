import { afterAll, beforeAll, expect, test } from 'vitest'
import { chartPath, commitOn, lockPath, metaChart, type Stage, startStage } from '../../../acceptance/code-lane.js'

const branch = 'lockstep/bump/hub'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

test('a second run finds everything done and writes nothing', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.bob)
  lane.publish(commit)
  await lane.bump(merge)
  const before = await lane.github.dump()

  const { outputs, code } = await lane.bump(merge)

  expect([code, outputs['pull-request-operation']]).toEqual([0, 'unchanged'])
  expect(await lane.github.dump()).toBe(before)
})

test('what the chart brings with it is a table in the pull request', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit, { 'crds/a.yaml': 'kind: X', 'values.yaml': 'image: { name: quay.io/hub, tag: "2" }\n' })
  await lane.bump(merge)
  const body = (await lane.openPulls())[0]?.body ?? ''
  expect(body).toMatch(/\| custom resource definitions crds\/a\.yaml \| none \| `[0-9a-f]{12}` \| infrastructure \|/)
  expect(body).toContain('| image image | none | `quay.io/hub:2` | |')
})

test('where the old chart is gone, the pull request says that nobody knows what comes with it', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  lane.charts.withdraw(lane.firstVersion)
  expect((await lane.bump(merge)).outputs['pull-request-operation']).toBe('created')
  expect((await lane.openPulls())[0]?.body).toContain(`the registry no longer has \`${lane.firstVersion}\``)
})

test('a run that comes late leaves the newer pull request as it is', async () => {
  await using lane = await stage.lane()
  const [first, second] = [await lane.merge(lane.ada), await lane.merge(lane.bob)]
  lane.publish(first.commit)
  const version = lane.publish(second.commit)
  await lane.bump(second.merge)

  const late = await lane.bump(first.merge)

  expect([late.code, late.outputs['pull-request-operation']]).toEqual([0, 'unchanged'])
  expect((await lane.openPulls())[0]?.title).toContain(version)
})

test('the branch is made again on top of a default branch that moved on', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  const version = lane.publish(commit)
  await lane.bump(merge)
  const other = metaChart(lane.firstVersion, lane.charts.url).replace('1.2.3', '1.2.4')
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', { [chartPath]: other })

  const { outputs } = await lane.bump(merge)

  expect(outputs['pull-request-operation']).toBe('updated')
  expect(await lane.deployed(chartPath, branch)).toBe(metaChart(version, lane.charts.url).replace('1.2.3', '1.2.4'))
  const { data: work } = await lane
    .client(lane.ada.token)
    .rest.repos.compareCommitsWithBasehead({ ...lane.deployAt, basehead: `main...${branch}` })
  expect([work.ahead_by, work.behind_by]).toEqual([1, 0])
})

test('work that somebody pushed to the branch is left alone', async () => {
  await using lane = await stage.lane()
  const first = await lane.merge(lane.ada)
  lane.publish(first.commit)
  await lane.bump(first.merge)
  const byHand = await commitOn(lane.client(lane.ada.token), lane.deployAt, branch, { 'values.yaml': 'replicas: 2\n' })
  const second = await lane.merge(lane.ada)
  lane.publish(second.commit)

  const { code, outputs, result } = await lane.bump(second.merge)

  expect([code, outputs['pull-request-operation'], result.reason]).toEqual([1, 'refused', 'branch-modified'])
  const { data: ref } = await lane.client(lane.ada.token).rest.git.getRef({ ...lane.deployAt, ref: `heads/${branch}` })
  expect(ref.object.sha).toBe(byHand)
})

test('a bump that was deployed by another way closes its pull request', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  await lane.bump(merge)
  const files = {
    [chartPath]: (await lane.deployed(chartPath, branch)) ?? '',
    [lockPath]: (await lane.deployed(lockPath, branch)) ?? '',
  }
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'main', files)

  const { code, outputs } = await lane.bump(commit)

  expect([code, outputs['pull-request-operation']]).toEqual([0, 'closed'])
  expect(await lane.openPulls()).toEqual([])
  expect(await lane.deployed(chartPath, branch)).toBeUndefined()
})

test('after its pull request was merged, the branch serves the next bump', async () => {
  await using lane = await stage.lane()
  const ada = lane.client(lane.ada.token)
  const first = await lane.merge(lane.ada)
  lane.publish(first.commit)
  const { outputs } = await lane.bump(first.merge)
  await ada.rest.pulls.merge({ ...lane.deployAt, pull_number: Number(outputs['pull-request-number']) })
  const second = await lane.merge(lane.ada)
  const version = lane.publish(second.commit)

  const next = await lane.bump(second.merge)

  expect([next.outputs['pull-request-operation'], next.outputs.to]).toEqual(['created', version])
  expect(next.outputs['pull-request-number']).not.toBe(outputs['pull-request-number'])
})

test('a branch without a pull request, left by a run that was cut off, is taken over', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  lane.github.faults.next({ kind: 'status', status: 400, match: { method: 'POST', path: '*/pulls' } })
  await expect(lane.bump(merge)).resolves.toMatchObject({ code: 1 })
  expect(await lane.deployed(chartPath, branch)).toBeDefined()

  const again = await lane.bump(merge)

  expect(again.outputs['pull-request-operation']).toBe('created')
  expect(await lane.openPulls()).toHaveLength(1)
})

test('what somebody closed without merging is not proposed again, unless it is newer', async () => {
  await using lane = await stage.lane()
  const ada = lane.client(lane.ada.token)
  const first = await lane.merge(lane.ada)
  lane.publish(first.commit)
  const { outputs } = await lane.bump(first.merge)
  await ada.rest.pulls.update({
    ...lane.deployAt,
    pull_number: Number(outputs['pull-request-number']),
    state: 'closed',
  })

  const again = await lane.bump(first.merge)
  const second = await lane.merge(lane.bob)
  const version = lane.publish(second.commit)
  const newer = await lane.bump(second.merge)

  expect([again.code, again.outputs['pull-request-operation'], again.result.reason]).toEqual([
    0,
    'skipped',
    'closed-unmerged',
  ])
  expect(again.log).toContain(`hub ${outputs.to} is not proposed again: #${outputs['pull-request-number']} for it`)
  expect([newer.outputs['pull-request-operation'], newer.outputs.to]).toEqual(['created', version])
})

test('a merge that changes nothing of the component makes no pull request', async () => {
  await using lane = await stage.lane()
  const { merge } = await lane.merge(lane.ada, { files: { 'docs/README.md': '# The hub\n' } })

  const { code, outputs, result } = await lane.bump(merge)

  expect([code, outputs['pull-request-operation'], result.reason]).toEqual([0, 'skipped', 'no-version-change'])
  expect(await lane.openPulls()).toEqual([])
})

test('a merge on top, which makes no version of its own, brings the version of the merge before it', async () => {
  await using lane = await stage.lane()
  const first = await lane.merge(lane.ada)
  const docs = await lane.merge(lane.bob, { files: { 'docs/README.md': '# The hub\n' } })
  const version = lane.publish(first.commit)

  const { outputs } = await lane.bump(docs.merge)

  expect(outputs.to).toBe(version)
  const [pull] = await lane.openPulls()
  // bob's merge is no part of what the version is made of, so he is not on duty.
  expect(pull?.body).toContain('On duty: ada.')
})

test('an older commit than the deployed one is refused', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  await lane
    .client(lane.ada.token)
    .rest.pulls.merge({ ...lane.deployAt, pull_number: Number(outputs['pull-request-number']) })

  const { code, result } = await lane.bump(lane.firstCommit)

  expect([code, result.decision, result.reason]).toEqual([1, 'refused', 'not-a-descendant'])
  expect(await lane.openPulls()).toEqual([])
})

test('a version that is published while it waits is found', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  let polls = 0
  lane.charts.override = (path) => {
    if (path === '/index.yaml' && ++polls === 2) lane.publish(commit)
    return undefined
  }

  const { outputs } = await lane.bump(merge, { wait: '30s' })

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
    await using lane = await stage.lane(policy)
    const { merge, commit } = await lane.merge(lane.ada)
    lane.publish(commit)

    const { code, result, log } = await lane.bump(merge, inputs)

    expect([code, result.reason]).toEqual([1, reason])
    expect(log).toMatch(text)
    expect(
      lane.github.requests.filter(
        ({ method, path }) => method !== 'GET' && path.startsWith(`/repos/${lane.deployRepo}`),
      ),
    ).toEqual([])
  },
)

test('an unreachable registry is named, and nothing is written', async () => {
  await using lane = await stage.lane()
  const { merge } = await lane.merge(lane.ada)
  lane.charts.override = () => ({ status: 503, body: '' })

  const { code, result, log } = await lane.bump(merge)

  expect([code, result.reason]).toEqual([1, 'registry-unreachable'])
  expect(log).toContain(`${lane.charts.url}/index.yaml`)
  expect(lane.charts.requests.length).toBe(4)
})

test('a title made to mischief is only text in the pull request', async () => {
  await using lane = await stage.lane()
  const title = '@ada/all <!-- lockstep:end --> ](https://evil.example) | x `; rm -rf / #1 fixes #1'
  const { merge, commit } = await lane.merge(lane.ada, { title })
  lane.publish(commit)

  await lane.bump(merge)

  const [pull] = await lane.openPulls()
  const line = pull?.body?.split('\n').find((candidate) => candidate.includes('evil.example')) ?? ''
  expect(line).not.toMatch(/<!--|@a|(?<!\\)\||[^\\]\]\(https:\/\/evil|fixes #|(?<!\\)`/)
})

test('a plain bump with its pull request takes few requests', async () => {
  await using lane = await stage.lane()
  const { merge } = await lane.merge(lane.ada, { method: 'squash' })
  lane.publish(merge)
  const token = await lane.token('bump')
  const before = lane.github.requests.length

  await lane.bump(merge, { token })

  const made = lane.github.requests.slice(before)
  expect(
    made.map(({ method, path }) => `${method} ${path}`).length,
    made.map(({ method, path }) => `${method} ${path}`).join('\n'),
  ).toBeLessThanOrEqual(15)
})
