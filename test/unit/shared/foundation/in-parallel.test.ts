import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { inParallel } from '../../../../shared/foundation/in-parallel.js'

const numbers = Array.from({ length: 20 }, (_, index) => index)

test.each([
  [8, 8],
  [1, 1],
  [30, 20],
])('at most %i at a time are begun: %i of twenty', async (most, expected) => {
  let [now, highest] = [0, 0]
  const results = await inParallel(numbers, most, async (item) => {
    now += 1
    highest = Math.max(highest, now)
    await delay(1 + (item % 3))
    now -= 1
    return item * 2
  })
  expect(highest).toBe(expected)
  expect(results).toEqual(numbers.map((item) => item * 2))
})

test('of several failures the first item’s is thrown, whichever came first', async () => {
  const work = async (item: number) => {
    await delay(item === 2 ? 20 : 1)
    if (item === 2 || item === 3) throw new Error(`item ${item}`)
  }
  await expect(inParallel(numbers, 8, work)).rejects.toThrow('item 2')
})

test('after a failure nothing more is begun, and what was begun has ended', async () => {
  const [begun, ended]: [number[], number[]] = [[], []]
  const work = async (item: number) => {
    begun.push(item)
    await delay(item === 1 ? 1 : 20)
    ended.push(item)
    if (item === 1) throw new Error('no')
  }
  await expect(inParallel(numbers, 4, work)).rejects.toThrow('no')
  expect(begun).toEqual([0, 1, 2, 3])
  expect(ended.toSorted()).toEqual([0, 1, 2, 3])
})

test('of nothing nothing is done', async () => {
  expect(await inParallel([], 8, () => Promise.reject(new Error('never')))).toEqual([])
})
