import { expect, test } from 'vitest'
import { isReviewed, isReviewOverdue } from '../../../../shared/blocks/break-glass-reviews.js'
import type { Party } from '../../../../shared/blocks/issue-integrity.js'

const now = new Date('2026-03-10T12:00:00Z')
const [week, day] = ['2026-03-03T12:00:00Z', '2026-03-09T12:00:00Z']
const gate: Party = { login: 'gate', standing: 'gate' }
const [ada, bob] = ['Ada', 'bob'].map((login): Party => ({ login, standing: 'operator' }))
const mal: Party = { login: 'mal', standing: 'other' }

test.each<[string, string, Party, Party | undefined, boolean]>([
  ['open for a day', day, gate, undefined, false],
  ['open for a week', week, gate, undefined, true],
  ['closed by another operator', week, gate, bob, false],
  ['closed by whoever said it', week, gate, ada, true],
  ['closed by a stranger', week, gate, mal, true],
  ['closed by somebody who cannot be seen', week, gate, { login: 'bob', standing: 'unknown' }, true],
  ['opened by a stranger', week, mal, undefined, false],
])('%s', (_, openedAt, author, closer, overdue) => {
  const closed = closer && { by: closer, confirmed: false }
  const hands = { author, editor: undefined, labeller: gate, closed }
  expect(isReviewOverdue({ hands, openedAt }, 'ada', now)).toBe(overdue)
})

test('what the gate App confirmed when it was closed stays paid, whoever closed it is now', () => {
  const hands = { author: gate, editor: undefined, labeller: gate, closed: { by: mal, confirmed: true } }
  expect([isReviewed({ hands }, 'ada'), isReviewOverdue({ hands, openedAt: week }, 'ada', now)]).toEqual([true, false])
})
