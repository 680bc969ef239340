import { parseQuantity } from '../render/quantity.js'

/** `unknown`: one side is not there or is no amount. */
export type Direction = 'more' | 'less' | 'unknown'

const units: Record<string, number> = { ms: 1e-3, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800, y: 31_536_000 }

/** A duration as Prometheus writes it (`15d`, `1h30m`), in seconds. */
function duration(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^(\d+(ms|[smhdwy]))+$/.test(value)) return undefined
  return [...value.matchAll(/(\d+)(ms|[smhdwy])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0),
    0,
  )
}

const direction = (before: number | undefined, after: number | undefined): Direction => {
  if (before === undefined || after === undefined) return 'unknown'
  return after < before ? 'less' : 'more'
}

export const durationChange = (before: unknown, after: unknown): Direction =>
  direction(duration(before), duration(after))

/** Of a Kubernetes quantity or a plain number. */
export const amountChange = (before: unknown, after: unknown): Direction =>
  direction(parseQuantity(before), parseQuantity(after))

/** Whether an amount stays within half and double of what it was. */
export function isWithinBounds(before: unknown, after: unknown): boolean {
  const [from, to] = [parseQuantity(before), parseQuantity(after)]
  return from !== undefined && to !== undefined && to >= from / 2 && to <= from * 2
}
