import type { World } from '../../shared/action/world.js'
import type { VersionAsked } from './asked.js'
import { line } from './describe.js'
import { type Question, repeat } from './repeat.js'
import { type CheckReport, notAsked } from './report.js'
import { askAll } from './together.js'
import { worst } from './verdict.js'
import { awaitVersions } from './version.js'
import { type Watch, watch } from './watch.js'

export interface Asking {
  /** Whether all pods are the new ones; waited for before anything else is asked. */
  rollout: Question
  versions: VersionAsked[]
  questions: Question[]
  skipped: { name: string; why: string }[]
}

/** How long (ms) the new version may take to answer, and all of it; how many checks at a time. */
export interface SmokeLimits {
  version: number
  total: number
  parallel: number
  /** What follows when all of it passed; undefined: nothing. */
  watch: Watch | undefined
}

/** The version first: until the new one answers, every other check would be about the old one. */
export async function smoke(
  { rollout, versions, questions, skipped }: Asking,
  limits: SmokeLimits,
  world: Pick<World, 'http' | 'clock' | 'log' | 'cancelled'>,
): Promise<CheckReport[]> {
  const began = world.clock.now().getTime()
  const tell = (report: CheckReport): CheckReport => {
    world.log.info(line(report))
    return report
  }
  const end = began + Math.min(limits.version, limits.total)
  const first = [tell(await repeat(rollout, { ...world, began }, end))]
  if (versions.length > 0 && first.every(({ verdict }) => verdict === 'pass'))
    first.push(tell(await awaitVersions(versions, end - world.clock.now().getTime(), world, began)))
  const left = skipped.map(({ name, why }) => tell(notAsked(name, why)))
  if (first.some(({ verdict }) => verdict !== 'pass')) {
    const why = 'not asked, since the new version is not there'
    return [...first, ...left, ...questions.map(({ name }) => tell(notAsked(name, why)))]
  }
  const bounds = { parallel: limits.parallel, deadline: began + limits.total }
  const reports = await askAll(questions, bounds, { ...world, began }, tell)
  const all = [...first, ...reports, ...left]
  if (!limits.watch || worst(all.map(({ verdict }) => verdict)) !== 'pass') return all
  const repeated = questions.filter(({ costly }) => !costly)
  return [...all, tell(await watch(repeated, limits.watch, limits.parallel, { ...world, began }))]
}
