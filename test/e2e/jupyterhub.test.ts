import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leftoversIn, takeLeftovers } from '../../actions/smoke-test/leftovers.js'
import { askJupyterHub, type HubGround } from '../../actions/smoke-test/probes/jupyterhub.js'
import { cacheDir } from '../../rehearsal/tools/cache.js'
import { cachedJupyter } from '../../rehearsal/tools/jupyter.js'
import type { JupyterHubCheck } from '../../shared/policy/smoke-types.js'
import { type RealHub, startRealHub } from './real-hub.js'

const jupyter = cachedJupyter(join(cacheDir(), 'tools'))

describe.skipIf(!jupyter)(`a real JupyterHub${jupyter ? '' : ', which could not be installed on this machine'}`, () => {
  let hub: RealHub
  let temp: string

  beforeAll(async () => {
    if (jupyter) hub = await startRealHub(jupyter)
    temp = await mkdtemp(join(tmpdir(), 'smoke-'))
  })
  afterAll(async () => {
    await hub[Symbol.asyncDispose]()
    await rm(temp, { recursive: true })
  })

  async function ask(change: Partial<JupyterHubCheck>, cancel?: RegExp) {
    const stop = new AbortController()
    const lines: string[] = []
    const tell = (line: string): void => {
      lines.push(line)
      if (cancel?.test(line)) stop.abort()
    }
    const check: JupyterHubCheck = {
      kind: 'jupyterhub',
      name: undefined,
      url: hub.url,
      user: 'smoke',
      server: '',
      token: hub.token,
      version: undefined,
      code: { run: 'print(6 * 7)', output: '^42\\s*$' },
      timeout: 60_000,
      failureThreshold: undefined,
      successThreshold: 1,
      when: undefined,
      ...change,
    }
    const runtime = { http: fetch, cancelled: stop.signal, github: () => {} } as unknown as HubGround['world']
    const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)])
    return askJupyterHub(check, { left: 60_000, signal, tell }, { world: runtime, leftovers: leftoversIn(temp) })
  }

  /** The user as the hub tells it. */
  const user = async (name: string): Promise<{ status: number; servers: string[] }> => {
    const headers = { authorization: `token ${hub.token}` }
    const response = await fetch(`${hub.url}/hub/api/users/${name}`, { headers })
    const body = (await response.json()) as { servers?: Record<string, unknown> }
    return { status: response.status, servers: Object.keys(body.servers ?? {}) }
  }

  test.each(['', 'probe'])(
    'runs code in the server "%s" of a user that is made for it, and removes both',
    async (server) => {
      const found = await ask({ server })

      expect(found).toMatchObject({ is: 'right', came: expect.stringMatching(/^hub \d.*the code printed "42\\n"$/) })
      expect(await user('smoke')).toEqual({ status: 404, servers: [] })
      expect(await takeLeftovers(temp)).toEqual([])
    },
  )

  test('does with the least scopes for a user who is there', async () => {
    const found = await ask({ user: 'fixed', token: hub.fixedToken })

    expect(found).toMatchObject({ is: 'right' })
    expect(await user('fixed')).toEqual({ status: 200, servers: [] })
  })

  test('a spawn that fails is wrong, with the reason that only progress tells', async () => {
    const found = await ask({ user: 'full-1' })

    expect(found).toMatchObject({
      is: 'wrong',
      came: expect.stringMatching(/no node has room|cannot start the server/),
    })
    expect((await user('full-1')).status).toBe(404)
  })

  test('code that raises is wrong, and the server is gone all the same', async () => {
    const found = await ask({ code: { run: '1/0', output: '' } })

    expect(found).toMatchObject({ is: 'wrong', came: expect.stringContaining('ZeroDivisionError: division by zero') })
    expect((await user('smoke')).status).toBe(404)
  })

  test('a wrong token is the tester’s trouble', async () => {
    expect(await ask({ token: 'wrong-token-000000000000' })).toMatchObject({ is: 'unknown' })
  })

  test('cancelled in the middle, it stops and deletes what it made', async () => {
    await ask({}, /the server is ready/).catch(() => {})
    expect((await user('smoke')).status).toBe(404)
  })
})
