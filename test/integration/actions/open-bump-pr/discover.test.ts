import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type Merged,
  type RepositoryPair,
  startTestGitHub,
  type TestGitHub,
} from '../../../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

const watch = (pair: RepositoryPair) => pair.bump('0'.repeat(40), { mode: 'reconcile', component: '' })

const writesSince = (pair: RepositoryPair, before: number): string[] =>
  pair.github.requests
    .slice(before)
    .filter(({ method, path }) => !['GET'].includes(method) && !/access_tokens|graphql/.test(path))
    .map(({ method, path }) => `${method} ${path}`)

const issues = async (pair: RepositoryPair) =>
  (await pair.client(pair.ada.token).rest.issues.listForRepo({ ...pair.deployAt, state: 'all' })).data.filter(
    ({ pull_request }) => !pull_request,
  )

const mergeOften = async (pair: RepositoryPair, times: number): Promise<Merged[]> => {
  const merged: Merged[] = []
  for (let n = 0; n < times; n++) merged.push(await pair.merge(pair.ada))
  return merged
}

describe('the scheduled run', () => {
  test('is silent where everything is deployed', async () => {
    await using pair = await testGitHub.repositoryPair()
    const before = pair.github.requests.length
    const { code, outputs, result, summary } = await watch(pair)
    expect([code, outputs['pull-request-operation'], result.reason, summary]).toEqual([
      0,
      'unchanged',
      'up-to-date',
      '',
    ])
    expect(writesSince(pair, before)).toEqual([])
  })

  test('catches up with what was published after everybody stopped waiting', async () => {
    await using pair = await testGitHub.repositoryPair()
    const { merge, commit } = await pair.merge(pair.bob)
    expect((await pair.bump(merge)).result.reason).toBe('version-not-found')
    const version = pair.publish(commit)

    const { code, outputs, result, summary } = await watch(pair)

    expect([code, outputs['pull-request-operation']]).toEqual([0, 'created'])
    expect(result.evidence).toEqual([{ kind: 'component', ok: true, text: 'hub: created (ok)' }])
    expect(summary).toContain('pull request')
    expect((await pair.openPulls()).map(({ title }) => title)).toEqual([`Bump hub to ${version} (1 change)`])
    expect(await watch(pair)).toMatchObject({
      code: 0,
      outputs: { 'pull-request-operation': 'unchanged' },
      summary: '',
    })
  })

  test('takes the newest version that there is, where the newest merge has none yet', async () => {
    await using pair = await testGitHub.repositoryPair()
    const [first, second] = await mergeOften(pair, 3)
    pair.publish(first?.commit ?? '')
    const version = pair.publish(second?.commit ?? '')

    expect((await watch(pair)).outputs['pull-request-operation']).toBe('created')
    expect((await pair.openPulls())[0]?.title).toBe(`Bump hub to ${version} (2 changes)`)
  })

  test('tells what is wrong with one component, and goes on with the others', async () => {
    await using pair = await testGitHub.repositoryPair(
      (policy) =>
        `${policy.replace('components:\n', 'components:\n  lost: { upstream: acme/nowhere, chart: meta/Chart.yaml#other }\n')}`,
    )
    const { commit } = await pair.merge(pair.ada)
    pair.publish(commit)
    const { code, result, log } = await watch(pair)
    expect([code, result.decision]).toEqual([1, 'created'])
    expect(log).toContain('lost: ')
    expect(await pair.openPulls()).toHaveLength(1)
  })
})

