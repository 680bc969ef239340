import { expect, test } from 'vitest'
import { fixedCommits } from '../../../../actions/deploy-queue/fixes.js'
import type { UndeployedChange } from '../../../../actions/deploy-queue/types.js'

const undeployed: UndeployedChange[] = [
  { pull: 12, commit: 'a'.repeat(40), duty: 'ada', since: undefined },
  { pull: undefined, commit: 'b'.repeat(40), duty: undefined, since: undefined },
]
const repairs = (body: string, labels: string[] = [], title = ''): string[] =>
  fixedCommits({ title, body, labels }, undeployed, 'hub-org/hub').map((commit) => commit[0] ?? '')

test.each([
  ['Reverts hub-org/hub#12', ['a']],
  ['reverts #12', ['a']],
  ['Fixes #12.', ['a']],
  ['fixed Hub-Org/hub#12', ['a']],
  [`This reverts commit ${'b'.repeat(40)}.`, ['b']],
  ['This reverts commit BBBBBBBB.', ['b']],
  ['Reverts hub-org/other#12', []],
  ['Reverts hub-org/hub#123', []],
  ['see #12', []],
  ['prefixes #12', []],
  ['', []],
])('%s', (body, expected) => {
  expect(repairs(body)).toEqual(expected)
})

test('the title counts as well, and the label stands for all of them', () => {
  expect(repairs('', [], 'Revert #12')).toEqual(['a'])
  expect(repairs('', ['deploy-queue-fix'])).toEqual(['a', 'b'])
})
