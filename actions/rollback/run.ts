import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { addInput, type Values } from '../../shared/action/inputs.js'
import { workspaceAt, workspacePolicy } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import { beginByHand } from './begin.js'
import { rollBackCluster } from './cluster.js'
import { rollBackGit } from './git.js'
import type { Io } from './io.js'
import { givenOrder } from './order.js'
import { settle } from './settle.js'
import { rollBackStaged } from './staged.js'
import { openUpstreamRevert } from './upstream.js'

/**
 * After a failed deploy: the clusters first, each by a job that holds only its key, then git and upstream by one job that
 * holds only the gate App's. Both read from the deployment records what failed, so no loose text decides. By hand the same,
 * after a job that judges who asks for what.
 *
 * Safe to run again at any time: it looks at what is there and does only what is missing.
 *
 * @throws UserError where it must not be tried; nothing was changed then.
 */
export async function rollback(inputs: Values<Io['inputs']>, world: World): Promise<Outcome<Io['outputs']>> {
  const github = world.github(inputs.token)
  const need = (name: 'cluster' | 'kubeconfig' | 'runs-token' | 'issue' | 'gate-bot'): string =>
    needed(inputs[name], name, inputs.part)
  // The upstream repository has no policy.
  if (inputs.part === 'upstream') {
    const bump = inputs['bump-token'] === '' ? undefined : world.github(inputs['bump-token'])
    return openUpstreamRevert({ github, bump, world, issue: need('issue'), gateBot: need('gate-bot') })
  }

  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  // The step that makes this token may have failed: the hold does not wait for that.
  const upstream = inputs['upstream-token'] === '' ? github : world.github(inputs['upstream-token'])
  const git = { policy, github, upstream, world, wait: inputs.wait ?? 0 }
  const order = givenOrder(inputs.order, world.run)
  switch (inputs.part) {
    case 'clusters':
    case 'staged': {
      const name = need('cluster')
      const cluster = policy.clusters.find((one) => one.name === name)
      if (!cluster) throw unknownCluster(inputs.cluster, policy.clusters)
      const { token, jobs } = inputs
      const kubeconfig = need('kubeconfig')
      const context = { policy, github, token, jobs, workspace, world, cluster, kubeconfig, order }
      return inputs.part === 'staged' ? rollBackStaged(context) : rollBackCluster(context)
    }
    case 'git':
      return rollBackGit(git, order)
    case 'begin': {
      const { target, reason, workflow, 'only-show': onlyShow } = inputs
      const runs = world.github(need('runs-token'))
      return beginByHand({ ...git, runs, workflow, cluster: need('cluster'), target, reason, onlyShow })
    }
    case 'settle':
      return settle({ ...git, runs: world.github(need('runs-token')) })
  }
}

function needed(value: string, name: string, part: string): string {
  if (value.trim() !== '') return value
  throw new UserError('input-invalid', `Input "${name}" is missing: part "${part}" needs it.`, {
    fix: addInput(name),
  })
}

const unknownCluster = (name: string, clusters: { name: string }[]): UserError =>
  new UserError('input-invalid', `The policy has no cluster "${name}".`, {
    fix: `Pass one of these as "cluster": ${clusters.map((cluster) => cluster.name).join(', ')}.`,
  })
