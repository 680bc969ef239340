import type { Runtime } from '../../../shared/action/runtime.js'
import { withPortForward } from '../../../shared/kube/port-forward.js'
import type { SmokeCheck } from '../../../shared/policy/policy.js'
import { checkName } from '../checks.js'
import type { Probe } from '../repeat.js'
import type { TestedRelease } from '../subject.js'
import { askBuild, askLaunch, type BinderGround } from './binder.js'
import { askCommand } from './command.js'
import { askHttp } from './http.js'
import { askJupyterHub } from './jupyterhub.js'
import { askKubernetes, beganAt } from './kubernetes.js'
import { askPrometheus } from './prometheus.js'

/** What checks need of the cluster they ask, and of the world. */
export interface ProbeGround extends BinderGround {
  world: Pick<Runtime, 'http' | 'clock' | 'run' | 'github' | 'cancelled'>
  /** Path of the kubeconfig. */
  kubeconfig: string
  /** Where ports are forwarded: the first release's. */
  namespace: string
  releases: readonly TestedRelease[]
}

/** A check of the policy, ready to be asked. */
export function probeOf(check: SmokeCheck, ground: ProbeGround): Probe {
  const { timeout, failureThreshold, successThreshold } = check
  const costly = check.kind === 'binder-build'
  return { name: checkName(check), timeout, failureThreshold, successThreshold, costly, ask: askerOf(check, ground) }
}

function askerOf(check: SmokeCheck, ground: ProbeGround): Probe['ask'] {
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
