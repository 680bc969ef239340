import type { Outcome } from '../../shared/action/action.js'
import { UserError } from '../../shared/action/errors.js'
import { addInput, type Values } from '../../shared/action/inputs.js'
import { workspaceAt, workspacePolicy } from '../../shared/action/workspace.js'
import type { World } from '../../shared/action/world.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import { adopt } from './adopt.js'
import { approve } from './approve.js'
import { deploy } from './deploy.js'
import { askByDryRun } from './dry-run.js'
import type { Io } from './io.js'
import { makeWay } from './make-way.js'
import { plan } from './plan.js'
import { isPreview, preview } from './preview.js'
import { renderProposed } from './proposed.js'
import { record } from './record.js'
import { retest } from './retest.js'
import { stage } from './stage.js'
import { planStaging } from './stage-plan.js'
import { recordStage } from './stage-record.js'
import { tellUngated } from './ungated.js'

/**
 * One step of a deploy; each mode has its story in a file of its own. The policy is the checked out commit's.
 *
 * @throws UserError whatever a person has to mend first; nothing was deployed then.
 */
export async function helmDeploy(inputs: Values<Io['inputs']>, world: World): Promise<Outcome<Io['outputs']>> {
  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  const github = world.github(inputs.token)
  const context = { policy, workspace, github, world }
  const target = kubernetesVersion(inputs['kubernetes-version'])
  const upstream = inputs['upstream-token'] === '' ? github : world.github(inputs['upstream-token'])
  const commit = commitNamed(inputs.commit)
  switch (inputs.mode) {
    case 'plan':
      if (commit !== undefined) return renderProposed({ ...context, token: inputs.token, target }, commit)
      if (isPreview(world.run)) return preview({ ...context, token: inputs.token, target })
      return plan({ ...context, upstream, token: inputs.token, target })
    case 'ungated':
      return tellUngated({ ...context, upstream })
    case 'retest':
      return retest({ ...context, upstream })
    case 'deploy':
      return deploy({
        ...{ ...context, ...ofCluster(inputs, policy), tier: inputs.tier },
        plan: needed(inputs.plan, 'plan', 'deploy'),
      })
    case 'approve':
      return approve({ ...context, cluster: clusterNamed(policy, needed(inputs.cluster, 'cluster', 'approve')) })
    case 'adopt':
      return adopt({ ...context, ...ofCluster(inputs, policy), plan: needed(inputs.plan, 'plan', 'adopt') })
    case 'dry-run':
      return askByDryRun({
        ...{ ...context, ...ofCluster(inputs, policy), target, token: inputs.token, commit },
        upgradeTo: inputs['upgrade-to'],
      })
    case 'stage-plan': {
      const { 'pull-request': pull, head, digest } = inputs
      return planStaging({ ...context, pull, head, digest, token: inputs.token })
    }
    case 'stage': {
      const { token, workflow } = inputs
      return stage({
        ...{ ...context, ...ofCluster(inputs, policy), token, workflow },
        plan: needed(inputs.plan, 'plan', 'stage'),
      })
    }
    case 'stage-record': {
      const cluster = clusterNamed(policy, needed(inputs.cluster, 'cluster', 'stage-record'))
      const starter = world.github(needed(inputs['actions-token'], 'actions-token', 'stage-record'))
      return recordStage({ ...context, cluster, plan: inputs.plan, jobs: inputs.jobs, starter })
    }
    case 'make-way':
      return makeWay(context)
    case 'record': {
      const cluster = clusterNamed(policy, needed(inputs.cluster, 'cluster', 'record'))
      const { result, 'smoke-result': smokeResult, jobs, tier } = inputs
      return record({ ...context, cluster, result, smokeResult, jobs, tier: tier || undefined })
    }
  }
}

function kubernetesVersion(text: string): string | undefined {
  if (text === '' || /^v?1\.\d+(\.\d+)?$/.test(text)) return text || undefined
  throw new UserError('input-invalid', `Input "kubernetes-version" is ${JSON.stringify(text)}.`, {
    fix: 'Write it as "1.35", or leave it out.',
  })
}

function commitNamed(text: string): string | undefined {
  if (text === '' || /^[0-9a-f]{40}$/.test(text)) return text || undefined
  throw new UserError('input-invalid', `Input "commit" is ${JSON.stringify(text)}.`, {
    fix: 'Give all 40 digits of the commit, or leave it out.',
  })
}

function ofCluster(inputs: Values<Io['inputs']>, policy: Policy): { cluster: Cluster; kubeconfig: string } {
  return {
    cluster: clusterNamed(policy, needed(inputs.cluster, 'cluster', inputs.mode)),
    kubeconfig: needed(inputs.kubeconfig, 'kubeconfig', inputs.mode),
  }
}

function clusterNamed(policy: Policy, name: string): Cluster {
  const cluster = policy.clusters.find((candidate) => candidate.name === name)
  if (cluster) return cluster
  const known = policy.clusters.map((candidate) => candidate.name).join(', ')
  throw new UserError('input-invalid', `The policy has no cluster "${name}".`, {
    fix: `Pass one of these as "cluster": ${known}.`,
  })
}

function needed(value: string, name: string, mode: string): string {
  if (value.trim() !== '') return value
  const secret = mode === 'dry-run' ? 'DRY_RUN_KUBECONFIG' : 'KUBECONFIG'
  const why =
    name === 'kubeconfig' ? ` (is the job's environment the cluster's, and does it have the secret ${secret}?)` : ''
  throw new UserError('input-invalid', `Input "${name}" is missing: mode "${mode}" needs it${why}.`, {
    fix: addInput(name),
  })
}
