import type { Runtime } from '../../../shared/action/runtime.js'
import { UserError } from '../../../shared/foundation/errors.js'
import type { Workspace } from '../../../shared/foundation/workspace.js'
import { filesAt } from '../../../shared/git/commit-files.js'
import { clusterValues, type HelmValues } from '../../../shared/policy/cluster-values.js'
import { namespaceOf, releaseName } from '../../../shared/policy/releases.js'
import type { VerifiedState } from '../../../shared/records/verified.js'
import { type PreparedChart, prepareChart } from '../../../shared/releases/prepare-chart.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import { workspacePolicy } from '../../../shared/runtime/workspace-policy.js'

export interface ChartSource {
  world: Runtime
  /** The checkout of this run. */
  workspace: Workspace
  /** Reads this repository. */
  token: string
}

export interface RebuiltChart extends PreparedChart {
  /** Merged over the chart's own. */
  merged: HelmValues
  /** For the upgrade, in milliseconds. */
  timeout: number
}

/**
 * What was verified, made once more from the commit that it was made from: by that commit's own policy, and proven to be the
 * same by its digest.
 *
 * @param temp folder for files that may hold secrets.
 * @throws UserError where it cannot be made, or is not the same: then nothing of it may be deployed.
 */
export async function rebuildChart(
  { world, workspace, token }: ChartSource,
  { cluster }: Pick<ReleaseTarget, 'cluster'>,
  target: VerifiedState,
  temp: string,
): Promise<RebuiltChart> {
  const { commit, release: name, namespace } = target
  const files = await filesAt({ exec: world.exec, run: world.run, workspace, token }, commit, temp)
  const policy = await workspacePolicy(files)
  const release = policy.releases.find(
    (one) => releaseName(one, cluster) === name && namespaceOf(one, cluster) === namespace,
  )
  if (!release) {
    throw new UserError('policy-invalid', `The policy of ${commit.slice(0, 7)} has no release "${name}".`, {
      fix: 'Somebody changed the ConfigMap of the release. Inspect it, then adopt the cluster again.',
    })
  }
  const made = await prepareChart({ policy, workspace: files, world }, { release, cluster, name, namespace }, temp)
  if (made.inputDigest !== target.inputDigest) throw otherInputs(target, made)
  const { values: merged } = await clusterValues(release, cluster, files.read, await files.list())
  return { ...made, merged, timeout: release.timeout }
}

const otherInputs = ({ commit, inputDigest }: VerifiedState, made: PreparedChart): UserError =>
  new UserError(
    'digest-mismatch',
    `The inputs rebuilt from ${commit.slice(0, 7)} (sha256 ${made.inputDigest.slice(0, 12)}) are not the verified ones (${inputDigest.slice(0, 12)}).`,
    {
      fix: 'Something that the commit does not pin has changed: a dependency with a version range, or how a values file is decrypted. Undo that change.',
    },
  )
