import { expect, test } from 'vitest'
import { trialBefore } from '../../../../actions/external-change/evaluate.js'
import type { ExternalChangeRecord } from '../../../../shared/records/external-changes.js'

const hour = 60 * 60_000
const now = new Date('2026-03-10T10:00:00Z')
const change = { kind: 'kubernetes', cluster: 'berlin', from: '1.30.8', to: '1.31.4' } as ExternalChangeRecord['change']
const staged = (
  hours: number,
  more: Partial<ExternalChangeRecord['change']> = {},
  outcome: 'success' | 'failure' = 'success',
) => ({
  change: { ...change, cluster: 'staging', ...more },
  ended: { outcome, at: new Date(now.getTime() - hours * hour).toISOString() },
})

test.each([
  ['a dangerous one, a day ago', 'T3', staged(24), true],
  ['a dangerous one, less than a day ago', 'T3', staged(23.9), false],
  ['a careful one, just now', 'T2', staged(0), true],
  ['a week ago', 'T2', staged(7 * 24), false],
  ['one that failed there', 'T3', staged(48, {}, 'failure'), false],
  ['another version', 'T3', staged(48, { to: '1.31.5' }), false],
  ['another kind', 'T3', staged(48, { kind: 'other' }), false],
  ['one that did not end', 'T3', { ...staged(48), ended: undefined }, false],
] as const)('%s', (_, tier, one, is) => {
  expect(trialBefore({ change }, [one], tier, now)).toBe(is)
})
