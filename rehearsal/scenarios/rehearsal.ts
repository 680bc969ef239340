import { type Installation, type InstallationOptions, startInstallation } from '../fixtures/installation.js'
import { documentedLimits } from '../github/limits.js'
import type { RepositoryEvent, WorkflowRun } from '../github/types.js'
import type { Scenario } from '../scenarios.js'
import { playAdoption } from './adopt.js'
import { playCrash, playQueued, playUnwell } from './broken.js'
import { playByHand } from './by-hand.js'
import { describeEvent } from './describe-event.js'
import { describeRun, failureLog } from './describe-run.js'
import { newExpectations } from './expectations.js'
import { playGood } from './good.js'
import type { Scene } from './scene.js'
import { showSpent, spentBy } from './spent.js'
import { playStagingTrial } from './staging-trial.js'
import type { Timeline } from './timeline.js'

export interface RehearsalOptions extends Omit<InstallationOptions, 'tell' | 'onRun' | 'limits'> {
  scenario: Scenario
  /** Also prints what the actions requested of GitHub. */
  verbose?: boolean | undefined
  /** Called with the world after the last scenario, before everything is removed. */
  keep?: ((installation: Installation) => Promise<void>) | undefined
}

/** Where a merge is refused or a deploy fails, these are expected to fail. */
const mayFail = ['open bump PR', 'deploy']

/** Plays scenarios. True when everything happened that should. */
export async function runRehearsal(
  { scenario, verbose, keep, ...options }: RehearsalOptions,
  timeline: Timeline,
): Promise<boolean> {
  const expected = newExpectations()
  const failures: string[] = []
  const runs = new Map<number, WorkflowRun>()
  timeline.tell({ who: '', what: 'the service before Lockstep: deployed by hand', mood: 'chapter' })
  await using installation = await startInstallation({
    ...options,
    limits: documentedLimits,
    tell: (what) => timeline.tell({ who: 'world', what }),
    onRun: (run, { kind }) => {
      if (kind !== 'run-ended') return
      runs.set(run.id, run)
      tellRun(run, timeline, failures)
    },
  })
  installation.emulator.onEvent((event) => tellEvent(event, timeline))
  const scene = { installation, timeline, expectations: expected, runs }

  try {
    await playAdoption(scene)
    for (const [name, play] of scenarios) {
      if (scenario !== name && scenario !== 'all') continue
      // These scenarios do not happen within one hour: each has a budget of requests of its own.
      installation.emulator.newHour()
      await play(scene)
    }
    await installation.runner.idle()
    const failed = [...runs.values()].filter(
      ({ name, conclusion }) => conclusion === 'failure' && !mayFail.includes(name),
    )
    expected.expect(
      ['only workflows failed that were expected to fail', ...failed.map(({ name }) => name)].join('\n    '),
      failed.length === 0,
    )
    const { violations } = installation.emulator
    expected.expect(
      ['every request and response is as GitHub documents it', ...violations].join('\n    '),
      violations.size === 0,
    )
  } catch (error) {
    expected.expect(error instanceof Error ? error.message : String(error), false)
  } finally {
    await installation.runner.idle()
    timeline.end()
  }
  console.log(`\nChecked\n${expected.show()}`)
  if (!expected.allMet()) console.log(failures.join('\n'))
  if (verbose) console.log(`\nRequests to GitHub\n${showSpent(spentBy(runs.values()), installation.emulator.requests)}`)
  await keep?.(installation)
  return expected.allMet()
}

const scenarios = [
  ['good', playGood],
  ['broken', playBroken],
  ['by-hand', playByHand],
  ['staging-trial', playStagingTrial],
] as const

async function playBroken(scene: Scene): Promise<void> {
  await playCrash(scene)
  await playUnwell(scene)
  await playQueued(scene)
}

function tellEvent(event: RepositoryEvent, timeline: Timeline): void {
  const line = describeEvent(event)
  if (line) timeline.tell(line)
}

function tellRun(run: WorkflowRun, timeline: Timeline, failures: string[]): void {
  const line = describeRun(run)
  if (!line) return
  timeline.tell(line)
  if (run.conclusion === 'failure') failures.push(failureLog(run))
}
