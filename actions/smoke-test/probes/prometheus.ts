import { z } from 'zod'
import { parseJson } from '../../../shared/foundation/parse-json.js'
import type { PrometheusCheck } from '../../../shared/policy/smoke-types.js'
import { httpProbe, type ProbeAnswer } from '../http-probe.js'
import type { CheckFound } from '../repeat.js'

const answerSchema = z.object({
  status: z.literal('success'),
  data: z.discriminatedUnion('resultType', [
    z.object({
      resultType: z.literal('vector'),
      result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })),
    }),
    z.object({ resultType: z.literal('scalar'), result: z.tuple([z.number(), z.string()]) }),
  ]),
})

/** One value a series; or why there are none. */
export type SampleValues = number[] | { none: string }

/** Asks a `prometheus` check once. `since`: when the deploy began, for what is compared with the time before. */
export async function askPrometheus(
  check: PrometheusCheck,
  http: typeof fetch,
  since: () => Promise<Date | undefined>,
  left: number,
): Promise<CheckFound> {
  const query = async (time?: Date): Promise<SampleValues> => {
    const parameters = new URLSearchParams({ query: check.query })
    if (time) parameters.set('time', String(time.getTime() / 1000))
    const url = `${check.url.replace(/\/$/, '')}/api/v1/query?${parameters}`
    return valuesOf(await httpProbe(http, { url, headers: check.headers }, left))
  }
  const now = await query()
  const compares = check.bounds.minRatio !== undefined || check.bounds.maxRatio !== undefined
  if (!compares) return judgePrometheus(check, now)
  const deployed = await since()
  return judgePrometheus(
    check,
    now,
    deployed ? await query(deployed) : { none: 'the cluster does not record when this was deployed' },
  )
}

/** Metrics that cannot be had say nothing about the service, whatever the reason. */
export function valuesOf(answer: ProbeAnswer): SampleValues {
  if (answer.kind === 'none') return { none: `Prometheus: ${answer.text}` }
  if (answer.status !== 200) return { none: `Prometheus answers ${answer.status}` }
  const parsed = answerSchema.safeParse(parseJson(answer.body))
  if (!parsed.success) return { none: 'Prometheus does not answer with a vector or a scalar' }
  const { data } = parsed.data
  const texts = data.resultType === 'scalar' ? [data.result[1]] : data.result.map(({ value }) => value[1])
  const values = texts.map((text) => Number(text.replace('Inf', 'Infinity')))
  if (values.length === 0 || values.some(Number.isNaN)) return { none: 'no data' }
  return values
}

export function judgePrometheus({ bounds }: PrometheusCheck, now: SampleValues, before: SampleValues = []): CheckFound {
  if ('none' in now) return { is: 'unknown', came: now.none }
  const came = now.length === 1 ? String(now[0]) : `${Math.min(...now)} to ${Math.max(...now)}`
  const faults = faultsOf(now, bounds.min, bounds.max, '')
  if (faults.length > 0) return { is: 'wrong', came: `${came}, ${faults.join(', ')}` }
  if (bounds.minRatio === undefined && bounds.maxRatio === undefined) return { is: 'right', came }
  if ('none' in before) return { is: 'unknown', came: `${came}, before the deploy: ${before.none}` }
  const [base] = before
  if (now.length > 1 || before.length > 1 || base === undefined)
    return { is: 'unknown', came: 'several series cannot be compared with the time before the deploy' }
  if (base === 0 && now[0] !== 0) return { is: 'unknown', came: `${came}, but 0 before: nothing to compare with` }
  const times = base === 0 ? 1 : (now[0] ?? 0) / base
  const far = faultsOf([times], bounds.minRatio, bounds.maxRatio, ' times')
  const compared = `${came}, ${base} before the deploy`
  return far.length > 0 ? { is: 'wrong', came: `${compared}, ${far.join(', ')}` } : { is: 'right', came: compared }
}

const faultsOf = (
  values: number[],
  min = Number.NEGATIVE_INFINITY,
  max = Number.POSITIVE_INFINITY,
  unit = '',
): string[] => [
  ...(values.some((value) => value < min) ? [`not at least ${min}${unit}`] : []),
  ...(values.some((value) => value > max) ? [`not at most ${max}${unit}`] : []),
]
