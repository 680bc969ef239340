import { type Blocker, forbiddingBlockers, readBlockers } from '../../../shared/blocks/blockers.js'
import { inputChanges } from '../../../shared/bump/revert.js'
import { inParallel } from '../../../shared/foundation/in-parallel.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import type { GitHub } from '../../../shared/github/client.js'
import { compareCommits, firstParentLine } from '../../../shared/github/compare.js'
import { type GitObjects, gitObjects } from '../../../shared/github/git-objects.js'
import type { Cluster } from '../../../shared/policy/policy.js'
import { type DeploymentRecord, lastSuccesses } from '../../../shared/records/deployments.js'
import { componentVersions } from '../../../shared/releases/components.js'
import type { DeployRepoContext } from '../context.js'
import { type CommitRangeContext, collectRangeCommits, commitsAtATime } from './commit-facts.js'
import type { ClusterRange, CommitRangeFacts, RangeRelation } from './commit-range-types.js'
import { collectReverted } from './reverted-commits-facts.js'

export type { CommitRangeContext } from './commit-facts.js'

/** Asks GitHub everything that the range check needs to know; decides nothing. */
export async function collectCommitRange(context: CommitRangeContext): Promise<CommitRangeFacts> {
  const { policy, github, world } = context
  const repo = world.run.repository
  const branch = await defaultBranchName(github, repo)
  const known = new Map<string, Promise<RangeRelation>>()
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const records = await lastSuccesses(
    place,
    policy.clusters.map(({ name }) => name),
  )
  const clusters = await inParallel(policy.clusters, commitsAtATime, (cluster) =>
    clusterFacts(context, cluster, records.get(cluster.name), known),
  )

  const all = new Map(clusters.flatMap(({ relation }) => relation?.commits ?? []).map((commit) => [commit.sha, commit]))
  const objects = gitObjects(github, repo)
  const commits = await collectRangeCommits({ ...context, objects, branch }, [...all.values()])
  const undone = await collectReverted(objects, clusters, commits)
  return { head: world.run.sha, clusters, commits, undone, blockers: await blockersOf(context, objects, clusters) }
}

/** What forbids head. A tree whose inputs are the verified ones changes no cluster, so nothing can forbid it: a revert is always possible. */
async function blockersOf(
  context: CommitRangeContext,
  objects: GitObjects,
  clusters: ClusterRange[],
): Promise<Blocker[]> {
  const { policy, github, upstream, workspace, world } = context
  const all = await readBlockers(github, world.run.repository, policy)
  if (all.length === 0) return []
  const blockers = await forbiddingBlockers(all, await componentVersions(policy, workspace), policy, upstream)
  if (blockers.length === 0) return []
  const needed = clusters.filter(({ optional }) => !optional)
  for (const verified of new Set(needed.map(({ verified }) => verified))) {
    const left = verified && (await inputChanges(objects, policy, verified, world.run.sha))
    if (!left || left.length > 0) return blockers
  }
  return []
}

async function clusterFacts(
  { github, world }: DeployRepoContext,
  { name, wave, optional }: Cluster,
  record: DeploymentRecord | undefined,
  known: Map<string, Promise<RangeRelation>>,
): Promise<ClusterRange> {
  const { repository: repo, sha: head } = world.run
  if (!record) return { name, wave, optional, verified: undefined, relation: undefined }
  const asked = known.get(record.commit) ?? relate(github, repo, record.commit, head)
  known.set(record.commit, asked)
  return { name, wave, optional, verified: record.commit, relation: await asked }
}

/** How head lies to a verified commit, and the first parents between them, newest first. */
async function relate(github: GitHub, repo: string, verified: string, head: string): Promise<RangeRelation> {
  const { status, commits: all, total } = await compareCommits(github, repo, verified, head)
  const line = firstParentLine(all, head)
  const commits = line.map(({ sha, parents: [parent], author, authorName }) => ({
    ...{ sha, parent, author: author ?? authorName },
  }))
  const reached = line.length === 0 ? head : line.at(-1)?.parents[0]
  return { status, commits, complete: reached === verified, total, listed: all.length }
}
