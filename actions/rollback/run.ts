import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { UserError } from '../../shared/foundation/errors.js'
import { workspaceAt } from '../../shared/foundation/workspace.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { workspacePolicy } from '../../shared/runtime/workspace-policy.js'
import { rollBackCluster } from './cluster/cluster.js'
import { rollBackTrial } from './cluster/roll-back-trial.js'
import type { Io } from './io.js'
import { reconcileRollback } from './reconcile.js'
import { rollBackGit } from './revert/git.js'
import { givenRequest } from './rollback-request.js'
import { startRollback } from './start/start-rollback.js'
import { openUpstreamRevert } from './upstream/upstream.js'

/**
 * After a failed deploy: the clusters first, each by a job that holds only its key, then git and upstream by one job that
 * holds only the gate App's. Both read from the deployment records what failed, so no loose text decides. By hand the same,
 * after a job that judges who asks for what.
 *
 * Safe to run again at any time: it looks at what is there and does only what is missing.
 *
 * @throws UserError where it must not be tried; nothing was changed then.
 */
export async function runRollback(
  inputs: InputValues<Io['inputs']>,
  world: Runtime,
): Promise<ActionOutcome<Io['outputs']>> {
  const github = world.github(inputs.token)
  // The upstream repository has no policy.
  if (inputs.mode === 'revert-upstream') {
    const bump = inputs['bump-token'] === '' ? undefined : world.github(inputs['bump-token'])
    return openUpstreamRevert({ github, bump, world, issue: inputs.issue, gateBot: inputs['gate-bot'] })
  }

  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  // The step that makes this token may have failed: blocking the version does not wait for that.
  const upstream = inputs['upstream-token'] === '' ? github : world.github(inputs['upstream-token'])
  const git = { policy, github, upstream, world, wait: inputs.wait ?? 0 }
  const order = givenRequest(inputs.request, world.run)
  switch (inputs.mode) {
    case 'cluster':
    case 'staging-trial': {
      const cluster = policy.clusters.find((one) => one.name === inputs.cluster)
      if (!cluster) throw unknownCluster(inputs.cluster, policy.clusters)
      const { token, needs: jobs } = inputs
      const { kubeconfig } = inputs
      const context = { policy, github, token, jobs, workspace, world, cluster, kubeconfig, order }
      return inputs.mode === 'staging-trial' ? rollBackTrial(context) : rollBackCluster(context)
    }
    case 'revert':
      return rollBackGit(git, order)
    case 'start': {
      const { target, reason, workflow, 'dry-run': onlyShow } = inputs
      const runs = world.github(inputs['actions-token'])
      return startRollback({ ...git, runs, workflow, cluster: inputs.cluster, target, reason, onlyShow })
    }
    case 'reconcile':
      return reconcileRollback({ ...git, runs: world.github(inputs['actions-token']) })
  }
}

const unknownCluster = (name: string, clusters: { name: string }[]): UserError =>
  new UserError('input-invalid', `The policy has no cluster "${name}".`, {
    fix: `Pass one of these as "cluster": ${clusters.map((cluster) => cluster.name).join(', ')}.`,
  })
