import { expect, test } from 'vitest'
import { externalId, parseExternalId } from '../../../../shared/records/gate-check.js'

const check = { pr: 12, base: 'a'.repeat(40), digest: 'b'.repeat(64), tier: 'T2' as const }

test('an external id is read back as it was written', () => {
  expect(parseExternalId(externalId(check))).toEqual(check)
})

test('the longest one is far below what GitHub may keep', () => {
  const all = { ...check, pr: 9_999_999_999, tier: 'none' as const, breakGlass: true, policy: 'c'.repeat(32) }
  const until = new Date('2999-12-31T23:59:59Z')
  expect(externalId({ ...all, until }).length).toBeLessThan(150)
  expect(parseExternalId(externalId({ ...all, until }))).toEqual({ ...all, until })
  const seen = 'd'.repeat(12)
  expect(externalId({ ...all, until, seen }).length).toBeLessThan(165)
  expect(parseExternalId(externalId({ ...all, until, seen }))).toEqual({ ...all, until, seen })
})

test('one that ends, or that went first, is read back as well', () => {
  const until = new Date('2026-03-02T12:00:00Z')
  const policy = 'c'.repeat(32)
  const seen = 'd'.repeat(12)
  for (const more of [
    { seen },
    { policy, seen },
    { until },
    { breakGlass: true },
    { until, breakGlass: true },
    { policy },
    { until, policy },
  ]) {
    expect(parseExternalId(externalId({ ...check, ...more }))).toEqual({ ...check, ...more })
  }
})

test.each([
  null,
  '',
  'lockstep/2/12/x/y',
  // The last digit of 32 bytes has two bits that mean nothing.
  externalId(check)
    .replace('/T2', 's/T2')
    .replace(/.s\/T2/, 't/T2'),
  `${externalId(check)}0`,
  externalId(check).replace('T2', 'T4'),
  externalId(check).replace('/T2', ''),
  externalId({ ...check, pr: 0 }),
])('%j is none', (text) => {
  expect(parseExternalId(text)).toBeUndefined()
})
