import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseExternalId } from '../../shared/records/gate-check.js'
import { commitOn, type Stage, startStage } from './code-lane.js'
import { checksOf, commentsOf, headOf } from './gate-records.js'

let stage: Stage

beforeAll(async () => {
  stage = await startStage()
})

afterAll(() => stage[Symbol.asyncDispose]())

test('the pull request of open-bump-pr is green, without a comment', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  const version = lane.publish(commit)
  const bump = await lane.bump(merge)
  const pull = Number(bump.outputs['pull-request-number'])

  const { code, outputs, result } = await lane.bundle.gate(pull)

  expect([code, result.decision, result.reason]).toEqual([0, 'success', 'pure-bump'])
  expect(outputs).toMatchObject({ conclusion: 'success', component: 'hub', from: lane.firstVersion, to: version })
  const head = await headOf(lane, pull)
  const [check, ...others] = await checksOf(lane, head)
  expect(others).toEqual([])
  expect(check).toMatchObject({ name: 'lockstep / gate', conclusion: 'success', head_sha: head, app: { id: 11 } })
  const { data: main } = await lane.client(lane.ada.token).rest.git.getRef({ ...lane.deployAt, ref: 'heads/main' })
  expect(parseExternalId(check?.external_id)).toMatchObject({ pr: pull, base: main.object.sha })
  expect(await commentsOf(lane, pull)).toEqual([])
})

test('what only looks like a bump is red, with one comment that is updated in place', async () => {
  await using lane = await stage.lane()
  const pull = await lane.propose('lockstep/bump/hub', { 'change.txt': 'Bump hub' })

  const first = await lane.bundle.gate(pull)
  await commitOn(lane.client(lane.ada.token), lane.deployAt, 'lockstep/bump/hub', { 'evil|`file`': '@ada' })
  await lane.bundle.gate(pull)

  expect([first.code, first.result.decision, first.result.reason]).toEqual([0, 'failure', 'not-a-pure-bump'])
  const comments = await commentsOf(lane, pull)
  expect(comments).toHaveLength(1)
  expect(comments[0]?.body).toContain('evil\\|\\`file\\`')
  expect(comments[0]?.body).toContain('What to do next')
  const [check] = await checksOf(lane, await headOf(lane, pull))
  expect(check).toMatchObject({
    conclusion: 'failure',
    output: { title: 'Not a pure bump: it needs review (T2, medium risk)' },
  })
})

test('what could not be found out is red, and fails the step with the reason', async () => {
  await using lane = await stage.lane()
  const { merge, commit } = await lane.merge(lane.ada)
  lane.publish(commit)
  const { outputs } = await lane.bump(merge)
  lane.charts.override = () => ({ status: 500, body: '' })

  const { code, result } = await lane.bundle.gate(Number(outputs['pull-request-number']))

  expect([code, result.decision, result.reason]).toEqual([1, 'failure', 'registry-unreachable'])
  const [check] = await checksOf(lane, await headOf(lane, Number(outputs['pull-request-number'])))
  expect(check).toMatchObject({ conclusion: 'failure', output: { title: 'Could not be checked' } })
})
