import { expect, test } from 'vitest'
import { type ReleaseEnd, together } from '../../../../actions/rollback/together.js'
import { released } from '../../../released.js'

const [head, good] = ['b'.repeat(40), 'a'.repeat(40)]
const back = (name: string, change: Partial<ReleaseEnd> = {}): ReleaseEnd => ({
  ...{ decision: 'rolled_back', reason: 'ok', message: `${name} is back.`, commit: good, released: released({ name }) },
  ...change,
})
const untouched = (name: string): ReleaseEnd => ({
  ...back(name, { decision: 'nothing_to_roll_back', reason: 'already-there', message: `${name} was not touched.` }),
})
const failed = (name: string): ReleaseEnd => ({
  ...{ decision: 'rollback_failed', reason: 'rollback-failed', message: `${name} failed.`, fix: `Look at ${name}.` },
  evidence: [{ kind: 'diagnosis', ok: false, text: name }],
})

test('one release speaks for itself', () => {
  expect(together([back('a')], head)).toEqual({
    ...{ decision: 'rolled_back', reason: 'ok', message: 'a is back.', commit: good, evidence: [] },
    releases: [released({ name: 'a' })],
  })
  const { releases, ...nothing } = together([untouched('a')], head)
  expect([releases, nothing]).toMatchObject([undefined, { decision: 'nothing_to_roll_back', commit: good }])
})

test('a cluster is back when all are; the smoke test gets those that were never touched as well, in order', () => {
  const { decision, reason, releases } = together([untouched('a'), back('b')], head)
  expect([decision, reason, releases?.map(({ name }) => name)]).toEqual(['rolled_back', 'ok', ['a', 'b']])
})

test('a cluster that was back already says so', () => {
  const there = (name: string): ReleaseEnd => back(name, { reason: 'already-there' })
  expect(together([there('a'), there('b')], head).reason).toBe('already-there')
  expect(together([there('a'), back('b')], head).reason).toBe('ok')
})

test('the worst counts and is told first; then nothing is called restored', () => {
  expect(together([back('a'), failed('b'), untouched('c')], head)).toEqual({
    ...{ decision: 'rollback_failed', reason: 'rollback-failed', commit: head, fix: 'Look at b.' },
    message: 'b failed. a is back. c was not touched.',
    evidence: [{ kind: 'diagnosis', ok: false, text: 'b' }],
  })
  const stuck = back('c', { decision: 'not_reversible', reason: 'revision-gone' })
  expect(together([stuck, failed('a')], head).decision).toBe('rollback_failed')
  expect(together([back('a'), stuck], head)).toMatchObject({ decision: 'not_reversible', reason: 'revision-gone' })
})
