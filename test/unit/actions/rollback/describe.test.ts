import { expect, test } from 'vitest'
import { upstreamBody } from '../../../../actions/rollback/describe.js'
import type { BadVersion, FailedRange } from '../../../../actions/rollback/revert/git-types.js'

const bad = {
  component: { name: 'hub', revert: 'issue' },
  from: '2',
  to: '1',
  commit: undefined,
} as never as BadVersion

test.each([
  ['every cluster was rolled back', [], 'The clusters were rolled back to `1`'],
  ['one cannot be', ['prod'], '`2` failed, and prod cannot be rolled back automatically'],
])('the issue upstream says what runs now: %s', (_, irreversible, says) => {
  const failure = {
    cause: 'prod: 502',
    url: 'https://github.com/a/b/actions/runs/1',
    irreversible,
  } as never as FailedRange
  expect(upstreamBody(bad, { merges: [], more: 0 }, failure, undefined)).toMatch(says)
})
