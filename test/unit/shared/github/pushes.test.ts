import { expect, test } from 'vitest'
import { type Push, pushersOf } from '../../../../shared/github/pushes.js'

const push = (before: string, after: string, login?: string): Push => ({
  ...{ before, after, by: login === undefined ? undefined : { login, bot: false } },
})
const who = (line: string, ...pushes: Push[]) => pushersOf(line.split(' '), pushes)?.map(({ login }) => login)

test.each<[string, string[] | undefined, Push[]]>([
  ['the push that ended on it', ['ada'], [push('c', 'd', 'eve'), push('a', 'b', 'ada')]],
  ['the push of several that it was one of', ['ada'], [push('c', 'd', 'eve'), push('a', 'c', 'ada')]],
  ['not a later one that began on it', undefined, [push('b', 'c', 'eve')]],
  [
    'everybody who brought it, where it was taken away between',
    ['eve', 'ada'],
    [push('a', 'b', 'eve'), push('b', 'a', 'x'), push('a', 'b', 'ada')],
  ],
  ['nobody, where the activity does not go back so far', undefined, [push('c', 'd', 'eve')]],
  ['nobody, where GitHub does not know the person', undefined, [push('a', 'b')]],
  ['nobody, where it does not know one of them', undefined, [push('a', 'b', 'eve'), push('a', 'b')]],
])('a commit was pushed by %s', (_, expected, pushes) => {
  expect(who('b c d', ...pushes)).toEqual(expected)
})
