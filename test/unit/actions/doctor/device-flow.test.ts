import { expect, test } from 'vitest'
import { deviceFlow } from '../../../../actions/doctor/device-flow.js'
import { readRun } from '../../../../shared/foundation/run-facts.js'

const run = { ...readRun({}), serverUrl: 'https://acme.ghe.com' }

/** The web side, with what it was asked. */
function web(answer: () => Response | Error) {
  const asked: { url: string; init: RequestInit | undefined }[] = []
  const http = (async (url: string, init?: RequestInit) => {
    asked.push({ url, init })
    const given = answer()
    if (given instanceof Error) throw given
    return given
  }) as typeof fetch
  return { asked, runtime: { http, run } }
}

// As GitHub answered in simoneb/ghenv#10 (2022-05-19), and as its documentation shows the code.
const off = {
  error: 'device_flow_disabled',
  error_description: 'Device Flow must be explicitly enabled for this App',
  error_uri: 'https://docs.github.com',
}
const on = {
  device_code: '3584d83530557fdd1f46af8289938c8ef79f9dc5',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://github.com/login/device',
  expires_in: 900,
  interval: 5,
}

test.each([
  ['off', () => Response.json(off, { status: 400 })],
  ['off', () => Response.json(off)],
  ['on', () => Response.json(on)],
] as const)('the web side tells: %s', async (value, answer) => {
  expect(await deviceFlow(web(answer).runtime, 'Iv1.a')).toEqual({ value })
})

test.each([
  ['another error', () => Response.json({ error: 'Not Found' }, { status: 404 })],
  ['a page', () => new Response('<html>', { status: 200 })],
  ['null', () => Response.json(null)],
  ['nothing', () => new TypeError('fetch failed')],
] as const)('%s tells nothing', async (_, answer) => {
  expect(await deviceFlow(web(answer).runtime, 'Iv1.a')).toEqual({ unseen: expect.stringContaining('GitHub') })
})

test('nobody is signed in for it, the code is told nowhere, and without a client id nothing is asked', async () => {
  const { asked, runtime } = web(() => Response.json(on))
  const told = await deviceFlow(runtime, 'Iv1.a')
  expect(JSON.stringify(told)).not.toContain(on.device_code)
  expect(asked.map(({ url }) => url)).toEqual(['https://acme.ghe.com/login/device/code'])
  expect(new Headers(asked[0]?.init?.headers).has('authorization')).toBe(false)
  expect(asked[0]?.init?.body).toBe('{"client_id":"Iv1.a"}')

  expect(await deviceFlow(runtime, undefined)).toEqual({ unseen: expect.any(String) })
  expect(asked).toHaveLength(1)
})
