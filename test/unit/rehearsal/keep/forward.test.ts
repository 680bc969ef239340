import { once } from 'node:events'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { forwardFromOutside, shareInside } from '../../../../rehearsal/keep/forward.js'

interface Inside extends AsyncDisposable {
  server: Server
  port: number
  socket: string
}

/** A server that says back what it hears, and a place for the socket. */
async function inside(): Promise<Inside> {
  const dir = await mkdtemp(join(tmpdir(), 'forward-'))
  const server = createServer(async (request, answer) => answer.end(`${request.url} ${await text(request)}`))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    server,
    port: (server.address() as AddressInfo).port,
    socket: join(dir, 'page'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await rm(dir, { recursive: true })
    },
  }
}

test('what listens inside is reached from outside, also with large bodies and many at once', async () => {
  await using kept = await inside()
  await using _shared = await shareInside(kept.socket, { host: '127.0.0.1', port: kept.port })
  await using forwarder = await forwardFromOutside(0, kept.socket)

  const body = 'x'.repeat(1_000_000)
  const answers = await Promise.all(
    [1, 2, 3, 4].map(async (n) =>
      (await fetch(`http://127.0.0.1:${forwarder.port}/${n}`, { method: 'POST', body })).text(),
    ),
  )
  expect(answers).toEqual([1, 2, 3, 4].map((n) => `/${n} ${body}`))
  expect((await stat(kept.socket)).mode & 0o777).toBe(0o600)
})

test('when nobody listens inside, a connection ends instead of waiting', async () => {
  await using kept = await inside()
  await using forwarder = await forwardFromOutside(0, kept.socket)
  await expect(fetch(`http://127.0.0.1:${forwarder.port}`)).rejects.toThrow('fetch failed')
})

test('a socket that an earlier run left behind is replaced, and one that the kernel would cut is refused', async () => {
  await using kept = await inside()
  const first = await shareInside(kept.socket, { host: '127.0.0.1', port: 1 })
  await first[Symbol.asyncDispose]()
  await using _shared = await shareInside(kept.socket, { host: '127.0.0.1', port: kept.port })
  await using forwarder = await forwardFromOutside(0, kept.socket)
  expect(await (await fetch(`http://127.0.0.1:${forwarder.port}/again`)).text()).toBe('/again ')
  await expect(shareInside(`/${'x'.repeat(120)}`, { host: '127.0.0.1', port: 1 })).rejects.toThrow('may have 107 bytes')
})

test('its end closes connections that are still open', async () => {
  await using kept = await inside()
  const shared = await shareInside(kept.socket, { host: '127.0.0.1', port: kept.port })
  const forwarder = await forwardFromOutside(0, kept.socket)
  await (await fetch(`http://127.0.0.1:${forwarder.port}`)).text()
  await forwarder[Symbol.asyncDispose]()
  await shared[Symbol.asyncDispose]()
  await expect(fetch(`http://127.0.0.1:${forwarder.port}`)).rejects.toThrow('fetch failed')
})
