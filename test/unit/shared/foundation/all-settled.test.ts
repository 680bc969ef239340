import { expect, test } from 'vitest'
import { allSettledOrThrow } from '../../../../shared/foundation/all-settled.js'

test('all answers, in the order of the list', async () => {
  expect(await allSettledOrThrow([Promise.resolve(1), Promise.resolve('two')])).toEqual([1, 'two'])
  expect(await allSettledOrThrow([1, 2].map(async (one) => one))).toEqual([1, 2])
})

test('of several failures the first in the list counts, and nothing is still at work then', async () => {
  let late: (error: Error) => void = () => {}
  let ended = false
  const first = new Promise<never>((_, reject) => {
    late = reject
  }).finally(() => {
    ended = true
  })
  const all = allSettledOrThrow([first, Promise.reject(new Error('second'))])
  setImmediate(() => late(new Error('first')))
  await expect(all).rejects.toThrow('first')
  expect(ended).toBe(true)
})
