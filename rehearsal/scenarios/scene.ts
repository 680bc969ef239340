import type { Installation } from '../fixtures/installation.js'
import type { CodeChange, RehearsalUser } from '../fixtures/users.js'
import type { WorkflowRun } from '../github/types.js'
import type { Expectations } from './expectations.js'
import type { Timeline } from './timeline.js'

export interface Scene {
  installation: Installation
  timeline: Timeline
  expectations: Expectations
  /** Every workflow run that has ended. */
  runs: Map<number, WorkflowRun>
}

export interface SceneMerge {
  who: RehearsalUser
  component: 'hub' | 'builder'
  change: CodeChange
}
