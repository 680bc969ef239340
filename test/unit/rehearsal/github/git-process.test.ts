import { expect, test } from 'vitest'
import { isFixed, rememberFixed } from '../../../../rehearsal/github/git-process.js'

const [a, b] = ['a'.repeat(40), 'b'.repeat(40)]

test.each([
  [['cat-file', '-t', a]],
  [['cat-file', 'blob', a]],
  [['diff-tree', '-z', '-r', a, b]],
  [['merge-base', '--is-ancestor', a, b]],
  [['merge-tree', '--write-tree', a, b]],
  [['rev-parse', '--verify', '--quiet', `${a}^{tree}`]],
  [['show', '--end-of-options', `${a}:some/path`]],
  [['log', '-z', '-1', `${a}..${b}`, '--', 'some/path']],
  [['--literal-pathspecs', 'ls-tree', '-z', a, '--', 'main']],
])('what is asked about objects by their names never changes: %j', (args) => {
  expect(isFixed(args)).toBe(true)
})

test.each([
  [['log', '-1', 'refs/heads/main', '--']],
  [['merge-base', a, 'main']],
  [['rev-list', '--all']],
  [['rev-parse', '--verify', 'main^{tree}']],
  [['show', '--end-of-options', 'main:some/path']],
  [['for-each-ref', a]],
  [['update-ref', 'refs/heads/main', a]],
  [['cat-file', '-t', a.slice(0, 7)]],
])('what is asked about a name that can move is asked each time: %j', (args) => {
  expect(isFixed(args)).toBe(false)
})

test('what was not found is asked again, and the oldest answer goes first', () => {
  const answers = rememberFixed(1)
  const answer = (code: number) => ({ code, stdout: Buffer.from('x'), stderr: Buffer.from('') })
  answers.put('r', ['cat-file', '-t', a], answer(128))
  expect(answers.get('r', ['cat-file', '-t', a])).toBeUndefined()
  answers.put('r', ['cat-file', '-t', a], answer(0))
  expect(answers.get('r', ['cat-file', '-t', a])?.code).toBe(0)
  expect(answers.get('other', ['cat-file', '-t', a])).toBeUndefined()
  answers.put('r', ['cat-file', '-t', b], answer(0))
  expect(answers.get('r', ['cat-file', '-t', a])).toBeUndefined()
})
