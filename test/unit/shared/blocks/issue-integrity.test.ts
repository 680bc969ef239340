import { expect, test } from 'vitest'
import { type IssueActors, judgeIntegrity, type Party } from '../../../../shared/blocks/issue-integrity.js'

const gate: Party = { login: 'gate', standing: 'gate' }
const olga: Party = { login: 'olga', standing: 'operator' }
const eve: Party = { login: 'eve', standing: 'other' }
const otto: Party = { login: 'otto', standing: 'unknown' }
const hands = (change: Partial<IssueActors> = {}): IssueActors => ({
  author: gate,
  editor: undefined,
  labeller: gate,
  closed: undefined,
  ...change,
})
const closed = (by: Party | undefined, confirmed = false): Partial<IssueActors> => ({ closed: { by, confirmed } })

test.each([
  ['the gate App placed', hands()],
  ['an operator placed', hands({ author: olga, labeller: olga })],
  ['the gate App placed and an operator edited', hands({ editor: olga })],
])('what %s stands and is believed', (_, placed) => {
  expect(judgeIntegrity(placed, 'olga')).toEqual({ stands: true, believed: true })
})

test.each([
  ['opened', { author: eve }],
  ['last edited', { editor: eve }],
  ['labelled', { labeller: eve }],
])('what somebody else %s stands, and its text is not believed', (what, change) => {
  expect(judgeIntegrity(hands(change), 'olga')).toEqual({
    stands: true,
    believed: false,
    doubt: `It was ${what} by "eve", who is not an operator, so it blocks every version.`,
  })
})

test.each([
  ['the gate App', closed(gate)],
  ['an operator', closed(olga)],
  ['one whom the gate App confirmed to be an operator', closed(otto, true)],
])('what %s closed stands no more, whoever opened it', (_, change) => {
  expect(judgeIntegrity(hands({ author: eve, ...change }), 'olga')).toEqual({ stands: false, believed: false })
})

test('what somebody else closed stands, and still says what it is about', () => {
  expect(judgeIntegrity(hands(closed(eve)), 'olga')).toEqual({
    stands: true,
    believed: true,
    doubt: 'It was closed by "eve", who is not an operator, so it still applies.',
  })
})

test('what is not known is not believed, and it says why', () => {
  expect(judgeIntegrity(hands(closed(undefined)), 'x').doubt).toContain('an unknown user')
  expect(judgeIntegrity(hands(closed(otto)), 'the team org/ops').doubt).toContain(
    'cannot see whether they are in the team org/ops',
  )
  expect(judgeIntegrity(hands({ editor: otto, ...closed(eve) }), 'the team org/ops')).toMatchObject({
    stands: true,
    believed: false,
    doubt: expect.stringMatching(/closed by "eve".*last edited by "otto"/),
  })
})
