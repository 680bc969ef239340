import { expect, test } from 'vitest'
import { type Reassignment, reassignDuty, reassignmentsIn } from '../../../../shared/duty/reassign.js'
import type { StickyComment } from '../../../../shared/github/sticky-comment.js'

/** `ada @bob` hands over, `bob` accepts; `olga!` is an operator. */
const words = (...texts: string[]): Reassignment[] =>
  texts.map((text, index) => {
    const [by = '', to] = text.split(' @')
    return { id: index + 1, by: by.replace('!', ''), operator: by.endsWith('!'), to }
  })

test.each<[string, string[], string[], string[], string[]]>([
  ['nothing was said', ['ada'], [], ['ada'], []],
  ['handed over, and not accepted', ['ada'], ['ada @bob'], ['ada'], ['ada>bob']],
  ['accepted', ['ada'], ['ada @bob', 'bob'], ['bob'], []],
  ['accepted in other letters', ['Ada'], ['ada @Bob', 'bob'], ['bob'], []],
  ['accepted by another one', ['ada'], ['ada @bob', 'mallory'], ['ada'], ['ada>bob']],
  ['accepted before it was handed over', ['ada'], ['bob', 'ada @bob'], ['ada'], ['ada>bob']],
  ['by whom it is not to hand over', ['ada'], ['mallory @bob', 'bob'], ['ada'], []],
  ['one of two hands over', ['ada', 'carol'], ['ada @bob', 'bob'], ['carol', 'bob'], []],
  ['to somebody who is on duty already', ['ada', 'bob'], ['ada @bob'], ['ada', 'bob'], []],
  ['to two, and the second accepts', ['ada'], ['ada @bob', 'ada @carol', 'carol'], ['carol'], []],
  ['to two, and both accept: the first one', ['ada'], ['ada @bob', 'ada @carol', 'carol', 'bob'], ['carol'], []],
  ['on and on', ['ada'], ['ada @bob', 'bob', 'bob @carol', 'carol'], ['carol'], []],
  ['and back', ['ada'], ['ada @bob', 'bob', 'bob @ada', 'ada'], ['ada'], []],
  ['an operator for others', ['ada', 'carol'], ['olga! @bob', 'bob'], ['bob'], []],
  ['an operator takes it', ['ada'], ['olga!'], ['olga'], []],
  ['an operator takes what is nobody’s', [], ['olga!'], ['olga'], []],
  ['nobody on duty, and a stranger', [], ['mallory'], [], []],
])('%s', (_, base, said, duty, offers) => {
  const after = reassignDuty(base, words(...said))
  expect(after.duty).toEqual(duty)
  expect(after.offers.map(({ from, to }) => `${from}>${to}`)).toEqual(offers)
})

const comment = (body: string, more: object = {}): StickyComment =>
  ({
    ...{ id: 1, node_id: 'C1', body, user: { login: 'ada', type: 'User' } },
    ...{ created_at: '2026-03-01T09:00:00Z', updated_at: '2026-03-01T09:00:00Z', ...more },
  }) as StickyComment

const moved = { updated_at: '2026-03-01T09:00:01Z' }

/** Knows which comments had their text changed; of others than these two it knows nothing. */
const github = {
  graphql: async (_: string, { ids }: { ids: string[] }) => ({
    nodes: ids.map((id) => (id === 'gone' ? null : { id, lastEditedAt: id === 'edited' ? moved.updated_at : null })),
  }),
} as never

test.each<[string, StickyComment, (string | undefined)[]]>([
  ['a name', comment('/assign @bob'), ['bob']],
  ['none', comment('/assign\r\nI have time'), [undefined]],
  ['blanks at its end', comment('/assign @bob  '), ['bob']],
  ['two names', comment('/assign @bob @carol'), []],
  ['something before it', comment('say /assign'), []],
  ['another word', comment('/assignee'), []],
  ['a name that is none', comment('/assign @bob]('), []],
  ['a changed comment', comment('/assign', { ...moved, node_id: 'edited' }), []],
  ['a comment that got a reaction, if that moves its date', comment('/assign', moved), [undefined]],
  [
    'a comment of which GitHub does not say whether it was changed',
    comment('/assign', { ...moved, node_id: 'gone' }),
    [],
  ],
  ['a bot', comment('/assign', { user: { login: 'x[bot]', type: 'Bot' } }), []],
  ['an account that is gone', comment('/assign', { user: null }), []],
])('the command: %s', async (_, one, expected) => {
  const found = await reassignmentsIn(github, [one], async () => 'other')
  expect(found.map(({ to }) => to)).toEqual(expected)
})
