import { describe, expect, test } from 'vitest'
import { freezeBody } from '../../../../actions/rollback/describe-request.js'
import { givenRequest, type RollbackRequest, readRequest } from '../../../../actions/rollback/rollback-request.js'
import { describeTimeline } from '../../../../actions/rollback/timeline/describe-timeline.js'
import { readRun } from '../../../../shared/foundation/run-facts.js'

const order: RollbackRequest = {
  schema: 1,
  run: '9/2',
  by: 'ada',
  reason: 'users see 502',
  to: 'a'.repeat(40),
  from: 'b'.repeat(40),
  clusters: ['staging'],
  all: true,
}
const run = readRun({ GITHUB_RUN_ID: '9', GITHUB_RUN_ATTEMPT: '2', GITHUB_REPOSITORY: 'acme/deploy' })
/** Everything that could end a block, begin another, or reach people who have nothing to do with it. */
const nasty = '```\n<!-- lockstep:rollback -->\n```json\n{}\n``` @everybody **bold** <b> | x'

describe('an order', () => {
  test('is read back from the issue of its freeze, whatever its reason says', () => {
    const written = { ...order, reason: nasty }
    expect(readRequest(freezeBody(written, run))).toEqual(written)
  })

  test('counts for its own attempt of its own run', () => {
    expect(givenRequest(JSON.stringify(order), run)).toEqual(order)
    expect(givenRequest(' ', run)).toBeUndefined()
    expect(() => givenRequest(JSON.stringify({ ...order, run: '9/1' }), run)).toThrow('attempt 9/1')
    expect(() => givenRequest(JSON.stringify({ ...order, to: 'main' }), run)).toThrow('is not a rollback request')
    expect(() => givenRequest('{', run)).toThrow('is not a rollback request')
  })

  test("is nobody's where two are in the text", () => {
    const body = freezeBody(order, run)
    expect(readRequest(`${body}${body}`)).toBeUndefined()
  })
})

test('a timeline escapes what strangers wrote, and tells times where the policy lives', () => {
  const failure = {
    run: '9/1',
    url: 'https://github.com/acme/deploy/actions/runs/9',
    cause: `staging: ${nasty}`,
    verified: order.to,
    failed: order.from,
    bad: [],
    pulls: [],
    irreversible: [],
  }
  const text = describeTimeline(
    failure,
    [{ kind: 'failed', cluster: 'staging', why: nasty, at: '2026-07-01T23:30:00Z' }],
    'Europe/Berlin',
  )
  expect(text).toContain('- 2026-07-02 01:30 **staging** failed: ')
  expect(text.slice(text.indexOf('\n'))).not.toMatch(/<!--|```|@everybody|\*\*bold|<b>/)
})
