import { expect, test } from 'vitest'
import { versionLineOf } from '../../../../actions/open-bump-pr/latest.js'
import { decideAlarm } from '../../../../actions/open-bump-pr/stale.js'
import type { ComparedCommit } from '../../../../shared/github/compare.js'

const commit = (sha: string, ...parents: string[]): ComparedCommit => ({
  ...{ sha, parents, message: sha, tree: 't', author: undefined, authorName: sha, committer: undefined },
})

const versions = (...shas: string[]) => new Map(shas.map((sha) => [sha, { version: `v-${sha}` }]))

/** The base, then M1 (of a1), M2 (of b1, b2), M3 (of c1). */
const commits = [
  commit('a1', 'base'),
  commit('M1', 'base', 'a1'),
  commit('b1', 'base'),
  commit('b2', 'b1'),
  commit('M2', 'M1', 'b2'),
  commit('c1', 'M1'),
  commit('M3', 'M2', 'c1'),
]
const look = (...shas: string[]) => {
  const { published, unpublished } = versionLineOf({ commits }, 'M3', versions(...shas))
  return [published.map((one) => `${one.commit} ${one.version}`), unpublished.map(({ sha }) => sha)]
}

test('a version of a commit that a merge brought is that merge’s', () => {
  expect(look('a1', 'b2')).toEqual([['M2 v-b2', 'M1 v-a1'], ['M3']])
  expect(look('M1')).toEqual([['M1 v-M1'], ['M3', 'M2']])
})

test('of two versions in one merge the newer counts', () => {
  expect(look('b1', 'b2')).toEqual([['M2 v-b2'], ['M3']])
})

test('without any version every merge lacks one', () => {
  expect(look()).toEqual([[], ['M3', 'M2', 'M1']])
})

test('where what is deployed was made from a commit of a pull request, its own merge lacks nothing', () => {
  const since = [commit('M1', 'before', 'base'), commit('M2', 'M1')]
  const line = versionLineOf({ commits: since }, 'M2', versions())
  expect(line.published).toEqual([])
  expect(line.unpublished.map(({ sha }) => sha)).toEqual(['M2'])
})

test.each([
  [4, undefined, false, 'leave'],
  [5, undefined, false, 'open'],
  [6, 'open', false, 'update'],
  [6, 'closed', false, 'leave'],
  [0, 'open', false, 'close'],
  [0, 'closed', false, 'leave'],
  [0, undefined, true, 'close'],
  [5, undefined, true, 'open'],
] as const)('%i overdue merges with the issue %s (others open: %s): %s', (overdue, present, others, alarm) => {
  expect(decideAlarm(overdue, { staleAfter: 5 }, present, others)).toBe(alarm)
})
