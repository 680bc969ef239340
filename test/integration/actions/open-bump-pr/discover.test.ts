import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Lane, type Merged, type Stage, startStage } from '../../../acceptance/code-lane.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

const watch = (lane: Lane) => lane.bump('0'.repeat(40), { mode: 'reconcile', component: '' })

const writesSince = (lane: Lane, before: number): string[] =>
  lane.github.requests
    .slice(before)
    .filter(({ method, path }) => !['GET'].includes(method) && !/access_tokens|graphql/.test(path))
    .map(({ method, path }) => `${method} ${path}`)

const issues = async (lane: Lane) =>
  (await lane.client(lane.ada.token).rest.issues.listForRepo({ ...lane.deployAt, state: 'all' })).data.filter(
    ({ pull_request }) => !pull_request,
  )

const mergeOften = async (lane: Lane, times: number): Promise<Merged[]> => {
  const merged: Merged[] = []
  for (let n = 0; n < times; n++) merged.push(await lane.merge(lane.ada))
  return merged
}

describe('the scheduled run', () => {
  test('is silent where everything is deployed', async () => {
    await using lane = await stage.lane()
    const before = lane.github.requests.length
    const { code, outputs, result, summary } = await watch(lane)
    expect([code, outputs['pull-request-operation'], result.reason, summary]).toEqual([
      0,
      'unchanged',
      'up-to-date',
      '',
    ])
    expect(writesSince(lane, before)).toEqual([])
  })

  test('catches up with what was published after everybody stopped waiting', async () => {
    await using lane = await stage.lane()
    const { merge, commit } = await lane.merge(lane.bob)
    expect((await lane.bump(merge)).result.reason).toBe('version-not-found')
    const version = lane.publish(commit)

    const { code, outputs, result, summary } = await watch(lane)

    expect([code, outputs['pull-request-operation']]).toEqual([0, 'created'])
    expect(result.evidence).toEqual([{ kind: 'component', ok: true, text: 'hub: created (ok)' }])
    expect(summary).toContain('pull request')
    expect((await lane.openPulls()).map(({ title }) => title)).toEqual([`Bump hub to ${version} (1 change)`])
    expect(await watch(lane)).toMatchObject({
      code: 0,
      outputs: { 'pull-request-operation': 'unchanged' },
      summary: '',
    })
  })

  test('takes the newest version that there is, where the newest merge has none yet', async () => {
    await using lane = await stage.lane()
    const [first, second] = await mergeOften(lane, 3)
    lane.publish(first?.commit ?? '')
    const version = lane.publish(second?.commit ?? '')

    expect((await watch(lane)).outputs['pull-request-operation']).toBe('created')
    expect((await lane.openPulls())[0]?.title).toBe(`Bump hub to ${version} (2 changes)`)
  })

  test('tells what is wrong with one component, and goes on with the others', async () => {
    await using lane = await stage.lane(
      (policy) =>
        `${policy.replace('components:\n', 'components:\n  lost: { upstream: acme/nowhere, chart: meta/Chart.yaml#other }\n')}`,
    )
    const { commit } = await lane.merge(lane.ada)
    lane.publish(commit)
    const { code, result, log } = await watch(lane)
    expect([code, result.decision]).toEqual([1, 'created'])
    expect(log).toContain('lost: ')
    expect(await lane.openPulls()).toHaveLength(1)
  })
})

