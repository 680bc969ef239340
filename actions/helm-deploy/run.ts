import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { UserError } from '../../shared/foundation/errors.js'
import { workspaceAt } from '../../shared/foundation/workspace.js'
import type { Cluster, Policy } from '../../shared/policy/policy.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { workspacePolicy } from '../../shared/runtime/workspace-policy.js'
import { adoptCluster } from './adopt/adopt.js'
import { approveAdoption } from './adopt/approve-adoption.js'
import { reportUnreviewed } from './commits/unreviewed-commits.js'
import { dryRunCluster } from './dry-run/dry-run.js'
import type { Io } from './io.js'
import { planDeploy } from './plan/plan.js'
import { isPreview, previewPlan } from './plan/preview.js'
import { renderPullRequest } from './plan/render-pull-request.js'
import { retryDeploy } from './reconcile/reconcile.js'
import { recordDeploy } from './record/record.js'
import { deployCluster } from './release/deploy.js'
import { planStagingTrial } from './staging-trial/plan-staging-trial.js'
import { preemptStagingTrial } from './staging-trial/preempt-staging-trial.js'
import { recordStagingTrial } from './staging-trial/record-staging-trial.js'
import { runStagingTrial } from './staging-trial/staging-trial.js'

/**
 * One step of a deploy; each mode has its main flow in a file of its own. The policy is the checked out commit's.
 *
 * @throws UserError what a person has to fix first; nothing was deployed then.
 */
export async function helmDeploy(
  inputs: InputValues<Io['inputs']>,
  world: Runtime,
): Promise<ActionOutcome<Io['outputs']>> {
  const workspace = workspaceAt(world.run.workspace)
  const policy = await workspacePolicy(workspace)
  const github = world.github(inputs.token)
  const context = { policy, workspace, github, world }
  const target = kubernetesVersion(inputs['kubernetes-version'])
  const upstream = inputs['upstream-token'] === '' ? github : world.github(inputs['upstream-token'])
  const commit = commitNamed(inputs.commit)
  switch (inputs.mode) {
    case 'plan':
      if (commit !== undefined) return renderPullRequest({ ...context, token: inputs.token, target }, commit)
      if (isPreview(world.run)) return previewPlan({ ...context, token: inputs.token, target })
      return planDeploy({ ...context, upstream, token: inputs.token, target })
    case 'report-unreviewed':
      return reportUnreviewed({ ...context, upstream })
    case 'reconcile':
      return retryDeploy({ ...context, upstream })
    case 'deploy':
      return deployCluster({
        ...{ ...context, ...ofCluster(inputs, policy), tier: inputs.tier },
        plan: inputs.plan,
      })
    case 'approve-adoption':
      return approveAdoption({
        ...context,
        cluster: clusterNamed(policy, inputs.cluster),
      })
    case 'adopt':
      return adoptCluster({ ...context, ...ofCluster(inputs, policy), plan: inputs.plan })
    case 'dry-run':
      return dryRunCluster({
        ...{ ...context, ...ofCluster(inputs, policy), target, token: inputs.token, commit },
        upgradeTo: inputs['upgrade-to'],
      })
    case 'plan-staging-trial': {
      const { 'pull-request': pull, head, 'change-digest': digest } = inputs
      return planStagingTrial({ ...context, pull, head, digest, token: inputs.token })
    }
    case 'staging-trial': {
      const { token, workflow } = inputs
      return runStagingTrial({
        ...{ ...context, ...ofCluster(inputs, policy), token, workflow },
        plan: inputs.plan,
      })
    }
    case 'record-staging-trial': {
      const cluster = clusterNamed(policy, inputs.cluster)
      const starter = world.github(inputs['actions-token'])
      return recordStagingTrial({ ...context, cluster, plan: inputs.plan, jobs: inputs.needs, starter })
    }
    case 'preempt-staging-trial':
      return preemptStagingTrial(context)
    case 'record': {
      const cluster = clusterNamed(policy, inputs.cluster)
      const { 'deploy-result': result, 'smoke-result': smokeResult, needs: jobs, tier } = inputs
      return recordDeploy({ ...context, cluster, result, smokeResult, jobs, tier: tier || undefined })
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
    fix: 'Pass all 40 digits of the commit, or leave it out.',
  })
}

function ofCluster(inputs: InputValues<Io['inputs']>, policy: Policy): { cluster: Cluster; kubeconfig: string } {
  return {
    cluster: clusterNamed(policy, inputs.cluster),
    kubeconfig: inputs.kubeconfig,
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
