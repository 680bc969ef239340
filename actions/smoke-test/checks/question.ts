import type { World } from '../../../shared/action/world.js'
import { withPortForward } from '../../../shared/kube/port-forward.js'
import type { Check } from '../../../shared/policy/policy.js'
import { nameOf } from '../asked.js'
import type { Question } from '../repeat.js'
import type { Tested } from '../tested.js'
import { askBuild, askLaunch, type BinderGround } from './binder.js'
import { askCommand } from './command.js'
import { askHttp } from './http.js'
import { askJupyterHub } from './jupyterhub.js'
import { askKubernetes, beganAt } from './kubernetes.js'
import { askPrometheus } from './prometheus.js'

/** What checks need of the cluster they ask, and of the world. */
export interface Ground extends BinderGround {
  world: Pick<World, 'http' | 'clock' | 'run' | 'github' | 'cancelled'>
  /** Path of the kubeconfig. */
  kubeconfig: string
  /** Where ports are forwarded: the first release's. */
  namespace: string
  releases: readonly Tested[]
}

/** A check of the policy, ready to be asked. */
export function questionOf(check: Check, ground: Ground): Question {
  const { within, retries, inARow } = check
  const costly = check.kind === 'binder-build'
  return { name: nameOf(check), within, retries, inARow, costly, ask: askerOf(check, ground) }
}

function askerOf(check: Check, ground: Ground): Question['ask'] {
  const { world, releases } = ground
  const cwd = world.run.workspace
  switch (check.kind) {
    case 'http': {
      const { portForward } = check
      if (portForward === undefined) return ({ left }) => askHttp(check, world.http, left)
      return ({ left, signal }) =>
        withPortForward({ ...ground, cwd }, portForward, signal, (through) => askHttp(check, world.http, left, through))
    }
    case 'kubernetes':
      return () => askKubernetes(check, releases)
    case 'prometheus':
      return ({ left }) => askPrometheus(check, world.http, () => beganAt(releases), left)
    case 'command':
      return (turn) => askCommand(check, cwd, turn)
    case 'jupyterhub':
      return (turn) => askJupyterHub(check, turn, ground)
    case 'binder-launch':
      return (turn) => askLaunch(check, turn, ground)
    case 'binder-build':
      return (turn) => askBuild(check, turn, ground)
  }
}
