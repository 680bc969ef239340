import type { Runtime } from '../../shared/action/runtime.js'
import { parseJson } from '../../shared/foundation/parse-json.js'
import { readPath } from '../../shared/policy/cluster-values.js'
import { tagOf } from '../../shared/yaml/image-ref.js'
import { showPath } from '../../shared/yaml/path.js'
import type { VersionCheck } from './checks.js'
import { httpProbe } from './http-probe.js'
import type { CheckReport } from './report.js'
import type { CheckVerdictTry } from './verdict.js'

/** So many right answers in a row, each on a new connection. */
const inARow = 3
/** The same once anything else has answered: an old replica that stays behind a load balancer answers only now and then. */
const inARowAfterOther = 20
const pause = 500

/**
 * Waits until the new version answers, and only the new one. Waiting is no flaw here, since old pods take their time to
 * go: the verdict is `pass`, `fail` or `inconclusive`.
 */
export async function awaitVersions(
  asked: VersionCheck[],
  deadline: number,
  world: Pick<Runtime, 'http' | 'clock' | 'log'>,
  began: number,
): Promise<CheckReport> {
  const { clock, log } = world
  const start = clock.now().getTime()
  const left = (): number => start + deadline - clock.now().getTime()
  const tries: CheckVerdictTry[] = []
  let came = 'no answer'
  let row = 0
  const needed = (): number => (tries.includes('wrong') ? inARowAfterOther : inARow)
  while (row < needed() && (tries.length === 0 || left() > 0)) {
    const one = await askAll(asked, world.http, left())
    tries.push(one.try)
    row = one.try === 'right' ? row + 1 : 0
    if (one.text !== came) log.info(`Version: ${one.text}`)
    came = one.text
    if (row < needed()) await clock.sleep(one.try === 'right' ? 100 : Math.max(1, Math.min(pause, left())))
  }
  const passed = row >= needed()
  const neverReached = tries.every((one) => one === 'unknown')
  const old = !passed && tries.includes('right') ? 'the new version answers only sometimes' : came
  return {
    name: `version at ${[...new Set(asked.map(({ url }) => url))].join(', ')}`,
    came: passed ? came : old,
    tries: tries.length,
    start: start - began,
    ms: clock.now().getTime() - start,
    verdict: passed ? 'pass' : neverReached ? 'inconclusive' : 'fail',
  }
}

/** Asks for every component once; right only if all are. */
async function askAll(
  asked: VersionCheck[],
  http: typeof fetch,
  timeout: number,
): Promise<{ try: CheckVerdictTry; text: string }> {
  const urls = [...new Set(asked.map(({ url }) => url))]
  const answers = await Promise.all(urls.map(async (url) => [url, await httpProbe(http, { url }, timeout)] as const))
  const found = new Map(answers)
  const outcomes = asked.map((one): { try: CheckVerdictTry; text: string } => {
    const answer = found.get(one.url)
    if (!answer || answer.kind === 'none')
      return { try: answer?.unknown ? 'unknown' : 'wrong', text: answer?.text ?? '' }
    if (answer.status !== 200) return { try: 'wrong', text: `${one.url} answers ${answer.status}` }
    const { place } = one
    const value = 'header' in place ? answer.headers.get(place.header) : readPath(parseJson(answer.body), place.path)
    const where = 'header' in place ? `header ${place.header}` : showPath(place.path)
    const text = `${one.component} is ${typeof value === 'string' ? value : 'missing'}`
    if (typeof value === 'string' && tellsVersion(value, one)) return { try: 'right', text }
    return { try: 'wrong', text: `${text} (${where}), not ${one.version}` }
  })
  const bad =
    outcomes.find((outcome) => outcome.try === 'wrong') ?? outcomes.find((outcome) => outcome.try === 'unknown')
  return bad ?? { try: 'right', text: outcomes.map(({ text }) => text).join(', ') }
}

/** A cluster may tell the whole version, an image with that tag, or something with the commit in it. */
export function tellsVersion(value: string, { version, commit }: Pick<VersionCheck, 'version' | 'commit'>): boolean {
  if (value === version || tagOf(value) === version) return true
  if (commit === undefined) return false
  const hashes = value.match(/(?<![0-9a-f])[0-9a-f]{7,40}(?![0-9a-f])/g) ?? []
  return hashes.some((hash) => hash.startsWith(commit) || commit.startsWith(hash))
}
