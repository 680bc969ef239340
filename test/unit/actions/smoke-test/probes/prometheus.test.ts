import { expect, test } from 'vitest'
import { askPrometheus } from '../../../../../actions/smoke-test/probes/prometheus.js'
import type { PrometheusCheck } from '../../../../../shared/policy/smoke-types.js'
import { serve } from '../../../../fixtures/http-server.js'

const deployed = new Date('2026-01-01T10:00:00Z')

/** What a check says of a Prometheus whose answers are `now`, and `before` for the time of the deploy. */
async function ask(bounds: Partial<PrometheusCheck['bounds']>, now: unknown, before: unknown = now) {
  const asked: URL[] = []
  await using server = await serve((_, response, request) => {
    const url = new URL(request.url ?? '', 'http://h')
    asked.push(url)
    const body = url.searchParams.has('time') ? before : now
    response.writeHead(typeof body === 'number' ? body : 200).end(JSON.stringify(body))
  })
  const check: PrometheusCheck = {
    kind: 'prometheus',
    name: undefined,
    query: 'sum(rate(x{a="b"}[5m]))',
    url: `${server.url}/`,
    headers: { authorization: 'Bearer x' },
    bounds: { min: undefined, max: undefined, minRatio: undefined, maxRatio: undefined, ...bounds },
    timeout: 1,
    failureThreshold: undefined,
    successThreshold: 1,
    when: undefined,
  }
  return { found: await askPrometheus(check, fetch, async () => deployed, 1_000), asked }
}

const vector = (...values: (number | string)[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [1, String(value)] })) },
})
const scalar = (value: number) => ({ status: 'success', data: { resultType: 'scalar', result: [1, String(value)] } })

test.each<[string, Partial<PrometheusCheck['bounds']>, unknown, unknown, string, string]>([
  ['a value within the bounds', { max: 1 }, vector(0.5), undefined, 'right', '0.5'],
  ['a scalar', { min: 1, max: 2 }, scalar(1), undefined, 'right', '1'],
  ['a value over the bound', { max: 1 }, vector(1.5), undefined, 'wrong', '1.5, not at most 1'],
  ['a value under the bound', { min: 1 }, vector(0), undefined, 'wrong', '0, not at least 1'],
  ['one of several series over the bound', { max: 1 }, vector(0.1, 3), undefined, 'wrong', '0.1 to 3, not at most 1'],
  ['infinity', { max: 1 }, vector('+Inf'), undefined, 'wrong', 'not at most 1'],
  ['no data', { max: 1 }, vector(), undefined, 'unknown', 'no data'],
  ['not a number', { max: 1 }, vector('NaN'), undefined, 'unknown', 'no data'],
  ['an error of Prometheus', { max: 1 }, 503, undefined, 'unknown', 'Prometheus answers 503'],
  ['something else', { max: 1 }, { status: 'error' }, undefined, 'unknown', 'does not answer with'],
  ['as much as before', { maxRatio: 1.5 }, vector(3), vector(2), 'right', '3, 2 before the deploy'],
  [
    'more than before',
    { maxRatio: 1.5 },
    vector(4),
    vector(2),
    'wrong',
    '4, 2 before the deploy, not at most 1.5 times',
  ],
  ['less than before', { minRatio: 0.5 }, vector(1), vector(4), 'wrong', 'not at least 0.5 times'],
  ['nothing now and before', { maxRatio: 2 }, vector(0), vector(0), 'right', '0, 0 before'],
  ['something where nothing was', { maxRatio: 2 }, vector(1), vector(0), 'unknown', 'nothing to compare with'],
  ['no data before', { maxRatio: 2 }, vector(1), vector(), 'unknown', 'before the deploy: no data'],
  ['several series to compare', { maxRatio: 2 }, vector(1, 2), vector(1), 'unknown', 'cannot be compared'],
])('%s', async (_, bounds, now, before, is, came) => {
  expect((await ask(bounds, now, before)).found).toEqual({ is, came: expect.stringContaining(came) })
})

test('the same query is asked for now and for the moment before the deploy', async () => {
  const { asked } = await ask({ maxRatio: 2 }, vector(1))

  expect(asked.map(({ pathname }) => pathname)).toEqual(['/api/v1/query', '/api/v1/query'])
  expect(asked.map(({ searchParams }) => searchParams.get('query'))).toEqual(Array(2).fill('sum(rate(x{a="b"}[5m]))'))
  expect(asked.map(({ searchParams }) => searchParams.get('time'))).toEqual([null, String(deployed.getTime() / 1000)])
})

test('a Prometheus that cannot be reached is inconclusive', async () => {
  const { found } = await ask({ max: 1 }, vector(0))
  expect(found.is).toBe('right')
  const gone = await askPrometheus(
    { url: 'http://127.0.0.1:1', query: 'x', headers: {}, bounds: { max: 1 } } as PrometheusCheck,
    fetch,
    async () => deployed,
    1_000,
  )
  expect(gone.is).toBe('unknown')
})
