/** One measured number against its goal; printed as one JSON line. */
export interface Figure {
  bench: string
  figure: string
  value: number
  unit: string
  /** As people read it, for instance "< 2.5". */
  goal: string
  ok: boolean
}

export interface BenchOptions {
  /** `--data PATH`: another file of the same form as the bench's own. */
  data?: string
}

/** A benchmark skips by returning no figure, after saying why on standard error. */
export type Bench = (options: BenchOptions) => Promise<Figure[]>

export function below(bench: string, figure: string, value: number, unit: string, limit: number): Figure {
  return { bench, figure, value: Math.round(value * 1000) / 1000, unit, goal: `< ${limit}`, ok: value < limit }
}

export function notBelow(bench: string, figure: string, value: number, unit: string, least: number): Figure {
  return { bench, figure, value: Math.round(value * 1000) / 1000, unit, goal: `>= ${least}`, ok: value >= least }
}

export function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
