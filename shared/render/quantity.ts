const suffixes: Record<string, number> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** A Kubernetes quantity such as `10Gi` as a number; undefined where it is none. */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  const [, digits, suffix = ''] =
    (typeof value === 'string' && /^([+-]?[\d.]+(?:e[+-]?\d+)?)([a-zA-Z]*)$/.exec(value)) || []
  const factor = suffixes[suffix]
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor
}

/** A count that may be a share of `total`, as in `maxUnavailable: 25%`. */
export function showShare(value: unknown, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return value
  const percent = typeof value === 'string' ? /^(\d+)%$/.exec(value)?.[1] : undefined
  if (percent === undefined) return undefined
  const part = (Number(percent) * total) / 100
  return round === 'up' ? Math.ceil(part) : Math.floor(part)
}
