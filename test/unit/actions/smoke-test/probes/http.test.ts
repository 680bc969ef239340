import { Agent, fetch as fetchWith } from 'undici'
import { expect, test } from 'vitest'
import { askHttp } from '../../../../../actions/smoke-test/probes/http.js'
import type { HttpCheck } from '../../../../../shared/policy/smoke-types.js'
import { type Certified, certify } from '../../../../fixtures/certificate.js'
import { serve } from '../../../../fixtures/http-server.js'

const check = (url: string, change: Partial<HttpCheck> = {}): HttpCheck => ({
  kind: 'http',
  name: undefined,
  url,
  method: 'GET',
  request: { headers: {}, body: undefined },
  status: 200,
  body: undefined,
  json: {},
  headers: {},
  redirects: 0,
  certificate: undefined,
  portForward: undefined,
  timeout: 1,
  failureThreshold: undefined,
  successThreshold: 1,
  when: undefined,
  ...change,
})
const ask = (url: string, change: Partial<HttpCheck> = {}) => askHttp(check(url, change), fetch, 1_000)

test.each<[string, Partial<HttpCheck>, string, string]>([
  ['the status', { status: 201 }, 'wrong', '200, not 201'],
  ['a body that matches', { body: '^\\{.*Git(Hub|Lab)' }, 'right', '200'],
  ['a body that does not', { body: 'Bitbucket' }, 'wrong', '200, the body does not match Bitbucket'],
  ['JSON values', { json: { ok: true, 'checks.0.service': 'GitHub', n: 2 } }, 'right', '200'],
  ['another JSON value', { json: { 'checks.0.ok': true } }, 'wrong', '200, checks.0.ok is false, not true'],
  ['a number that is a text', { json: { n: '2' } }, 'wrong', '200, n is 2, not "2"'],
  ['a JSON value that is not there', { json: { 'a.b': 1 } }, 'wrong', '200, a.b is missing, not 1'],
  ['a header', { headers: { 'content-type': '^application/json' } }, 'right', '200'],
  [
    'another header',
    { headers: { 'content-type': 'svg' } },
    'wrong',
    '200, content-type is "application/json", not svg',
  ],
  ['a header that is not there', { headers: { etag: '.' } }, 'wrong', '200, no header etag'],
  ['a pattern that would take for ever', { body: '("G+)+$' }, 'wrong', '200, the body does not match ("G+)+$'],
])('looks at %s', async (_, change, is, came) => {
  await using server = await serve((_count, response) =>
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ ok: true, n: 2, checks: [{ service: 'GitHub', ok: false }], long: 'G'.repeat(50_000) })),
  )
  expect(await ask(server.url, change)).toMatchObject({ is, came })
})

test('a pattern that backtracks for ever is stopped', async () => {
  await using server = await serve((_, response) => response.end(`${'a'.repeat(50)}!`))
  expect(await ask(server.url, { body: '^(a+)+$' })).toMatchObject({ is: 'wrong' })
})

test('a text that is no JSON is told', async () => {
  await using server = await serve((_, response) => response.end('<html>'))
  expect((await ask(server.url, { json: { ok: true } })).came).toBe('200, the body is not JSON')
})

test('method, headers and body are sent', async () => {
  let got: unknown
  await using server = await serve((_, response, request) => {
    got = { method: request.method, 'x-a': request.headers['x-a'] }
    request.on('data', (data) => response.end(String(data))).on('end', () => response.end())
  })
  const found = await ask(server.url, {
    method: 'POST',
    request: { headers: { 'X-A': '1' }, body: 'hello' },
    body: '^hello$',
  })

  expect(found.is).toBe('right')
  expect(got).toEqual({ method: 'POST', 'x-a': '1' })
})

test('a redirect is an answer of its own, unless it is followed', async () => {
  await using server = await serve((_, response, request) =>
    request.url === '/end' ? response.end('here') : response.writeHead(302, { location: '/end' }).end(),
  )
  expect(await ask(server.url)).toMatchObject({ is: 'wrong', came: '302 to /end, not 200' })
  expect(await ask(server.url, { status: 302, headers: { location: '/end$' } })).toMatchObject({ is: 'right' })
  expect(await ask(server.url, { redirects: 1 })).toMatchObject({ is: 'right', came: `200 after ${server.url}/end` })
})

test('redirects without an end are a fault', async () => {
  await using server = await serve((_, response) => response.writeHead(302, { location: '/' }).end())
  expect(await ask(server.url, { redirects: 5 })).toMatchObject({ is: 'wrong' })
})

