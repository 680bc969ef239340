import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import type { Evidence, Reason } from '../../shared/foundation/result.js'
import type { GitHub } from '../../shared/github/client.js'
import type { BumpDecision } from './decide.js'
import type { definition } from './io.js'

export type BumpInputs = InputValues<typeof definition.inputs>

/** What an operation came to, before it is put into words and outputs. */
export interface BumpEnded {
  operation: BumpDecision['operation']
  reason: Reason
  message: string
  from: string
  to: string
  pull?: { number: number; url: string } | undefined
  evidence?: Evidence[]
}

/** Whom everything is asked. */
export interface BumpRequest {
  inputs: BumpInputs
  world: Runtime
  github: GitHub
  upstream: GitHub
  commit: string
}
