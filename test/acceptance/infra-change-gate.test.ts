import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { checksOf, commentsOf, headOf } from '../fixtures/gate-records.js'
import { commitOn, startTestGitHub, type TestGitHub } from '../fixtures/repository-pair.js'

let testGitHub: TestGitHub

beforeAll(async () => {
  testGitHub = await startTestGitHub()
})

afterAll(() => testGitHub[Symbol.asyncDispose]())

test('the pull request of open-bump-pr is green, without a comment', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  const version = pair.publish(commit)
  const bump = await pair.bump(merge)
  const pull = Number(bump.outputs['pull-request-number'])

  const { code, outputs, result } = await pair.bundle.gate(pull)

  expect([code, result.decision, result.reason]).toEqual([0, 'success', 'pure-bump'])
  expect(outputs).toMatchObject({ conclusion: 'success', component: 'hub', from: pair.firstVersion, to: version })
  const head = await headOf(pair, pull)
  const [check, ...others] = await checksOf(pair, head)
  expect(others).toEqual([])
  expect(check).toMatchObject({ name: 'lockstep / gate', conclusion: 'success', head_sha: head, app: { id: 11 } })
  const { data: main } = await pair.client(pair.ada.token).rest.git.getRef({ ...pair.deployAt, ref: 'heads/main' })
  expect(parseExternalId(check?.external_id)).toMatchObject({ pr: pull, base: main.object.sha })
  expect(await commentsOf(pair, pull)).toEqual([])
})

test('what only looks like a bump is red, with one comment that is updated in place', async () => {
  await using pair = await testGitHub.repositoryPair()
  const pull = await pair.propose('lockstep/bump/hub', { 'change.txt': 'Bump hub' })

  const first = await pair.bundle.gate(pull)
  await commitOn(pair.client(pair.ada.token), pair.deployAt, 'lockstep/bump/hub', { 'evil|`file`': '@ada' })
  await pair.bundle.gate(pull)

  expect([first.code, first.result.decision, first.result.reason]).toEqual([0, 'failure', 'not-a-pure-bump'])
  const comments = await commentsOf(pair, pull)
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body).toContain('evil\\|\\`file\\`')
  expect(comments[0]?.body).toContain('What to do next')
  const [check] = await checksOf(pair, await headOf(pair, pull))
  expect(check).toMatchObject({
    conclusion: 'failure',
    output: { title: 'Not a pure bump: it needs review (T2, medium risk)' },
  })
})

test('what could not be found out is red, and fails the step with the reason', async () => {
  await using pair = await testGitHub.repositoryPair()
  const { merge, commit } = await pair.merge(pair.ada)
  pair.publish(commit)
  const { outputs } = await pair.bump(merge)
  pair.charts.override = () => ({ status: 500, body: '' })

  const { code, result } = await pair.bundle.gate(Number(outputs['pull-request-number']))

  expect([code, result.decision, result.reason]).toEqual([1, 'failure', 'registry-unreachable'])
  const [check] = await checksOf(pair, await headOf(pair, Number(outputs['pull-request-number'])))
  expect(check).toMatchObject({ conclusion: 'failure', output: { title: 'Could not be checked' } })
})
