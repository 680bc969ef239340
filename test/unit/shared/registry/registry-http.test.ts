import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { chartVersions } from '../../../../shared/registry/chart-repository.js'
import { fetchBounded } from '../../../../shared/registry/registry-http.js'

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: IncomingMessage[] = []
  const server = createServer((request, response) => {
    seen.push(request)
    answer(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
    },
  }
}

const options = { what: 'The thing', limit: 1_000 }

test('a redirect to another host goes without the password, one on the same host with it', async () => {
  await using other = await serve((_, response) => response.end('there'))
  await using first = await serve(({ url }, response) =>
    response.writeHead(307, { location: url === '/' ? '/again' : `${other.url}/x` }).end(),
  )
  const { bytes, url } = await fetchBounded(fetch, `${first.url}/`, {
    ...options,
    headers: { authorization: 'Basic x', accept: 'a/b' },
  })

  expect([bytes.toString(), url]).toEqual(['there', `${other.url}/x`])
  expect(first.seen.map(({ headers }) => headers.authorization)).toEqual(['Basic x', 'Basic x'])
  expect(other.seen[0]?.headers).toMatchObject({ accept: 'a/b' })
  expect(other.seen[0]?.headers.authorization).toBeUndefined()
})

test.each([
  ['to plain http', 'http://charts.example/x', /only https/],
  ['to a file', 'file:///etc/passwd', /only https/],
  ['with a password in it', 'https://a:b@charts.example/x', /password/],
  ['in a circle', '/', /redirects more than 5 times/],
  ['to nowhere', 'https://', /an invalid URL/],
])('a redirect %s is not followed', async (_, location, why) => {
  await using server = await serve((_, response) => response.writeHead(302, { location }).end())
  await expect(fetchBounded(fetch, `${server.url}/`, options)).rejects.toThrow(why)
})

test('a stranger cannot redirect into this machine', async () => {
  const http: typeof fetch = async () =>
    new Response(null, { status: 302, headers: { location: 'http://127.0.0.1:1/' } })
  await expect(fetchBounded(http, 'https://charts.example/', options)).rejects.toThrow(/redirects to this machine/)
})

test('it comes back when it is asked to wait, but not for minutes', async () => {
  let left = 1
  await using busy = await serve((_, response) =>
    left-- > 0 ? response.writeHead(429, { 'retry-after': '1' }).end() : response.end('now'),
  )
  expect((await fetchBounded(fetch, busy.url, options)).bytes.toString()).toBe('now')
  expect(busy.seen).toHaveLength(2)

  await using down = await serve((_, response) => response.writeHead(503, { 'retry-after': '3600' }).end())
  await expect(fetchBounded(fetch, down.url, options)).rejects.toThrow(/answers 503/)
  expect(down.seen).toHaveLength(1)
})

test('an answer without an end is given up at the limit, and asked for once', async () => {
  await using server = await serve((_, response) => {
    const more = (): unknown =>
      response.destroyed || (response.write('x'.repeat(10_000)) ? setImmediate(more) : response.once('drain', more))
    more()
  })
  await expect(fetchBounded(fetch, server.url, options)).rejects.toThrow(/larger than 1000 bytes/)
  expect(server.seen).toHaveLength(1)
})

const indexOf = async (body: string): Promise<unknown[]> => {
  await using server = await serve((_, response) => response.end(body))
  return await chartVersions(fetch, server.url, 'hub')
}

test('an index of 50,000 versions is read to its last one', async () => {
  const entry = (n: number): string =>
    `  - version: 1.0.0-${n}\n    description: ${'x'.repeat(300)}\n    urls: [hub-${n}.tgz]\n`
  const versions = await indexOf(`entries:\n  hub:\n${Array.from({ length: 50_000 }, (_, n) => entry(n)).join('')}`)
  expect(versions).toHaveLength(50_000)
  expect(versions.at(-1)).toMatchObject({ version: '1.0.0-49999' })
})

const bomb = (last: string): string =>
  `a0: &a0 [x, x]\n${Array.from({ length: 40 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]\n`).join('')}${last}`

test.each([
  ['aliases that would stand for terabytes', bomb('entries: {hub: [{version: 1.0.0, urls: [x], more: *a40}]}'), 1],
  ['such aliases in place of versions', bomb('entries: {hub: *a40}'), 0],
  ['such aliases in place of an address', bomb('entries: {hub: [{version: 1.0.0, urls: *a40}]}'), 0],
  ['names that every object has', 'entries: {constructor: [], __proto__: {hub: [{version: 1.0.0, urls: [x]}]}}', 0],
  ['numbers in place of versions, as Helm writes them', 'entries: {hub: [{version: 1.10, urls: [x]}]}', 1],
])('an index with %s does no harm', async (_, body, count) => {
  expect(await indexOf(body)).toHaveLength(count)
})

test.each([
  ['such aliases as a key', bomb('entries: {*a40 : x}')],
  ['100,000 levels', `entries: ${'['.repeat(100_000)}`],
])('an index with %s is an error, not an endless wait', async (_, body) => {
  await expect(indexOf(body)).rejects.toThrow(/not valid YAML/)
})
