import { parseJson } from '../../../shared/foundation/parse-json.js'
import { readPath } from '../../../shared/policy/cluster-values.js'
import type { HttpCheck } from '../../../shared/policy/smoke-types.js'
import { parsePath } from '../../../shared/yaml/path.js'
import type { ProbeAnswer } from '../http-probe.js'
import type { CheckFound } from '../repeat.js'
import type { PresentedCertificate } from './certificate.js'
import { matchesText } from './matches.js'

const day = 86_400_000
/** What a server may ask for with Retry-After. */
const longestWait = 120_000

/** Whether one answer is what the check asks for; everything that is wrong with it is said. */
export function judgeHttp(
  check: HttpCheck,
  answer: ProbeAnswer,
  presented: PresentedCertificate | undefined,
  now: Date,
): CheckFound {
  if (answer.kind === 'none') return { is: answer.unknown ? 'unknown' : 'wrong', came: answer.text }
  const { status, headers, hops } = answer
  const location = headers.get('location')
  const came = [status, ...hops.map((hop) => `after ${hop}`), ...(location ? [`to ${location}`] : [])].join(' ')
  const wait = retryAfter(answer, now)
  // The tester asked too often. That a user would be told the same is not shown.
  if (status === 429 && check.status !== 429) return { is: 'unknown', came: `${came}, rate limited`, wait }
  const faults = [
    ...(status === check.status ? [] : [`not ${check.status}`]),
    ...Object.entries(check.headers).flatMap(([name, pattern]) => headerFault(name, pattern, headers.get(name))),
    ...(check.body === undefined || matchesText(check.body, answer.body)
      ? []
      : [`the body does not match ${check.body}`]),
    ...jsonFaults(check, answer.body),
    ...(check.certificate && presented ? certificateFaults(check.certificate, presented, now) : []),
  ]
  return faults.length === 0 ? { is: 'right', came } : { is: 'wrong', came: `${came}, ${faults.join('; ')}`, wait }
}

function headerFault(name: string, pattern: string, value: string | null): string[] {
  if (value === null) return [`no header ${name}`]
  return matchesText(pattern, value) ? [] : [`${name} is ${JSON.stringify(value.slice(0, 100))}, not ${pattern}`]
}

function jsonFaults({ json }: HttpCheck, body: string): string[] {
  const wanted = Object.entries(json)
  if (wanted.length === 0) return []
  const data = parseJson(body)
  if (data === undefined) return ['the body is not JSON']
  return wanted.flatMap(([path, value]) => {
    const found = readPath(data, parsePath(path))
    return found === value
      ? []
      : [`${path} is ${(JSON.stringify(found) ?? 'missing').slice(0, 100)}, not ${JSON.stringify(value)}`]
  })
}

function certificateFaults(
  wanted: { days: number; names: string[] },
  presented: PresentedCertificate,
  now: Date,
): string[] {
  if ('none' in presented) return [`no certificate: ${presented.none}`]
  const left = Math.floor((Date.parse(presented.validTo) - now.getTime()) / day)
  return [
    ...(left >= wanted.days ? [] : [`its certificate is valid for ${left} days, not ${wanted.days}`]),
    ...wanted.names.flatMap((name) => (presented.checkHost(name) ? [] : [`its certificate is not for ${name}`])),
  ]
}

/** Seconds or a date, as the server wants it, within reason. Milliseconds. */
function retryAfter(answer: ProbeAnswer, now: Date): number | undefined {
  const value = answer.kind === 'answer' ? answer.headers.get('retry-after') : null
  if (value === null) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now.getTime()
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), longestWait) : undefined
}