describe('the alarm', () => {
  test('is raised once after so many merges without a version, kept up to date, and ends by itself', async () => {
    await using pair = await testGitHub.repositoryPair((policy) =>
      policy.replace('    paths:', '    stale-after: 2\n    wait: 0s\n    paths:'),
    )
    await mergeOften(pair, 1)
    await watch(pair)
    expect(await issues(pair)).toEqual([])

    const [, last] = await mergeOften(pair, 2)
    const { code, result, log } = await watch(pair)
    const [issue, ...others] = await issues(pair)
    expect([code, result.reason]).toEqual([0, 'stale'])
    expect(log).toContain('hub: 3 merges since')
    expect(others).toEqual([])
    expect(issue).toMatchObject({ title: 'hub: 3 merges upstream have no published version', state: 'open' })
    expect(issue?.body).toContain(pair.firstVersion)

    const before = pair.github.requests.length
    await watch(pair)
    expect(writesSince(pair, before)).toEqual([])

    const version = pair.publish(last?.commit ?? '')
    expect((await watch(pair)).outputs).toMatchObject({ 'pull-request-operation': 'created' })
    expect((await issues(pair)).map(({ state }) => state)).toEqual(['closed'])
    expect((await pair.openPulls())[0]?.title).toContain(version)
  })

  test('counts only merges that make a version, and not those that are being published', async () => {
    const lively = (wait: string) => (policy: string) =>
      policy.replace('    paths:', `    stale-after: 1\n    wait: ${wait}\n    paths:`)
    await using patient = await testGitHub.repositoryPair(lively('1h'))
    await mergeOften(patient, 1)
    await watch(patient)
    expect(await issues(patient)).toEqual([])

    await using pair = await testGitHub.repositoryPair(lively('0s'))
    await pair.merge(pair.ada, { files: { 'docs/README.md': '# Other\n' } })
    await watch(pair)
    expect(await issues(pair)).toEqual([])
  })

  test('that somebody has closed stays closed until there is another gap', async () => {
    await using pair = await testGitHub.repositoryPair((policy) =>
      policy.replace('    paths:', '    stale-after: 1\n    wait: 0s\n    paths:'),
    )
    const ada = pair.client(pair.ada.token)
    await mergeOften(pair, 1)
    await watch(pair)
    const [issue] = await issues(pair)
    await ada.rest.issues.update({ ...pair.deployAt, issue_number: issue?.number ?? 0, state: 'closed' })
    await watch(pair)
    expect((await issues(pair)).map(({ state }) => state)).toEqual(['closed'])

    const [published] = await mergeOften(pair, 2)
    pair.publish(published?.commit ?? '')
    await watch(pair)
    expect((await issues(pair)).map(({ state }) => state).sort()).toEqual(['closed', 'open'])
  })
})

describe('a given version', () => {
  test('is proposed although a newer one is published', async () => {
    await using pair = await testGitHub.repositoryPair()
    const [first, second] = await mergeOften(pair, 2)
    const version = pair.publish(first?.commit ?? '')
    pair.publish(second?.commit ?? '')
    const { code, outputs } = await pair.bump(second?.merge ?? '', { commit: '', version })
    expect([code, outputs['pull-request-operation'], outputs.to]).toEqual([0, 'created', version])
  })

  test.each([
    ['that names no commit of upstream', { version: '1.0.0-0.dev.git.9.habcdef0' }, /has no commit abcdef0/],
    ['beside a commit', { version: '1.0.0-0.dev.git.9.habcdef0', commit: 'a'.repeat(40) }, /both given/],
    ['for all components', { version: '1.0.0', mode: 'reconcile', component: '' }, /apply to one component/],
  ])('%s is refused', async (_, inputs, why) => {
    await using pair = await testGitHub.repositoryPair()
    const { code, log } = await pair.bump(pair.firstCommit, inputs)
    expect([code, log]).toEqual([1, expect.stringMatching(why)])
  })
})

test('a version that is named by a tag of upstream is proposed', async () => {
  await using pair = await testGitHub.repositoryPair((policy) =>
    policy.replace(/(?<= )version: .*/, 'version: ["{tag}", "1.0.0-0.dev.git.{n}.h{commit}"]'),
  )
  const { merge } = await pair.merge(pair.ada)
  await pair.client(pair.ada.token).rest.git.createRef({ ...pair.upstreamAt, ref: 'refs/tags/v2.0.0', sha: merge })
  pair.publish(merge, {}, '2.0.0')
  const { outputs, log } = await pair.bump(merge)
  expect([outputs['pull-request-operation'], outputs.to], log).toEqual(['created', '2.0.0'])
})
