import type { Json } from './expression.js'

export type Combination = Record<string, Json>

/**
 * The combinations of a `strategy.matrix` whose expressions are evaluated already; one empty combination without a matrix.
 *
 * @throws where a vector is empty: GitHub fails the job then, and does not skip it.
 */
export function matrixCombinations(matrix: Json | undefined): Combination[] {
  if (matrix === undefined) return [{}]
  if (!isMap(matrix)) throw new Error('The matrix must be a map of lists.')
  const { include = [], exclude = [], ...vectors } = matrix
  const product = Object.entries(vectors).reduce<Combination[]>(
    (sofar, [name, values]) => {
      if (!Array.isArray(values)) throw new Error(`Matrix vector '${name}' is not a list.`)
      if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values.`)
      return sofar.flatMap((one) => values.map((value) => ({ ...one, [name]: value })))
    },
    Object.keys(vectors).length > 0 ? [{}] : [],
  )

  const kept = product.filter((one) => !maps(exclude).some((out) => agrees(one, out, Object.keys(out))))
  return maps(include).reduce((all, extra) => including(all, extra, Object.keys(vectors)), kept)
}

/** `name (staging, 3)`: what GitHub calls a job of a matrix. */
export function withValues(name: string, combination: Combination): string {
  const values = Object.values(combination).map((value) =>
    isMap(value) || Array.isArray(value) ? JSON.stringify(value) : String(value),
  )
  return values.length === 0 ? name : `${name} (${values.join(', ')})`
}

/** An `include` entry extends the combinations whose own values it does not contradict; else it is one more. */
function including(all: Combination[], extra: Combination, vectors: string[]): Combination[] {
  const own = Object.keys(extra).filter((key) => vectors.includes(key))
  const fits = (one: Combination): boolean =>
    vectors.length > 0 && vectors.every((key) => key in one) && agrees(one, extra, own)
  return all.some(fits) ? all.map((one) => (fits(one) ? { ...one, ...extra } : one)) : [...all, extra]
}

const agrees = (a: Combination, b: Combination, keys: string[]): boolean =>
  keys.every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]))

const maps = (list: Json): Combination[] => (Array.isArray(list) ? list.filter(isMap) : [])

const isMap = (value: Json): value is { [key: string]: Json } =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
