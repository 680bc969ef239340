import { expect, test } from 'vitest'
import { matrixCombinations, withValues } from '../../../../rehearsal/runner/matrix.js'

test('vectors multiply, in the order they are written', () => {
  expect(matrixCombinations({ a: [1, 2], b: ['x', 'y'] }).map((one) => withValues('job', one))).toEqual([
    'job (1, x)',
    'job (1, y)',
    'job (2, x)',
    'job (2, y)',
  ])
})

test('exclude takes out, include extends what it fits and adds what it does not', () => {
  expect(
    matrixCombinations({ a: [1, 2], b: [1, 2], exclude: [{ a: 1, b: 1 }], include: [{ a: 2, c: 9 }, { a: 3 }] }),
  ).toEqual([{ a: 1, b: 2 }, { a: 2, b: 1, c: 9 }, { a: 2, b: 2, c: 9 }, { a: 3 }])
  expect(matrixCombinations({ include: [{ a: 1 }, { a: 2 }] })).toEqual([{ a: 1 }, { a: 2 }])
})

test('no matrix is one job without values, an empty vector an error', () => {
  expect(matrixCombinations(undefined).map((one) => withValues('job', one))).toEqual(['job'])
  expect(() => matrixCombinations({ cluster: [] })).toThrow("'cluster' does not contain any values")
})
