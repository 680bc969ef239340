import type { World } from '../../../shared/action/world.js'
import { withPortForward } from '../../../shared/kube/port-forward.js'
import type { Check } from '../../../shared/policy/policy.js'
import { nameOf } from '../asked.js'
import type { Question } from '../repeat.js'
import { askHttp } from './http.js'

/** What checks need of the cluster they ask, and of the world. */
export interface Ground {
  world: Pick<World, 'http' | 'clock' | 'run'>
  /** Path of the kubeconfig. */
  kubeconfig: string
  namespace: string
}

/** A check of the policy, ready to be asked. */
export function questionOf(check: Check, ground: Ground): Question {
  const { within, retries, inARow } = check
  return { name: nameOf(check), within, retries, inARow, ask: askerOf(check, ground) }
}

function askerOf(check: Check, ground: Ground): Question['ask'] {
  const { http, run } = ground.world
  if (check.kind !== 'http') throw new Error(`no asker for ${check.kind}`)
  const { portForward } = check
  if (portForward === undefined) return ({ left }) => askHttp(check, http, left)
  return ({ left, signal }) =>
    withPortForward({ ...ground, cwd: run.workspace }, portForward, signal, (through) =>
      askHttp(check, http, left, through),
    )
}
