import { expect, test } from 'vitest'
import { excessOf } from '../../../../../actions/deploy-lane/duty/excess.js'
import type { Said } from '../../../../../actions/deploy-lane/repairs.js'
import type { Undeployed } from '../../../../../actions/deploy-lane/types.js'

const merged = (pull: number): Undeployed => ({
  ...{ pull, commit: String(pull).repeat(40).slice(0, 40), duty: 'ada', since: undefined },
})
const pushed: Undeployed = { pull: undefined, commit: 'f'.repeat(40), duty: undefined, since: undefined }
const plain: Said = { title: 'Change', body: '', labels: [] }

test.each<[string, number, Undeployed[], Record<number, Partial<Said>>, number[]]>([
  ['within the limit', 1, [merged(1)], {}, []],
  ['two where one may be', 1, [merged(1), merged(2)], {}, [1, 2]],
  ['two where two may be', 2, [merged(1), merged(2)], {}, []],
  ['an exception', 1, [merged(1), merged(2)], { 2: { labels: ['lane-exception'] } }, []],
  ['a fix of what came first', 1, [merged(1), merged(2)], { 2: { body: 'Fixes #1' } }, []],
  ['a fix of something else', 1, [merged(1), merged(2)], { 2: { body: 'Fixes #77' } }, [1, 2]],
  ['the label of a fix', 1, [merged(1), merged(2)], { 2: { labels: ['deploy-fix'] } }, []],
  ['two beside a fix', 1, [merged(1), merged(2), merged(3)], { 2: { body: 'Reverts #1' } }, [1, 3]],
  ['a direct push counts', 1, [merged(1), pushed], {}, [1, 0]],
])('%s', (_, max, undeployed, special, expected) => {
  const said = new Map(
    undeployed.flatMap(({ pull }): [number, Said][] => (pull ? [[pull, { ...plain, ...special[pull] }]] : [])),
  )
  const found = excessOf({ max, undeployed }, said, ['lane-exception'], 'acme/hub')
  expect(found.map(({ pull }) => pull ?? 0)).toEqual(expected)
})
