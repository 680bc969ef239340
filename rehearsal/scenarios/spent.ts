import type { LoggedRequest, WorkflowRun } from '../github/types.js'

interface Spent {
  times: number
  requests: number
  /** Seconds. */
  waited: number
  /** The most that one of them waited, in seconds. */
  longest: number
  /** The smallest share of an hour's requests that was left after one of them. */
  left: number
}

/** What actions say at their end, see shared/github/usage.ts. */
const line = /GitHub: (\d+) requests by ([\w-]+), ([\d.]+) s of waiting(?:; ([\d,]+) of ([\d,]+) are left)?/g

/** What the actions of all runs asked of GitHub and waited for that, by action: those that waited longest first. */
export function spentBy(runs: Iterable<Pick<WorkflowRun, 'jobs'>>): Map<string, Spent> {
  const spent = new Map<string, Spent>()
  for (const { log } of [...runs].flatMap(({ jobs }) => jobs)) {
    for (const [, requests, name = '', seconds, left = '1', limit = '1'] of log.matchAll(line)) {
      const before = spent.get(name) ?? { times: 0, requests: 0, waited: 0, longest: 0, left: 1 }
      const waited = Number(seconds)
      spent.set(name, {
        times: before.times + 1,
        requests: before.requests + Number(requests),
        waited: before.waited + waited,
        longest: Math.max(before.longest, waited),
        left: Math.min(before.left, number(left) / number(limit)),
      })
    }
  }
  return new Map([...spent].sort(([, a], [, b]) => b.waited - a.waited))
}

const number = (text: string): number => Number(text.replaceAll(',', ''))

/** The same as a table for people, and with which tokens was asked. */
export function showSpent(spent: Map<string, Spent>, requests: readonly LoggedRequest[]): string {
  const rows = [...spent].map(([name, { times, requests, waited, longest, left }]) => [
    ...[
      name,
      String(times),
      String(requests),
      (requests / times).toFixed(1),
      waited.toFixed(0),
      longest.toFixed(1),
      `${Math.floor(left * 100)} %`,
    ],
  ])
  const table = [['action', 'steps', 'requests', 'a step', 'waited (s)', 'longest (s)', 'least left'], ...rows]
  const lines = table.map(
    ([name = '', ...cells]) => `  ${name.padEnd(20)}${cells.map((cell) => cell.padStart(13)).join('')}`,
  )
  const asked = requests.filter(({ path }) => !/\/(info\/refs|git-(upload|receive)-pack)(\?|$)/.test(path))
  const by = (kind: LoggedRequest['token']): number => asked.filter(({ token }) => token === kind).length
  const tokens = `${by('job')} requests with jobs' own tokens, ${by('installation')} with Apps'`
  const refused = asked.filter(({ token, status }) => token !== 'user' && (status === 403 || status === 429)).length
  return `${lines.join('\n')}\n  ${tokens}; ${refused} refused with 403 or 429`
}
