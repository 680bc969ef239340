import { describe, expect, test } from 'vitest'
import { type DutyFacts, decideDuty, type Phase } from '../../../../../actions/deploy-queue/duty/decide-duty.js'

const minutes = (count: number): number => count * 60_000
const patience = { remind: minutes(15), escalate: minutes(60) }
const begin = Date.parse('2026-03-01T09:00:00Z')
const at = (count: number): string => new Date(begin + minutes(count)).toISOString()

const facts = (more: Partial<DutyFacts> = {}): DutyFacts => ({
  phase: 'proposed',
  since: at(0),
  shut: false,
  duty: ['ada'],
  offers: [],
  said: new Map([['greet-ada', at(0)]]),
  slow: undefined,
  ...more,
})

const keys = (one: DutyFacts, minute: number): string[] =>
  decideDuty(one, patience, new Date(begin + minutes(minute))).map(({ key }) => key)

const said = (...words: [string, number][]): Map<string, string> => new Map(words.map(([key, when]) => [key, at(when)]))

const offer = { id: 7, from: 'ada', to: 'bob' }

test.each<[string, DutyFacts, number, string[]]>([
  ['greeted at once', facts({ said: said() }), 0, ['greet-ada']],
  ['greeted first, however late that is', facts({ said: said() }), 300, ['greet-ada']],
  ['everybody is', facts({ said: said(), duty: ['ada', 'bob'] }), 0, ['greet-ada', 'greet-bob']],
  ['the operators, where nobody is on duty', facts({ said: said(), duty: [] }), 0, ['greet']],
  ['nobody twice', facts(), 14, []],
  ['not a millisecond before its time', facts(), 15 - 1 / 60_000, []],
  ['reminded on the dot', facts(), 15, ['remind-proposed-ada']],
  ['once', facts({ said: said(['greet-ada', 0], ['remind-proposed-ada', 15]) }), 59, []],
  ['the operators on the dot', facts(), 60, ['call-proposed']],
  ['once as well', facts({ said: said(['greet-ada', 0], ['call-proposed', 60]) }), 600, []],
  ['no reminder after them', facts({ said: said(['greet-ada', 0], ['call-proposed', 60]) }), 90, []],
  ['nobody on duty: no reminder, but the operators', facts({ duty: [], said: said(['greet', 0]) }), 59, []],
  ['nobody on duty: they are called too', facts({ duty: [], said: said(['greet', 0]) }), 60, ['call-proposed']],
  [
    'who joined later has as much time',
    facts({ duty: ['ada', 'bob'], said: said(['greet-ada', 0], ['greet-bob', 40]) }),
    50,
    ['remind-proposed-ada'],
  ],
  ['merged: the clock starts anew', facts({ phase: 'deploying', since: at(50) }), 60, []],
  ['merged, and not verified', facts({ phase: 'deploying', since: at(50) }), 65, ['remind-deploying-ada']],
  ['a deploy has the time that slow ones take', facts({ phase: 'deploying', slow: minutes(14) }), 28, []],
  ['and then a reminder', facts({ phase: 'deploying', slow: minutes(14) }), 29, ['remind-deploying-ada']],
  ['but not more than six hours', facts({ phase: 'deploying', slow: 300 * 86_400_000 }), 374, []],
  ['so that a stuck one calls', facts({ phase: 'deploying', slow: 300 * 86_400_000 }), 375, ['remind-deploying-ada']],
  ['a merge needs no such time', facts({ slow: minutes(14) }), 15, ['remind-proposed-ada']],
  ['a freeze: nobody is late', facts({ shut: true }), 600, []],
  ['a freeze: greeted all the same', facts({ shut: true, said: said() }), 600, ['greet-ada']],
  ['after a freeze the clock starts anew', facts({ since: at(100) }), 114, []],
  ['handed over: asked once', facts({ offers: [offer] }), 1, ['offer-7']],
  ['handed over: not asked again', facts({ offers: [offer], said: said(['greet-ada', 0], ['offer-7', 1]) }), 2, []],
  [
    'handed over: until it is accepted it is ada’s',
    facts({ offers: [offer], said: said(['greet-ada', 0], ['offer-7', 1]) }),
    15,
    ['remind-proposed-ada'],
  ],
  ['accepted: only bob is', facts({ duty: ['bob'], said: said(['greet-ada', 0]) }), 20, ['greet-bob']],
  ['failed: no reminder, rollback tells', facts({ phase: 'failing' }), 30, []],
  ['failed, and nothing goes back: the operators', facts({ phase: 'failing' }), 60, ['call-failing']],
  ['gone back: the end, and nobody is called', facts({ phase: 'back', said: said() }), 600, ['end']],
  ['gone back: said once', facts({ phase: 'back', said: said(['end', 12]) }), 600, []],
  ['verified: the end', facts({ phase: 'verified' }), 12, ['end']],
  ['verified: said once', facts({ phase: 'verified', said: said(['end', 12]) }), 13, []],
  ['a clock that goes backwards', facts(), -30, []],
  ['a date that nobody can read', facts({ since: 'soon' }), 600, []],
])('%s', (_, one, minute, expected) => {
  expect(keys(one, minute)).toEqual(expected)
})

describe('a whole day, looked at every minute, or not for hours', () => {
  const phases: { phase: Phase; from: number }[] = [
    { phase: 'proposed', from: 0 },
    { phase: 'deploying', from: 200 },
    { phase: 'verified', from: 400 },
  ]
  test.each([1, 7, 15, 60, 180])('every %i minutes nobody hears anything twice', (step) => {
    const told = new Map<string, string>()
    const heard: string[] = []
    for (let minute = 0; minute <= 600; minute += step) {
      const now = phases.findLast(({ from }) => from <= minute)
      const one = facts({ phase: now?.phase ?? 'proposed', since: at(now?.from ?? 0), said: told })
      for (const key of keys(one, minute)) {
        heard.push(key)
        told.set(key, at(minute))
      }
    }
    expect(new Set(heard).size).toBe(heard.length)
    expect([heard[0], heard.at(-1)]).toEqual(['greet-ada', 'end'])
    expect(heard).toContain('call-proposed')
    expect(heard).toContain('call-deploying')
  })
})
