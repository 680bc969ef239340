import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startGitHub } from '../../../../rehearsal/github/server.js'
import { keepUp } from '../../../../rehearsal/keep/keep.js'
import { openPortForwards } from '../../../../rehearsal/keep/port-forward.js'

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'keep-'))
  vi.stubEnv('XDG_CACHE_HOME', dir)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(dir, { recursive: true })
})

/** A promise, and what fulfils it. */
function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil
  })
  return { promise, resolve }
}

test('a kept world is reached from outside at the addresses that it says, until it is stopped', async () => {
  const doors = await openPortForwards()
  const { places } = doors
  const github = await startGitHub({ dir, port: 0 })
  const api = createServer((_request, answer) => answer.end('the API server'))
  api.listen(0, '127.0.0.1')
  await once(api, 'listening')
  const apiServer = `https://127.0.0.1:${(api.address() as AddressInfo).port}`
  const kubeconfig = join(dir, 'kubeconfig')
  await writeFile(kubeconfig, `clusters: [{cluster: {server: "${apiServer}"}}]\n`)
  const { promise: stop, resolve: end } = later<void>()
  const { promise: said, resolve: say } = later<string>()
  const kept = keepUp({ emulator: github }, { kubeconfig, apiServer }, { places, say, stop })
  const text = await said

  const page = /look around +(\S+)/.exec(text)?.[1] ?? ''
  expect(page).toBe(`http://127.0.0.1:${places.ports.github}/_/jupiter/deploy`)
  expect((await fetch(new URL('/meta', page))).status, 'GitHub answers, whatever it says').toBeGreaterThan(0)
  const outside = /--kubeconfig (\S+)/.exec(text)?.[1] ?? ''
  expect(await readFile(outside, 'utf8')).toMatch(
    new RegExp(`server: "?https://127.0.0.1:${places.ports.api}"?,? +tls-server-name: 127.0.0.1`),
  )
  expect(await (await fetch(`http://127.0.0.1:${places.ports.api}/`)).text()).toBe('the API server')
  expect(text).toContain(`http://staging.localhost:${places.ports.ingress}/versions`)

  end()
  await kept
  await expect(fetch(page)).rejects.toThrow('fetch failed')
  await doors[Symbol.asyncDispose]()
  await expect(readFile(outside)).rejects.toThrow('ENOENT')
  await github[Symbol.asyncDispose]()
  api.close()
})

test('without a network of its own the world is where it listens', async () => {
  await using github = await startGitHub({ dir })
  const { promise: said, resolve: say } = later<string>()
  const cluster = { kubeconfig: join(dir, 'mine'), apiServer: 'https://127.0.0.1:6443' }
  await keepUp({ emulator: github }, cluster, { places: undefined, say, stop: Promise.resolve() })
  expect(await said).toContain(`${github.url}/_/jupiter/deploy`)
  expect(await said).toContain(`--kubeconfig ${cluster.kubeconfig}`)
})
