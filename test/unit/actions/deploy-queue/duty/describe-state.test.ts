import { expect, test } from 'vitest'
import { stateComment, statusOf } from '../../../../../actions/deploy-queue/duty/describe-state.js'
import type { OpenAssignment } from '../../../../../actions/deploy-queue/duty/open-assignments.js'

const runs = 'https://github.test/acme/deploy/actions/workflows/deploy.yml'
const staging = { cluster: 'staging', at: '2026-03-01T09:05:00Z' }
const prod = { cluster: 'prod', at: '2026-03-01T09:12:00Z' }
const turn = (more: Partial<OpenAssignment>): OpenAssignment =>
  ({
    ...{ pull: 3, url: 'https://github.test/acme/deploy/pull/3', openedAt: '2026-03-01T08:50:00Z', merges: [] },
    ...{ mergedAt: '2026-03-01T09:00:00Z', phase: 'deploying', verified: [], left: ['staging', 'prod'] },
    failed: undefined,
    ...more,
  }) as OpenAssignment

const half = turn({ verified: [staging], left: ['prod'] })
const whole = turn({ phase: 'verified', verified: [staging, prod], left: [] })
const failed = { record: { cluster: 'prod' } } as unknown as OpenAssignment['failed']
const failure = '<!-- lockstep:timeline -->\n**prod: pods crash**\n\n- 09:00 it failed\n'

test.each<[string, OpenAssignment, unknown]>([
  ['nothing yet', turn({}), undefined],
  ['on the first cluster', half, { state: 'pending', description: 'Verified on staging; next: prod.' }],
  ['everywhere', whole, { state: 'success', description: 'Verified on all clusters after 12 min.' }],
  [
    'failed',
    turn({ phase: 'failing', failed }),
    { state: 'failure', description: 'Failed on prod; rollback in progress.' },
  ],
  ['gone back', turn({ phase: 'back', failed }), { state: 'failure', description: 'Failed on prod and was reverted.' }],
  ['taken back by hand', turn({ phase: 'back' }), { state: 'failure', description: 'Reverted.' }],
])('the status: %s', (_, one, expected) => {
  const status = statusOf(one)
  if (expected === undefined) expect(status).toBeUndefined()
  else expect(status).toMatchObject({ ...(expected as object), url: one.url })
})

test('the comment is one: it goes from the first cluster to all', () => {
  const first = stateComment(half, runs, undefined)
  expect(first).toMatch(/^<!-- lockstep:timeline -->\n/)
  expect(first).toContain('**Deployed to staging, and verified.** Next: prod')
  const last = stateComment(whole, runs, first)
  expect(last).toContain('**Deployed to all clusters, and verified** after 12 min: staging, prod')
  expect(last).not.toContain('Next')
  expect(stateComment(whole, runs, last)).toBe(last)
})

test('what failed stays as rollback told it, until it is verified everywhere, and then below', () => {
  expect(stateComment(turn({ phase: 'failing', failed }), runs, failure)).toBeUndefined()
  expect(stateComment(half, runs, failure)).toBeUndefined()
  const mended = stateComment(whole, runs, failure) ?? ''
  expect(mended.indexOf('Deployed to all')).toBeLessThan(mended.indexOf('pods crash'))
  expect(mended.match(/lockstep:timeline/g)).toHaveLength(1)
  expect(stateComment(whole, runs, mended)).toBe(mended)
})
