import { expect, test } from 'vitest'
import { combineOutcomes, type ReleaseEnd } from '../../../../../actions/rollback/cluster/combine-outcomes.js'
import { released } from '../../../../fixtures/released.js'

const [head, good] = ['b'.repeat(40), 'a'.repeat(40)]
const back = (name: string, change: Partial<ReleaseEnd> = {}): ReleaseEnd => ({
  ...{ decision: 'rolled-back', reason: 'ok', message: `${name} is back.`, commit: good, released: released({ name }) },
  ...change,
})
const untouched = (name: string): ReleaseEnd => ({
  ...back(name, { decision: 'nothing-to-roll-back', reason: 'up-to-date', message: `${name} was not touched.` }),
})
const failed = (name: string): ReleaseEnd => ({
  ...{ decision: 'rollback-failed', reason: 'rollback-failed', message: `${name} failed.`, fix: `Look at ${name}.` },
  evidence: [{ kind: 'diagnosis', ok: false, text: name }],
})

test('one release speaks for itself', () => {
  expect(combineOutcomes([back('a')], head)).toEqual({
    ...{ decision: 'rolled-back', reason: 'ok', message: 'a is back.', commit: good, evidence: [] },
    releases: [released({ name: 'a' })],
  })
  const { releases, ...nothing } = combineOutcomes([untouched('a')], head)
  expect([releases, nothing]).toMatchObject([undefined, { decision: 'nothing-to-roll-back', commit: good }])
})

test('a cluster is back when all are; the smoke test gets those that were never touched as well, in order', () => {
  const { decision, reason, releases } = combineOutcomes([untouched('a'), back('b')], head)
  expect([decision, reason, releases?.map(({ name }) => name)]).toEqual(['rolled-back', 'ok', ['a', 'b']])
})

test('a cluster that was back already says so', () => {
  const there = (name: string): ReleaseEnd => back(name, { reason: 'up-to-date' })
  expect(combineOutcomes([there('a'), there('b')], head).reason).toBe('up-to-date')
  expect(combineOutcomes([there('a'), back('b')], head).reason).toBe('ok')
})

test('the worst counts and is told first; then nothing is called restored', () => {
  expect(combineOutcomes([back('a'), failed('b'), untouched('c')], head)).toEqual({
    ...{ decision: 'rollback-failed', reason: 'rollback-failed', commit: head, fix: 'Look at b.' },
    message: 'b failed. a is back. c was not touched.',
    evidence: [{ kind: 'diagnosis', ok: false, text: 'b' }],
  })
  const stuck = back('c', { decision: 'irreversible', reason: 'revision-not-found' })
  expect(combineOutcomes([stuck, failed('a')], head).decision).toBe('rollback-failed')
  expect(combineOutcomes([back('a'), stuck], head)).toMatchObject({
    decision: 'irreversible',
    reason: 'revision-not-found',
  })
})
