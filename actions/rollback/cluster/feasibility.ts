import { explainError } from '../../../shared/foundation/errors.js'
import type { Revision } from '../../../shared/helm/helm.js'
import type { VerifiedState } from '../../../shared/records/verified.js'
import type { ReleaseTarget } from '../../../shared/releases/release-targets.js'
import type { Resource } from '../../../shared/render/resources.js'
import { readComparison, revisionOf } from '../../../shared/rollback-safety/comparison.js'
import { irreversibleChanges, keptData } from '../../../shared/rollback-safety/irreversible.js'
import type { RollbackDecision } from './decide.js'
import { type ChartSource, type RebuiltChart, rebuildChart } from './rebuild-chart.js'

/** A decision that can be carried out. */
export type Feasibility = Exclude<RollbackDecision, { kind: 'roll-back' | 'redeploy' }> | RollbackTarget

/** `keep` is what Helm would delete although it holds data. */
export type RollbackTarget = { target: VerifiedState; latest: Revision; keep: Resource[] } & (
  | { kind: 'roll-back' }
  | { kind: 'redeploy'; made: RebuiltChart; history: Revision[] }
)

/**
 * Whether the rollback is possible: a revision that Helm lost is rebuilt from its commit, and the live state is compared with
 * the target. Changes nothing.
 *
 * @param history of the release, oldest first.
 * @param temp folder for files that may hold secrets.
 * @throws UserError where something that Helm would touch cannot be read: what is unknown is not safe.
 */
export async function decideFeasibility(
  source: ChartSource,
  site: ReleaseTarget,
  decision: RollbackDecision,
  history: Revision[],
  temp: string,
): Promise<Feasibility> {
  if (decision.kind !== 'roll-back' && decision.kind !== 'redeploy') return decision
  const { helm, cluster, name } = site
  const { target, latest } = decision
  const way =
    decision.kind === 'roll-back'
      ? decision
      : await rebuildChart(source, site, target, temp).then(
          (made) => ({ kind: 'redeploy' as const, target, latest, made, history }),
          (error: unknown) => cannotBeMade(decision, site, error),
        )
  if (way.kind === 'not-reversible') return way
  const destination =
    way.kind === 'redeploy'
      ? helm.render(name, way.made.chart, way.made.values).then((manifest) => ({ manifest, values: way.made.merged }))
      : revisionOf(site, target.revision)
  const facts = await readComparison(site, destination, history)
  const lost = irreversibleChanges(facts)
  if (lost.length === 0) return { ...way, keep: keptData(facts) }
  return {
    kind: 'not-reversible',
    reason: 'irreversible',
    message: `Lockstep does not roll ${cluster.name} back to revision ${target.revision} of ${name} automatically. ${lost.join(' ')}`,
    fix: 'Nothing was changed. Fix it forward with a pull request, or restore a backup and roll back by hand (helm rollback). The version stays blocked until an operator closes its issue.',
  }
}

function cannotBeMade(
  { why, target }: Extract<RollbackDecision, { kind: 'redeploy' }>,
  { release, name, namespace }: ReleaseTarget,
  error: unknown,
): Extract<RollbackDecision, { kind: 'not-reversible' }> {
  const { reason, message, fix } = explainError(error)
  if (reason === 'internal-error') throw error
  const short = target.commit.slice(0, 7)
  return {
    kind: 'not-reversible',
    reason: 'revision-not-found',
    message: `${why} It cannot be rebuilt from ${short}: ${message}`,
    fix: `${fix} Then run this job again. Or by hand: git checkout ${short}; helm dependency update ${release.chart}; helm upgrade ${name} ${release.chart} --namespace ${namespace} --wait, with each file of "values" in the policy as --values; then adopt the cluster again. A longer history (helm --history-max) avoids this.`,
  }
}
