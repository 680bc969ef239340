import type { Octokit } from '@octokit/core'

/** What was asked of GitHub, and how long that had to wait; for all clients of one action together. */
export interface Usage {
  /** Octokit plugin, to be loaded before those that wait: sees every request as it is sent. */
  requests(octokit: Octokit): Record<string, never>
  /** Octokit plugin, to be loaded after those that wait: sees what is asked for, until it is answered. */
  waits(octokit: Octokit): Record<string, never>
  /** In one line; undefined where nothing was asked. */
  say(name: string): string | undefined
}

interface Left {
  remaining: number
  limit: number
  /** Seconds since 1970. */
  reset: number
}

/**
 * Counts requests, and the time in which something waited to be asked and nothing was being asked: for the pauses between writes, a limit,
 * or the next try after a failure.
 *
 * @param now in milliseconds
 */
export function requestUsage(now: () => number = Date.now): Usage {
  // By kind of limit: REST's and GraphQL's, and of tokens with other ones.
  const left = new Map<string, Left>()
  let [sent, asked, underWay, waited] = [0, 0, 0, 0]
  let since: number | undefined
  const change = (by: { asked?: number; underWay?: number }): void => {
    if (since !== undefined) waited += now() - since
    asked += by.asked ?? 0
    underWay += by.underWay ?? 0
    since = asked > 0 && underWay === 0 ? now() : undefined
  }
  const note = (headers: Record<string, unknown> | undefined): void => {
    const [remaining, limit, reset] = ['remaining', 'limit', 'reset'].map((name) =>
      Number(headers?.[`x-ratelimit-${name}`] ?? Number.NaN),
    ) as [number, number, number]
    if (limit > 0 && remaining >= 0 && reset > 0)
      left.set(`${headers?.['x-ratelimit-resource']} ${limit}`, { remaining, limit, reset })
  }

  return {
    requests(octokit) {
      octokit.hook.wrap('request', async (request, options) => {
        sent += 1
        change({ underWay: 1 })
        try {
          const answer = await request(options)
          note(answer.headers)
          return answer
        } catch (error) {
          note((error as { response?: { headers?: Record<string, unknown> } }).response?.headers)
          throw error
        } finally {
          change({ underWay: -1 })
        }
      })
      return {}
    },
    waits(octokit) {
      octokit.hook.wrap('request', async (request, options) => {
        change({ asked: 1 })
        try {
          return await request(options)
        } finally {
          change({ asked: -1 })
        }
      })
      return {}
    },
    say(name) {
      if (sent === 0) return undefined
      const spent = `GitHub: ${sent} requests by ${name}, ${(waited / 1000).toFixed(1)} s of waiting`
      const [least] = [...left.values()].sort((a, b) => a.remaining / a.limit - b.remaining / b.limit)
      return least === undefined ? spent : `${spent}; ${leftOf(least)}`
    },
  }
}

const leftOf = ({ remaining, limit, reset }: Left): string =>
  `${remaining.toLocaleString('en')} of ${limit.toLocaleString('en')} are left until ${new Date(reset * 1000).toISOString().slice(11, 16)} UTC`
