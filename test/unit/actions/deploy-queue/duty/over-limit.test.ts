import { expect, test } from 'vitest'
import { overLimitOf } from '../../../../../actions/deploy-queue/duty/over-limit.js'
import type { PullRequestText } from '../../../../../actions/deploy-queue/fixes.js'
import type { UndeployedChange } from '../../../../../actions/deploy-queue/types.js'

const merged = (pull: number): UndeployedChange => ({
  ...{ pull, commit: String(pull).repeat(40).slice(0, 40), duty: 'ada', since: undefined },
})
const pushed: UndeployedChange = { pull: undefined, commit: 'f'.repeat(40), duty: undefined, since: undefined }
const plain: PullRequestText = { title: 'Change', body: '', labels: [] }

test.each<[string, number, UndeployedChange[], Record<number, Partial<PullRequestText>>, number[]]>([
  ['within the limit', 1, [merged(1)], {}, []],
  ['two where one may be', 1, [merged(1), merged(2)], {}, [1, 2]],
  ['two where two may be', 2, [merged(1), merged(2)], {}, []],
  ['an exception', 1, [merged(1), merged(2)], { 2: { labels: ['deploy-queue-skip'] } }, []],
  ['a fix of what came first', 1, [merged(1), merged(2)], { 2: { body: 'Fixes #1' } }, []],
  ['a fix of something else', 1, [merged(1), merged(2)], { 2: { body: 'Fixes #77' } }, [1, 2]],
  ['the label of a fix', 1, [merged(1), merged(2)], { 2: { labels: ['deploy-queue-fix'] } }, []],
  ['two beside a fix', 1, [merged(1), merged(2), merged(3)], { 2: { body: 'Reverts #1' } }, [1, 3]],
  ['a direct push counts', 1, [merged(1), pushed], {}, [1, 0]],
])('%s', (_, max, undeployed, special, expected) => {
  const said = new Map(
    undeployed.flatMap(({ pull }): [number, PullRequestText][] =>
      pull ? [[pull, { ...plain, ...special[pull] }]] : [],
    ),
  )
  const found = overLimitOf({ max, undeployed }, said, ['deploy-queue-skip'], 'acme/hub')
  expect(found.map(({ pull }) => pull ?? 0)).toEqual(expected)
})
