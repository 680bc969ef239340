import type { RepositoryEvent, WorkflowRun } from '../github/types.js'
import { startWorld, type WorldOptions } from '../world/world.js'
import { playAdoption } from './adopt.js'
import { playCodeLane } from './code-lane.js'
import { describeEvent } from './describe-event.js'
import { describeRun, failureLog } from './describe-run.js'
import { expectations } from './expectations.js'
import { playFalseBump } from './false-bump.js'
import type { Timeline } from './timeline.js'

/** Plays the whole policy once. True when everything that should have happened happened. */
export async function rehearse(options: Omit<WorldOptions, 'tell' | 'onRun'>, timeline: Timeline): Promise<boolean> {
  const expected = expectations()
  const failures: string[] = []
  timeline.tell({ who: '', what: 'the day before Lockstep comes', mood: 'chapter' })
  await using world = await startWorld({
    ...options,
    tell: (what) => timeline.tell({ who: 'world', what }),
    onRun: (run, { kind }) => {
      if (kind === 'run-ended') tellRun(run, timeline, failures)
    },
  })
  world.emulator.onEvent((event) => tellEvent(event, timeline))
  const stage = { world, timeline, expectations: expected }

  try {
    await playAdoption(stage)
    await playCodeLane(stage, {
      who: world.people.ada,
      component: 'hub',
      change: {
        title: 'Say how the hub is in one more word',
        branch: 'one-more-word',
        edit: { 'image/start.sh': (text) => text.replace('{"ok": true}', '{"ok": true, "mood": "calm"}') },
      },
    })
    await playCodeLane(stage, {
      who: world.people.bob,
      component: 'builder',
      change: {
        title: 'Build on a newer base',
        branch: 'newer-base',
        edit: { 'image/recipe.txt': (text) => text.replace('busybox', 'busybox:1.37') },
      },
    })
    await playFalseBump(stage)
    const { violations } = world.emulator
    expected.expect(
      ['every request and answer was as GitHub describes them', ...violations].join('\n    '),
      violations.size === 0,
    )
  } catch (error) {
    expected.expect(error instanceof Error ? error.message : String(error), false)
  } finally {
    await world.runner.idle()
    timeline.end()
  }
  console.log(`\nWhat should have happened, and did it?\n${expected.show()}`)
  if (!expected.allMet()) console.log(failures.join('\n'))
  return expected.allMet()
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
