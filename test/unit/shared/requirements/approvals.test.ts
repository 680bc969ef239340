import { expect, test } from 'vitest'
import type { EvidenceContent } from '../../../../shared/records/change-evidence.js'
import { approvalFacts, type RecordedCommand } from '../../../../shared/requirements/approvals.js'

const now = new Date('2026-03-10T12:00:00Z')
const minutesAgo = (count: number): string => new Date(now.getTime() - count * 60_000).toISOString()
const [digest, before] = ['a'.repeat(64), 'b'.repeat(64)]

const word = (said: EvidenceContent, change: Partial<RecordedCommand> = {}): RecordedCommand => ({
  ...{ schema: 1, pull: 1, head: 'c'.repeat(40), digest, by: 'ada', at: minutesAgo(5), source: 'comment/1', said },
  standing: 'operator',
  ...change,
})
const glass: EvidenceContent = { kind: 'break-glass', link: 'https://example.org', reason: 'down', issue: 3 }
const all: EvidenceContent[] = [
  { kind: 'ack', items: ['x'] },
  { kind: 'standby' },
  { kind: 'start' },
  { kind: 'backup', id: 'x', made: minutesAgo(60) },
  { kind: 'announced', link: 'https://example.org' },
  { kind: 'dry-run', ok: true },
  glass,
]
const none = approvalFacts([], digest, now)

test('each word of an operator about this change counts', () => {
  const facts = approvalFacts(
    all.map((said) => word(said)),
    digest,
    now,
  )
  expect(facts.evidence.acked).toEqual(new Set(['x']))
  expect(facts.evidence).toMatchObject({ dryRun: { ok: true }, start: { by: 'ada' }, backup: { id: 'x' } })
  expect(facts.evidence.announced).toEqual(new Date(minutesAgo(5)))
  expect([facts.standby?.login, facts.breakGlass?.issue]).toEqual(['ada', 3])
})

test.each<[string, Partial<RecordedCommand>]>([
  ['about what it was before', { digest: before }],
  ['of somebody who is no operator any more', { standing: 'other' }],
  ['of somebody who cannot be seen', { standing: 'unknown' }],
])('no word %s does', (_, change) => {
  for (const said of all) expect(approvalFacts([word(said, change)], digest, now)).toEqual(none)
})

test('a hold stands whatever was changed since, until an operator lifts it', () => {
  const held = (...words: RecordedCommand[]) => approvalFacts(words, digest, now).holds.length
  const hold = word({ kind: 'hold', reason: 'a talk' }, { digest: before })
  const lift = word({ kind: 'unhold' }, { by: 'bob' })

  expect(held(hold)).toBe(1)
  expect(held({ ...hold, standing: 'unknown' })).toBe(1)
  expect(held({ ...hold, standing: 'other' })).toBe(0)
  expect(held(hold, lift)).toBe(0)
  expect(held(hold, { ...lift, standing: 'unknown' })).toBe(1)
  expect(held(hold, lift, hold)).toBe(1)
})

test('a break-glass lasts two hours', () => {
  const at = (minutes: number) => approvalFacts([word(glass, { at: minutesAgo(minutes) })], digest, now).breakGlass
  expect([at(119)?.until, at(120)]).toEqual([new Date('2026-03-10T12:01:00Z'), undefined])
})

test('of several dry-runs the last counts', () => {
  const said = (ok: boolean, minutes: number) => word({ kind: 'dry-run', ok }, { at: minutesAgo(minutes) })
  expect(approvalFacts([said(true, 9), said(false, 1)], digest, now).evidence.dryRun?.ok).toBe(false)
})
