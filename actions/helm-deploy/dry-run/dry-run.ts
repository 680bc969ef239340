import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { readVersions } from '../../../shared/kube/health.js'
import { withKubeconfig } from '../../../shared/kube/kubeconfig.js'
import type { Cluster, Release } from '../../../shared/policy/policy.js'
import { releasesOn } from '../../../shared/policy/releases.js'
import { checkLock } from '../../../shared/releases/components.js'
import { objectList } from '../../../shared/render/object-list.js'
import { resourcesIn } from '../../../shared/render/resources.js'
import { inputsOf, renderSide, sideAt } from '../../../shared/render/side.js'
import { versionSkew } from '../../../shared/risk/version-skew.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { DeployRepoContext } from '../context.js'
import type { Io } from '../io.js'
import { withPullRequestTree } from '../plan/render-pull-request.js'
import { describeDeploy } from '../release/describe.js'
import { type DryRun, dryRun } from './server-dry-run.js'

interface Asked extends DeployRepoContext {
  cluster: Cluster
  kubeconfig: string
  target: string | undefined
  token: string
  /** Of a pull request; undefined for what is checked out. */
  commit: string | undefined
  /** The version that the change takes Kubernetes to; empty where it does not. */
  upgradeTo: string
}

/**
 * Asks one cluster whether it would accept the objects that this commit renders for it, and changes nothing. Encrypted values
 * are replaced by placeholders, as in a plan.
 *
 * @throws UserError if the chart cannot be rendered, or the cluster cannot be asked.
 */
export async function dryRunCluster(context: Asked): Promise<ActionOutcome<Io['outputs']>> {
  const { commit } = context
  return commit === undefined
    ? ask(context)
    : withPullRequestTree(context, commit, (workspace) => ask({ ...context, workspace }))
}

async function ask(context: Asked): Promise<ActionOutcome<Io['outputs']>> {
  const { policy, world, cluster, kubeconfig, upgradeTo } = context
  const answers = await withKubeconfig(kubeconfig, world.run.temp, async (path) => {
    const found: DryRun[] = []
    if (upgradeTo !== '') {
      found.push({ asked: 0, left: [], refused: versionSkew(upgradeTo, await readVersions(world.exec, path)) })
    }
    for (const { release, namespace } of releasesOn(policy, cluster)) {
      const { resources } = resourcesIn(await rendered(context, release), namespace)
      found.push(await dryRun(world.exec, path, namespace, [...resources.values()]))
    }
    return found
  })
  const answer = {
    asked: answers.reduce((sum, { asked }) => sum + asked, 0),
    left: [...new Set(answers.flatMap(({ left }) => left))],
    refused: answers.flatMap(({ refused }) => refused),
  }
  const message = inWords(cluster.name, answer)
  await world.summary(describeDeploy(world.run, cluster.name, message, answer.refused))
  world.log.info(message)
  const ok = answer.refused.length === 0
  return {
    finding: {
      ...{ decision: ok ? 'planned' : 'refused', reason: ok ? 'ok' : 'rejected-by-cluster', message },
      ...{ cluster: cluster.name, commit: context.commit ?? world.run.sha },
      evidence: [{ kind: 'api-dry-run', ok, text: message }],
    },
    outputs: {},
    ...(ok ? {} : { problem: [message, ...answer.refused].join('\n') }),
  }
}

async function rendered({ world, workspace, policy, cluster, target }: Asked, release: Release): Promise<Buffer> {
  const temp = await mkdtemp(join(world.run.temp, 'lockstep-dry-run-'))
  try {
    const side = await sideAt(world.exec, workspace, release, temp)
    await checkLock(policy, workspace, { release, chart: side.chart, http: world.http })
    const { values } = await inputsOf(side, cluster)
    return await renderSide(world.exec, side, cluster, values, objectList(), target)
  } finally {
    await rm(temp, { recursive: true, force: true })
  }
}

function inWords(cluster: string, { asked, left, refused }: DryRun): string {
  const rest = left.length === 0 ? '' : ` Not checked: ${left.join(', ')}.`
  if (refused.length === 0) return `${cluster} would accept all ${asked} checked objects.${rest}`
  return `${cluster} would reject the change: ${refused[0]}${rest}`
}
