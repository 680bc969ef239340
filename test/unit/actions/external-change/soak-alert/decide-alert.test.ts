import { expect, test } from 'vitest'
import {
  type Alert,
  decideAlert,
  markerOf,
  movedOn,
  type SoakResult,
  soakedIn,
} from '../../../../../actions/external-change/soak-alert/decide-alert.js'

const watched = { cluster: 'berlin', change: 'a'.repeat(40) }
const ill = (what: string): string => `${markerOf(watched)}\n\n${what}`

/** What the issue is after a look, and whether anything had to be said for it. */
function after(present: Alert | undefined, seen: SoakResult['is'], text = ill('broken')): [Alert | undefined, boolean] {
  const told = decideAlert(watched, present, seen, text)
  if (told.kind === 'nothing') return [present, false]
  if (told.kind === 'open') return [{ number: 1, state: 'open', body: told.body }, true]
  return [{ number: told.number, state: told.state, body: told.body }, true]
}

const [opened] = after(undefined, 'ill')
const [closed] = after(opened, 'well')

test('it opens where a look fails, and only there', () => {
  expect(after(undefined, 'well')).toEqual([undefined, false])
  expect(after(undefined, 'unsure')).toEqual([undefined, false])
  expect(opened).toEqual({ number: 1, state: 'open', body: ill('broken') })
})

test('it is changed where something else is broken, and not where it is the same', () => {
  expect(after(opened, 'ill')).toEqual([opened, false])
  expect(after(opened, 'ill', ill('worse'))).toEqual([{ ...opened, body: ill('worse') }, true])
  expect(after(opened, 'unsure')).toEqual([opened, false])
})

test('it is closed once it is well, and opens again', () => {
  expect(closed).toMatchObject({ number: 1, state: 'closed', body: expect.stringContaining('is healthy again') })
  expect(after(closed, 'well')).toEqual([closed, false])
  expect(after(closed, 'ill')).toEqual([opened, true])
})

test('closed by somebody, it says no more until the cluster was well in between', () => {
  const byHand: Alert = { number: 1, state: 'closed', body: ill('broken') }
  expect(after(byHand, 'ill', ill('worse'))).toEqual([byHand, false])
  expect(after(byHand, 'well')).toEqual([closed, true])
})

test('opened again by somebody, it is closed by the next good look', () => {
  expect(after({ number: 1, state: 'open', body: closed?.body ?? '' }, 'well')).toEqual([closed, true])
})

test('what was closed since it is not there any more opens again with the same change', () => {
  expect(after({ number: 1, state: 'closed', body: movedOn(watched) }, 'well')[1]).toBe(false)
  expect(after({ number: 1, state: 'closed', body: movedOn(watched) }, 'ill')).toEqual([opened, true])
})

test('whatever came before, two looks that see the same end the same, and the second says nothing', () => {
  const states = [undefined, opened, closed, { number: 1, state: 'closed' as const, body: ill('other') }]
  for (const present of states) {
    for (const seen of ['well', 'ill', 'unsure'] as const) {
      const [once] = after(present, seen)
      expect(after(once, seen)).toEqual([once, false])
    }
  }
})

test('it tells which change on which cluster it is about', () => {
  expect(soakedIn(ill('broken'))).toEqual(watched)
  expect(soakedIn(closed?.body ?? '')).toEqual(watched)
  expect(soakedIn(`It says ${markerOf(watched)}`)).toBeUndefined()
  expect(soakedIn('<!-- lockstep:deploy-needs-operator 7 -->')).toBeUndefined()
})
