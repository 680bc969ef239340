import { describe, expect, test } from 'vitest'
import { decideQueue } from '../../../../actions/deploy-queue/decide.js'
import type {
  Blocked,
  MergeCandidate,
  QueueState,
  RolloutStatus,
  UndeployedChange,
} from '../../../../actions/deploy-queue/types.js'

const hash = (digit: string): string => digit.repeat(40)
const change: UndeployedChange = { pull: 12, commit: hash('a'), duty: 'ada', since: '2026-03-01T09:05:30Z' }
const other: UndeployedChange = { pull: undefined, commit: hash('b'), duty: undefined, since: undefined }
const usual = { middle: 9 * 60_000, slow: 14 * 60_000 }
const url = 'https://github.test/deploy/pull/3'
const clear: QueueState = {
  ...{ component: 'hub', max: 1, undeployed: [], stage: undefined, shut: undefined },
  ...{ usual, window: undefined },
}
const queueWith = (more: Partial<QueueState> = {}): QueueState => ({ ...clear, ...more })
const candidate = (more: Partial<MergeCandidate> = {}): MergeCandidate => ({
  ready: true,
  queued: undefined,
  makes: ['hub'],
  exception: undefined,
  repairs: [],
  fix: false,
  ...more,
})
const held: Blocked = { kind: 'version-blocked', number: 7, url: 'https://github.test/deploy/issues/7' }
const frozen: Blocked = { ...held, kind: 'deploy-freeze' }

describe('what is said', () => {
  test.each<[string, QueueState, string, string | undefined]>([
    [
      'no deploy PR yet',
      queueWith({ undeployed: [change], stage: { kind: 'unpublished' } }),
      'no deploy PR yet',
      undefined,
    ],
    [
      'a deploy PR that waits',
      queueWith({ undeployed: [change], stage: { kind: 'proposed', pull: 3, url, since: '' } }),
      'deploy PR #3 is not merged yet',
      url,
    ],
    [
      'a deploy that has begun',
      queueWith({ undeployed: [change], stage: { kind: 'deploying', verified: [], left: ['staging'], url } }),
      'being deployed',
      url,
    ],
    [
      'a deploy on its way',
      queueWith({
        undeployed: [change],
        stage: { kind: 'deploying', verified: ['staging'], left: ['canary', 'primary'], url },
      }),
      'deploying canary, staging is verified',
      url,
    ],
  ])('names who and where: %s', (_, one, where, link) => {
    expect(decideQueue([one], candidate())).toEqual({
      state: 'failure',
      reason: 'deploy-pending',
      description: `#12 by ada, 2026-03-01 09:05 UTC, is not verified: ${where}.`,
      url: link,
    })
  })

  test('a direct push goes by its commit, and further changes are counted', () => {
    const { description } = decideQueue([queueWith({ undeployed: [other, change] })], candidate())
    expect(description).toBe('bbbbbbb is not verified (and 1 more): no deploy PR yet.')
  })

  test('clear says how long a deploy takes, and whose it is', () => {
    const { state, description } = decideQueue([clear], candidate())
    expect(state).toBe('success')
    expect(description).toBe(
      'Clear: all is deployed and verified. A deploy takes ~9 min (p90 14), and you will be on duty.',
    )
    expect(decideQueue([queueWith({ usual: undefined })], candidate()).description).toBe(
      'Clear: all is deployed and verified. A deploy follows, and you will be on duty.',
    )
  })

  test('a hold names who failed and what clears it; a freeze only itself', () => {
    const stopped = decideQueue([queueWith({ shut: held, undeployed: [change] })], candidate())
    expect(stopped).toMatchObject({ state: 'failure', reason: 'version-blocked', url: held.url })
    expect(stopped.description).toBe('#12 by ada, 2026-03-01 09:05 UTC, failed to deploy. Fix or revert it: #7.')
    expect(decideQueue([queueWith({ shut: held })], candidate()).description).toBe(
      'A version of hub is blocked. Fix or revert it: #7.',
    )
    expect(decideQueue([queueWith({ shut: frozen, undeployed: [change] })], candidate())).toMatchObject({
      reason: 'deploy-freeze',
      description: 'Deploy freeze: #7 in the deploy repo.',
    })
  })

  test('is never longer than GitHub takes, nor more than one line', () => {
    const { description } = decideQueue([{ component: 'hub', problem: `so\n${'x'.repeat(300)}` }], candidate())
    expect([...description]).toHaveLength(140)
    expect(description).toMatch(/^Unknown: so x+…$/)
  })
})

const stages: (RolloutStatus | undefined)[] = [undefined, { kind: 'proposed', pull: 3, url, since: '' }]
const queues: QueueState[] = [[], [change], [change, other]].flatMap((undeployed) =>
  [undefined, held, frozen].flatMap((shut) =>
    [1, 2].flatMap((max) => stages.map((stage) => queueWith({ undeployed, shut, max, stage }))),
  ),
)
const unknown = { component: 'hub', problem: 'GitHub did not answer.' }

describe('every combination', () => {
  test.each(queues)('a fix, an exception and what makes no version always pass: %j', (one) => {
    expect(decideQueue([one, unknown], candidate({ exception: 'deploy-queue-skip' })).state).toBe('success')
    expect(decideQueue([one], candidate({ makes: [] })).state).toBe('success')
    for (const { commit } of one.undeployed) {
      expect(decideQueue([one], candidate({ repairs: [commit] })).state).toBe('success')
      expect(decideQueue([one], candidate({ repairs: [commit], queued: { ahead: 1 } })).state).toBe('success')
    }
  })

  test.each(queues)('green only with room, and nothing shut: %j', (one) => {
    const room = one.shut === undefined && one.undeployed.length < one.max
    expect(decideQueue([one], candidate()).state === 'success').toBe(room)
    expect(decideQueue([one], candidate({ makes: undefined })).state === 'success').toBe(room)
  })

  test.each(queues)('of two in a merge queue, no more are green than may be undeployed: %j', (one) => {
    const places = [0, 1, 2].map((ahead) => decideQueue([one], candidate({ queued: { ahead } })).state)
    const green = places.filter((state) => state === 'success').length
    expect(green).toBe(one.shut ? 0 : Math.max(0, one.max - one.undeployed.length))
    // What waits in the queue stays in it.
    expect(places.filter((state) => state !== 'success' && state !== 'pending')).toEqual([])
  })

  test.each(queues)('what nobody approved yet is neither green nor red: %j', (one) => {
    expect(decideQueue([one], candidate({ ready: false })).state).toBe('pending')
  })

  test.each(queues)('one lane that is not known is red, whatever the others are: %j', (one) => {
    expect(decideQueue([one, unknown], candidate({ makes: undefined }))).toMatchObject({
      state: 'error',
      reason: 'queue-unknown',
    })
  })

  test.each(queues)('the same facts give the same words: %j', (one) => {
    expect(decideQueue([structuredClone(one)], candidate())).toEqual(decideQueue([one], candidate()))
  })

  test('only the components that a pull request changes count', () => {
    const image = queueWith({ component: 'image', undeployed: [change] })
    expect(decideQueue([clear, image], candidate()).state).toBe('success')
    expect(decideQueue([clear, image], candidate({ makes: ['hub', 'image'] })).state).toBe('failure')
  })
})
