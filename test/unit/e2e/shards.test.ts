import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shardOf, shards } from '../../e2e/shards.js'

const files = readdirSync('test/e2e').filter((file) => file.endsWith('.test.ts'))

test.each([1, shards, 5, 100])('every end-to-end file is in exactly one of %i shards', (count) => {
  const all = Array.from({ length: count }, (_, index) => shardOf(files, index + 1, count))
  expect(all.flat().toSorted()).toEqual(files.toSorted())
})

test('the longest files are not together', () => {
  const [first, second] = [1, 2].map((index) => shardOf(files, index, 2))
  expect([first?.[0], second?.[0]]).toEqual(['api-server-gone.test.ts', 'kill-on-cluster.test.ts'])
})
