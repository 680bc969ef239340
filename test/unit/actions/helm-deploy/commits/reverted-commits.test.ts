import { expect, test } from 'vitest'
import { type RangeStep, revertedIn } from '../../../../../actions/helm-deploy/commits/reverted-commits.js'
import { diffTrees, type Tree } from '../../../../../shared/github/trees.js'

/** `x:a y:b` */
const treeOf = (text: string): Tree =>
  new Map(
    text.split(' ').map((file) => {
      const [path = '', sha = '', mode = '100644'] = file.split(':')
      return [path, { sha, mode }] as const
    }),
  )

/** Each step as `gated x:a` or `pushed x:a`, oldest first; their names are 1, 2, ... */
function undone(before: string, ...steps: string[]): string[] {
  let last = treeOf(before)
  return revertedIn(
    steps.map((text, index): RangeStep => {
      const [how, ...files] = text.split(' ')
      const tree = treeOf(files.join(' '))
      const changes = diffTrees(last, tree)
      last = tree
      return { sha: String(index + 1), gated: how === 'gated', changes }
    }),
  )
}

test.each<[string, string[], string[]]>([
  ['a push that stands', ['x:a', 'pushed x:b'], []],
  ['a push, taken back through the gate', ['x:a', 'pushed x:b', 'gated x:a'], ['1']],
  ['a push, taken back by another push', ['x:a', 'pushed x:b', 'pushed x:a'], ['1', '2']],
  ['a new file, removed again', ['x:a', 'pushed x:a y:b', 'gated x:a'], ['1']],
  ['a file that was removed, brought back', ['x:a y:b', 'pushed x:a', 'gated x:a y:b'], ['1']],
  ['a file that may be run now', ['x:a', 'pushed x:a:100755', 'gated x:a'], ['1']],
  ['its mode alone is left', ['x:a', 'pushed x:b:100755', 'gated x:a:100755'], []],
  ['one of two files taken back', ['x:a y:a', 'pushed x:b y:b', 'gated x:a y:b'], []],
  [
    'a push that takes back another and brings something of its own',
    ['x:a y:a', 'pushed x:b y:a', 'pushed x:a y:b'],
    ['1'],
  ],
  ['taken back, and then changed through the gate', ['x:a', 'pushed x:b', 'gated x:a', 'gated x:c'], ['1']],
  ['changed through the gate on top of it', ['x:a', 'pushed x:b', 'gated x:c'], []],
  ['pushed again after it was taken back', ['x:a', 'pushed x:b', 'gated x:a', 'pushed x:b'], ['1']],
  ['an older push that another one went over', ['x:a', 'pushed x:b', 'pushed x:c'], ['2']],
  ['a push that changes no file', ['x:a', 'pushed x:a'], ['1']],
])('%s', (_, [before = '', ...steps], expected) => {
  expect(undone(before, ...steps)).toEqual(expected)
})
