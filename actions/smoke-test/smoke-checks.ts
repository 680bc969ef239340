import type { Runtime } from '../../shared/action/runtime.js'
import type { VersionCheck } from './checks.js'
import { runAllChecks } from './combine.js'
import { checkLine } from './describe.js'
import { type Probe, repeatCheck } from './repeat.js'
import { type CheckReport, notAsked } from './report.js'
import { type Soak, soakRelease } from './soak.js'
import { worstVerdict } from './verdict.js'
import { awaitVersions } from './version.js'

export interface SmokeContext {
  /** Whether all pods are the new ones; waited for before anything else is asked. */
  rollout: Probe
  versions: VersionCheck[]
  questions: Probe[]
  skipped: { name: string; why: string }[]
}

/** How long (ms) the new version may take to answer, and all of it; how many checks at a time. */
export interface SmokeLimits {
  version: number
  total: number
  parallel: number
  /** What follows when all of it passed; undefined: nothing. */
  watch: Soak | undefined
}

/** The version first: until the new one answers, every other check would be about the old one. */
export async function runSmokeChecks(
  { rollout, versions, questions, skipped }: SmokeContext,
  limits: SmokeLimits,
  world: Pick<Runtime, 'http' | 'clock' | 'log' | 'cancelled'>,
): Promise<CheckReport[]> {
  const began = world.clock.now().getTime()
  const tell = (report: CheckReport): CheckReport => {
    world.log.info(checkLine(report))
    return report
  }
  const end = began + Math.min(limits.version, limits.total)
  const first = [tell(await repeatCheck(rollout, { ...world, began }, end))]
  if (versions.length > 0 && first.every(({ verdict }) => verdict === 'pass'))
    first.push(tell(await awaitVersions(versions, end - world.clock.now().getTime(), world, began)))
  const left = skipped.map(({ name, why }) => tell(notAsked(name, why)))
  if (first.some(({ verdict }) => verdict !== 'pass')) {
    const why = 'not run, because the new version is not up'
    return [...first, ...left, ...questions.map(({ name }) => tell(notAsked(name, why)))]
  }
  const bounds = { parallel: limits.parallel, deadline: began + limits.total }
  const reports = await runAllChecks(questions, bounds, { ...world, began }, tell)
  const all = [...first, ...reports, ...left]
  if (!limits.watch || worstVerdict(all.map(({ verdict }) => verdict)) !== 'pass') return all
  const repeated = questions.filter(({ costly }) => !costly)
  return [...all, tell(await soakRelease(repeated, limits.watch, limits.parallel, { ...world, began }))]
}