test('a redirect to another origin gets nothing of what was sent', async () => {
  let got: unknown = 'never asked'
  await using other = await serve((_, response, request) => {
    got = request.headers.authorization
    response.end()
  })
  await using server = await serve((_, response) => response.writeHead(307, { location: other.url }).end())
  await ask(server.url, { redirects: 3, request: { headers: { authorization: 'token s3cret' }, body: undefined } })

  expect(got).toBeUndefined()
})

test('a rate limit says nothing about the service, and its patience is asked for', async () => {
  await using server = await serve((_, response) => response.writeHead(429, { 'retry-after': '7' }).end())

  expect(await ask(server.url)).toMatchObject({ is: 'unknown', came: '429, rate limited', wait: 7_000 })
  expect(await ask(server.url, { status: 429 })).toMatchObject({ is: 'right' })
})

test.each([
  [
    'a body that drips without an end',
    (response: import('node:http').ServerResponse) => response.writeHead(200).write('half'),
  ],
  ['an answer that never comes', () => {}],
  ['a connection that is reset', (response: import('node:http').ServerResponse) => response.destroy()],
])('%s is wrong', async (_, answer) => {
  await using server = await serve((_count, response) => answer(response))
  expect(await ask(server.url)).toMatchObject({ is: 'wrong' })
})

test('a refused connection is wrong: somebody answered, and it was not the service', async () => {
  const server = await serve(() => {})
  await server[Symbol.asyncDispose]()

  expect(await ask(server.url)).toMatchObject({ is: 'wrong', came: expect.stringContaining('ECONNREFUSED') })
})

test.each(['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH'])('%s is the tester’s own trouble', async (code) => {
  const http: typeof fetch = () => {
    throw new TypeError('fetch failed', { cause: Object.assign(new Error(), { code }) })
  }
  expect(await askHttp(check('http://127.0.0.1/'), http, 100)).toEqual({ is: 'unknown', came: code })
})

test('a name that does not exist is what the network really says', async () => {
  expect(await ask('http://lockstep.invalid/')).toMatchObject({ is: 'unknown' })
})

const inDays = (days: number): Date => new Date(Date.now() + days * 86_400_000 + 60_000)

/** fetch as on a machine that trusts this certificate. */
const trusting = ({ cert }: Certified): typeof fetch =>
  ((url: URL, init: object) =>
    fetchWith(url, { ...init, dispatcher: new Agent({ connect: { ca: cert } }) })) as unknown as typeof fetch

test.each<[string, { addresses?: string[]; until: Date }, HttpCheck['certificate'], string, string]>([
  ['valid for long', { until: inDays(90) }, { days: 14, names: [] }, 'right', '200'],
  [
    'about to expire',
    { until: inDays(5) },
    { days: 14, names: [] },
    'wrong',
    '200, its certificate is valid for 5 days, not 14',
  ],
  [
    'for another name',
    { until: inDays(90) },
    { days: 1, names: ['b.example'] },
    'wrong',
    '200, its certificate is not for b.example',
  ],
  ['for all its names', { until: inDays(90) }, { days: 1, names: ['a.example', 'x.w.example'] }, 'right', '200'],
  ['expired', { until: inDays(-2) }, undefined, 'wrong', 'the TLS certificate has expired (CERT_HAS_EXPIRED)'],
  [
    'for another host',
    { until: inDays(90), addresses: ['10.0.0.1'] },
    undefined,
    'wrong',
    'the TLS certificate is for another name (ERR_TLS_CERT_ALTNAME_INVALID)',
  ],
])('a certificate that is %s', async (_, { addresses = ['127.0.0.1'], until }, certificate, is, came) => {
  const certified = certify({ hosts: ['a.example', '*.w.example'], addresses, until })
  await using server = await serve((_count, response) => response.end('ok'), certified)

  expect(await askHttp(check(server.url, { certificate }), trusting(certified), 2_000)).toMatchObject({ is, came })
})

test('a certificate that nobody vouches for is wrong', async () => {
  await using server = await serve(
    (_, response) => response.end(),
    certify({ addresses: ['127.0.0.1'], until: inDays(9) }),
  )
  expect(await ask(server.url)).toMatchObject({ is: 'wrong', came: expect.stringContaining('self-signed') })
})

test('through a port-forward the host that was asked for is still the URL’s', async () => {
  let got: string | undefined
  await using server = await serve((_, response, request) => {
    got = `${request.headers.host}${request.url}`
    response.end()
  })
  const through = { host: '127.0.0.1', port: Number(new URL(server.url).port) }
  await askHttp(check('http://hub.invalid/hub/health?a=1'), fetch, 1_000, through)

  expect(got).toBe('hub.invalid/hub/health?a=1')
})
