import type { WorkflowRun } from '../github/types.js'
import type { Change, Person } from '../world/people.js'
import type { World } from '../world/world.js'
import type { Expectations } from './expectations.js'
import type { Timeline } from './timeline.js'

export interface Stage {
  world: World
  timeline: Timeline
  expectations: Expectations
  /** Every workflow run that has ended. */
  runs: Map<number, WorkflowRun>
}

export interface Merge {
  who: Person
  component: 'hub' | 'builder'
  change: Change
}