describe('the alarm', () => {
  test('is raised once after so many merges without a version, kept up to date, and ends by itself', async () => {
    await using lane = await stage.lane((policy) =>
      policy.replace('    paths:', '    stale-after: 2\n    wait: 0s\n    paths:'),
    )
    await mergeOften(lane, 1)
    await watch(lane)
    expect(await issues(lane)).toEqual([])

    const [, last] = await mergeOften(lane, 2)
    const { code, result, log } = await watch(lane)
    const [issue, ...others] = await issues(lane)
    expect([code, result.reason]).toEqual([0, 'stale'])
    expect(log).toContain('hub: 3 merges since')
    expect(others).toEqual([])
    expect(issue).toMatchObject({ title: 'hub: 3 merges upstream have no published version', state: 'open' })
    expect(issue?.body).toContain(lane.firstVersion)

    const before = lane.github.requests.length
    await watch(lane)
    expect(writesSince(lane, before)).toEqual([])

    const version = lane.publish(last?.commit ?? '')
    expect((await watch(lane)).outputs).toMatchObject({ 'pull-request-operation': 'created' })
    expect((await issues(lane)).map(({ state }) => state)).toEqual(['closed'])
    expect((await lane.openPulls())[0]?.title).toContain(version)
  })

  test('counts only merges that make a version, and not those that are being published', async () => {
    const lively = (wait: string) => (policy: string) =>
      policy.replace('    paths:', `    stale-after: 1\n    wait: ${wait}\n    paths:`)
    await using patient = await stage.lane(lively('1h'))
    await mergeOften(patient, 1)
    await watch(patient)
    expect(await issues(patient)).toEqual([])

    await using lane = await stage.lane(lively('0s'))
    await lane.merge(lane.ada, { files: { 'docs/README.md': '# Other\n' } })
    await watch(lane)
    expect(await issues(lane)).toEqual([])
  })

  test('that somebody has closed stays closed until there is another gap', async () => {
    await using lane = await stage.lane((policy) =>
      policy.replace('    paths:', '    stale-after: 1\n    wait: 0s\n    paths:'),
    )
    const ada = lane.client(lane.ada.token)
    await mergeOften(lane, 1)
    await watch(lane)
    const [issue] = await issues(lane)
    await ada.rest.issues.update({ ...lane.deployAt, issue_number: issue?.number ?? 0, state: 'closed' })
    await watch(lane)
    expect((await issues(lane)).map(({ state }) => state)).toEqual(['closed'])

    const [published] = await mergeOften(lane, 2)
    lane.publish(published?.commit ?? '')
    await watch(lane)
    expect((await issues(lane)).map(({ state }) => state).sort()).toEqual(['closed', 'open'])
  })
})

describe('a given version', () => {
  test('is proposed although a newer one is published', async () => {
    await using lane = await stage.lane()
    const [first, second] = await mergeOften(lane, 2)
    const version = lane.publish(first?.commit ?? '')
    lane.publish(second?.commit ?? '')
    const { code, outputs } = await lane.bump(second?.merge ?? '', { commit: '', version })
    expect([code, outputs['pull-request-operation'], outputs.to]).toEqual([0, 'created', version])
  })

  test.each([
    ['that names no commit of upstream', { version: '1.0.0-0.dev.git.9.habcdef0' }, /has no commit abcdef0/],
    ['beside a commit', { version: '1.0.0-0.dev.git.9.habcdef0', commit: 'a'.repeat(40) }, /both given/],
    ['for all components', { version: '1.0.0', mode: 'reconcile', component: '' }, /apply to one component/],
  ])('%s is refused', async (_, inputs, why) => {
    await using lane = await stage.lane()
    const { code, log } = await lane.bump(lane.firstCommit, inputs)
    expect([code, log]).toEqual([1, expect.stringMatching(why)])
  })
})

test('a version that is named by a tag of upstream is proposed', async () => {
  await using lane = await stage.lane((policy) =>
    policy.replace(/(?<= )version: .*/, 'version: ["{tag}", "1.0.0-0.dev.git.{n}.h{commit}"]'),
  )
  const { merge } = await lane.merge(lane.ada)
  await lane.client(lane.ada.token).rest.git.createRef({ ...lane.upstreamAt, ref: 'refs/tags/v2.0.0', sha: merge })
  lane.publish(merge, {}, '2.0.0')
  const { outputs, log } = await lane.bump(merge)
  expect([outputs['pull-request-operation'], outputs.to], log).toEqual(['created', '2.0.0'])
})
