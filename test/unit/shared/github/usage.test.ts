import { Octokit } from '@octokit/core'
import { expect, test } from 'vitest'
import { requestUsage } from '../../../../shared/github/usage.js'

/** Answers that take as long as they say, on a clock that moves by nothing else. */
function usageSetup() {
  let now = 0
  const asked = requestUsage(() => now)
  const answer =
    (seconds: number, headers: Record<string, string> = {}): typeof fetch =>
    async () => {
      now += seconds * 1000
      return Response.json({}, { headers })
    }
  const client = (fetch: typeof globalThis.fetch, before: number): Octokit => {
    const pause = (octokit: Octokit): Record<string, never> => {
      octokit.hook.wrap('request', (request, options) => {
        now += before * 1000
        return request(options)
      })
      return {}
    }
    const Client = Octokit.plugin(asked.requests, pause, asked.waits)
    return new Client({ request: { fetch } })
  }
  return { asked, answer, client }
}

const headers = (limit: number, remaining: number, resource: string): Record<string, string> => ({
  'x-ratelimit-limit': String(limit),
  'x-ratelimit-remaining': String(remaining),
  'x-ratelimit-reset': String(Date.parse('2026-05-01T12:30:00Z') / 1000),
  'x-ratelimit-resource': resource,
})

test('nothing is said where nothing was asked', () => {
  expect(usageSetup().asked.say('x')).toBeUndefined()
})

test('only the time before a request counts as waiting, of all clients together', async () => {
  const { asked, answer, client } = usageSetup()
  await client(answer(7), 2).request('GET /')
  await client(answer(1), 3).request('GET /')
  expect(asked.say('the lane')).toBe('GitHub: 2 requests by the lane, 5.0 s of waiting')
})

test('what is nearest to its end is told: of two tokens, of REST and GraphQL, and as it is now', async () => {
  const { asked, answer, client } = usageSetup()
  for (const one of [headers(5_000, 900, 'core'), headers(1_000, 300, 'core'), headers(1_000, 250, 'graphql')])
    await client(answer(0, one), 0).request('GET /')
  const said = () => asked.say('x')?.split('; ')[1]
  expect(said()).toBe('900 of 5,000 are left until 12:30 UTC')
  await client(answer(0, headers(5_000, 4_999, 'core')), 0).request('GET /')
  expect(said()).toBe('250 of 1,000 are left until 12:30 UTC')
})
