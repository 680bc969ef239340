import { expect, test } from 'vitest'
import { judgeChecks } from '../../../../shared/bump/upstream-checks.js'
import type { CheckState, CommitCheck } from '../../../../shared/github/checks.js'

const commit = 'c'.repeat(40)
const check = (name: string, state: CheckState): CommitCheck => ({ name, state })
const judge = (checks: string[] | undefined, merged: CommitCheck[], proposed: CommitCheck[] = []) =>
  judgeChecks({ name: 'hub', upstream: 'acme/hub', checks }, commit, merged, proposed)

test.each<[string, string[] | undefined, CommitCheck[], CommitCheck[]]>([
  ['all of the merge', undefined, [check('test', 'green'), check('lint', 'green')], []],
  ['only the pull request was checked', undefined, [], [check('test', 'green')]],
  ['it was mended by what ran again on main', undefined, [check('test', 'green')], [check('test', 'failed')]],
  ['what the policy does not ask for is red', ['test'], [check('test', 'green'), check('cov', 'failed')], []],
  ['a name with brackets and any text', ['build (*)'], [check('build (3.12, linux)', 'green')], []],
])('green: %s', (_, wanted, merged, proposed) => {
  expect(judge(wanted, merged, proposed)).toBeUndefined()
})

test.each<[string, string[] | undefined, CommitCheck[], CommitCheck[], boolean, RegExp]>([
  ['one of the merge failed', undefined, [check('a', 'green'), check('b', 'failed')], [], false, /not green: b\./],
  ['one of the pull request failed', undefined, [check('a', 'green')], [check('b', 'failed')], false, /not green: b\./],
  ['green before, failed on main', undefined, [check('a', 'failed')], [check('a', 'green')], false, /not green: a\./],
  ['one of two with its name failed', undefined, [check('a', 'green'), check('a', 'failed')], [], false, /: a\./],
  ['one has not ended', undefined, [check('a', 'green'), check('b', 'pending')], [], true, /not finished: b\./],
  [
    'what failed is said before what runs',
    undefined,
    [check('a', 'pending'), check('b', 'failed')],
    [],
    false,
    /: b\./,
  ],
  ['there are none', undefined, [], [], false, /no checks/],
  [
    'one that the policy asks for is not there yet',
    ['test', 'e2e *'],
    [check('test', 'green')],
    [],
    true,
    /: e2e \*\./,
  ],
  ['a dot is no wildcard', ['a.c'], [check('abc', 'green')], [], true, /: a\.c\./],
])('not green: %s', (_, wanted, merged, proposed, pending, why) => {
  const miss = judge(wanted, merged, proposed)
  expect(miss).toMatchObject({ pure: false, reason: 'upstream-checks', pending })
  expect(miss?.why).toMatch(why)
})

test('a check more never makes it green', () => {
  const states: CheckState[] = ['green', 'pending', 'failed']
  for (const first of states) {
    for (const second of states) {
      const one = judge(undefined, [check('a', first)])
      const both = judge(undefined, [check('a', first), check('b', second)])
      if (one) expect(both).toBeDefined()
    }
  }
})

test('many names are cut', () => {
  const many = Array.from({ length: 9 }, (_, index) => check(`job ${index}`, 'failed'))
  expect(judge(undefined, many)?.why).toContain('job 4 and 4 more')
})
