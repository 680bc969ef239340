import { UserError } from '../../../shared/foundation/errors.js'
import { containsCommit } from '../../../shared/github/compare.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { type Ending, endingsOf, verifiedCommits } from '../../../shared/records/deployments.js'
import { rollbackCause } from '../../../shared/records/rollback-causes.js'
import type { RollbackRequest } from '../rollback-request.js'
import { badVersions } from './bad-versions.js'
import type { FailedDeploy, FailedRange, GitContext } from './git-types.js'
import { pullsBetween } from './pulls-between.js'

/**
 * Reads this repository alone, so that no trouble upstream delays blocking the version. Undefined where no failure calls for
 * a rollback.
 *
 * @throws UserError `not-adopted` where nothing was verified.
 */
export async function readFailure(
  context: GitContext,
  { run, commit }: FailedDeploy,
): Promise<FailedRange | undefined> {
  const { policy, github, world } = context
  const { repository: repo } = world.run
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const optional = policy.clusters.filter((cluster) => cluster.optional).map(({ name }) => name)
  const endings = await endingsOf(place, commit, run)
  const cause = rollbackCause(endings, optional)
  if (!cause) return undefined

  const verified = await lastBefore(context, commit)
  if (verified === undefined) {
    throw new UserError('not-adopted', 'No commit is verified on every cluster, so there is nothing to roll back to.', {
      fix: 'Fix it forward with a pull request, or adopt the clusters.',
    })
  }
  const { cluster } = cause.record
  const { description } = cause
  const what = description.startsWith(cluster) ? description : `${cluster}: ${description}`
  const irreversible = stayed(endings, neededClusters(policy))
  return failureOf(context, { run, cause: what, verified, failed: commit, irreversible })
}

/** What was verified on every cluster before a commit; what came after it may be verified by now. */
async function lastBefore({ policy, github, world }: GitContext, commit: string): Promise<string | undefined> {
  const repo = world.run.repository
  const verified = await verifiedCommits({ github, repo, gateBot: policy.apps.gate.bot }, neededClusters(policy))
  for (const one of verified) if (one !== commit && (await containsCommit(github, repo, commit, one))) return one
  return verified[0]
}

/** The same for what somebody asked for by hand. */
export async function readRequested(
  context: GitContext,
  { run, by, reason, to, from }: RollbackRequest,
): Promise<FailedRange> {
  const { policy, github, world } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const irreversible = stayed(await endingsOf(place, from, run), neededClusters(policy))
  return failureOf(context, { run, cause: `rolled back by ${by}: ${reason}`, verified: to, failed: from, irreversible })
}

async function failureOf(context: GitContext, what: Omit<FailedRange, 'url' | 'bad' | 'pulls'>): Promise<FailedRange> {
  const { world } = context
  const { repository: repo, serverUrl } = world.run
  return {
    ...what,
    url: `${serverUrl}/${repo}/actions/runs/${what.run.split('/')[0]}`,
    bad: await badVersions(context, what.verified, what.failed),
    pulls: await pullsBetween(context, what.verified, what.failed),
  }
}

/** @param endings newest first: a cluster that went back in a later attempt did not stay. */
const stayed = (endings: Ending[], needed: string[]): string[] =>
  needed.filter((name) => endings.find(({ record }) => record.cluster === name)?.record.reason === 'irreversible')

/** The clusters that a commit has to be verified on. */
export const neededClusters = (policy: Policy): string[] =>
  policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
