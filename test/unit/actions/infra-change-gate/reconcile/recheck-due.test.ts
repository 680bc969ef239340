import { expect, test } from 'vitest'
import { isRecheckDue } from '../../../../../actions/infra-change-gate/reconcile/recheck-due.js'

const now = new Date('2026-03-02T12:00:00Z')
const ago = (minutes: number): Date => new Date(now.getTime() - minutes * 60_000)

test.each([
  ['what holds without an end', { until: undefined }, 600, false],
  ['what holds for a while', { until: ago(-1) }, 600, false],
  ['what held until now', { until: now }, 0, true],
  ['what held until an hour ago', { until: ago(60) }, 0, true],
  ['what was judged by the policy of now', { until: undefined, policy: 'now' }, 600, false],
  ['what was judged by another policy, however long it holds', { until: ago(-60), policy: 'before' }, 0, true],
  ['what was made with the reviews that there are', { until: undefined, policy: 'now', seen: 'these' }, 600, false],
  ['what somebody reviewed since', { until: ago(-60), policy: 'now', seen: 'others' }, 0, true],
  ['what rests on no review', { until: undefined, policy: 'now', seen: undefined }, 600, false],
  ['what another pull request with the same head overwrote', { until: undefined, overwritten: true }, 0, true],
  ['what one with the same verdict did not', { until: undefined, overwritten: false }, 600, false],
  ['what was never judged, just pushed', undefined, 5, false],
  ['what was never judged, its event is lost', undefined, 10, true],
  ['what was never judged, for days', undefined, 24 * 60, false],
])('%s', (_, last, minutes, due) => {
  expect(isRecheckDue(last, { policy: 'now', seen: 'these' }, ago(minutes), now)).toBe(due)
})
