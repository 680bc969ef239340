import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import type { Values } from '../../shared/action/inputs.js'
import { workspaceAt, workspacePolicy } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import { rollBackCluster } from './cluster.js'
import { rollBackGit } from './git.js'
import type { Io } from './io.js'

/**
 * After a failed deploy: the clusters first, each by a job that holds only its key, then git and upstream by one job that
 * holds only the gate App's. Both read from the deployment records what failed, so no loose text decides.
 *
 * Safe to run again at any time: it looks at what is there and does only what is missing.
 *
 * @throws UserError where it must not be tried; nothing was changed then.
 */
export async function rollback(inputs: Values<Io['inputs']>, world: World): Promise<Outcome<Io['outputs']>> {
  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  const github = world.github(inputs.token)
  if (inputs.part === 'clusters') {
    const cluster = policy.clusters.find(({ name }) => name === needed(inputs.cluster, 'cluster', inputs.part))
    if (!cluster) throw unknownCluster(inputs.cluster, policy.clusters)
    return rollBackCluster({
      policy,
      github,
      token: inputs.token,
      jobs: inputs.jobs,
      workspace,
      world,
      cluster,
      kubeconfig: needed(inputs.kubeconfig, 'kubeconfig', inputs.part),
    })
  }
  // The step that makes this token may have failed: the hold does not wait for that.
  const upstream = inputs['upstream-token'] === '' ? github : world.github(inputs['upstream-token'])
  return rollBackGit({ policy, github, upstream, world, wait: inputs.wait ?? 0 })
}

function needed(value: string, name: string, part: string): string {
  if (value.trim() !== '') return value
  throw new UserError('input-invalid', `Input "${name}" is missing: part "${part}" needs it.`, {
    fix: `Add "${name}:" under "with:" of this step.`,
  })
}

const unknownCluster = (name: string, clusters: { name: string }[]): UserError =>
  new UserError('input-invalid', `The policy has no cluster "${name}".`, {
    fix: `Pass one of these as "cluster": ${clusters.map((cluster) => cluster.name).join(', ')}.`,
  })
