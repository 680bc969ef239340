import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startServer, untilReady } from '../../../../rehearsal/cluster/server.js'

let logDir = ''
beforeEach(async () => {
  logDir = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
})
afterEach(() => rm(logDir, { recursive: true }))

const script = (name: string, body: string) => startServer(name, '/bin/sh', ['-c', body], { logDir })

test('a server that ends while it is waited for is named, with the end of its log', async () => {
  const healthy = await script('healthy', 'exec sleep 100')
  const broken = await script('broken', 'echo first; echo "bad flag" >&2; exit 3')
  const waiting = untilReady('API', [healthy, broken], async () => false)
  await expect(waiting).rejects.toThrow(/no API: broken ended \(exit code 3\)[\s\S]*first\nbad flag$/)
  await healthy.stop()
})

test('a program that is not there is an error, not a wait', async () => {
  const missing = await startServer('missing', '/no/such/program', [], { logDir })
  await expect(untilReady('API', [missing], async () => false)).rejects.toThrow(/missing ended \(not started: .*ENOENT/)
  await missing.stop()
})

test('the deadline is an error', async () => {
  const silent = await script('silent', 'echo still starting; exec sleep 100')
  await expect(untilReady('API', [silent], async () => false, 200)).rejects.toThrow(/not within 0.2 s/)
  await silent.stop()
})

test('it is ready when the probe says so', async () => {
  const server = await script('server', 'exec sleep 100')
  let asked = 0
  await untilReady('API', [server], async () => ++asked === 3)
  expect(asked).toBe(3)
  await server.stop()
  expect(server.ended()).toBe('signal SIGTERM')
})
