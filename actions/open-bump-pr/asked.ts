import type { Values } from '../../shared/action/inputs.js'
import type { Evidence, Reason } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import type { GitHub } from '../../shared/github/client.js'
import type { Decision } from './decide.js'
import type { definition } from './io.js'

export type Inputs = Values<typeof definition.inputs>

/** What an operation came to, before it is put into words and outputs. */
export interface Ended {
  operation: Decision['operation']
  reason: Reason
  message: string
  from: string
  to: string
  pull?: { number: number; url: string } | undefined
  evidence?: Evidence[]
}

/** Whom everything is asked. */
export interface Asked {
  inputs: Inputs
  world: World
  github: GitHub
  upstream: GitHub
  commit: string
}
