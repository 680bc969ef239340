import { inputChanges } from '../../../shared/bump/revert.js'
import { onDuty } from '../../../shared/duty/on-duty.js'
import { UserError } from '../../../shared/foundation/errors.js'
import { type Branch, defaultBranch } from '../../../shared/github/branches.js'
import { repoRef } from '../../../shared/github/client.js'
import { type GitObjects, gitObjects } from '../../../shared/github/git-objects.js'
import { endingsOn, verifiedCommits } from '../../../shared/records/deployments.js'
import type { TargetCandidate } from '../cluster/select-target.js'
import { badVersions, readCarried } from '../revert/bad-versions.js'
import { neededClusters } from '../revert/git-facts.js'
import type { BadVersion, GitContext, PullInfo } from '../revert/git-types.js'
import { pullsBetween } from '../revert/pulls-between.js'

/** So many verified commits are offered. */
const offered = 10

/** What the clusters can be rolled back to, before it is checked who asks. */
export interface Situation {
  main: Branch
  /** Newest first. */
  candidates: TargetCandidate[]
  /** Whether every cluster to roll back has main's release inputs, as far as the records tell. */
  settled: boolean
}

/** @param clusters those to roll back */
export async function readSituation(context: GitContext, clusters: string[]): Promise<Situation> {
  const { policy, github, world } = context
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  const main = await defaultBranch(github, world.run.repository)
  const needed = neededClusters(policy).filter((name) => clusters.includes(name))
  const commits = await verifiedCommits(place, needed.length > 0 ? needed : clusters, offered)
  const objects = gitObjects(github, world.run.repository)
  const candidates = await Promise.all(commits.map((commit) => candidate(context, objects, main, commit)))
  const ofMain = new Set(candidates.filter(({ isMain }) => isMain).map(({ commit }) => commit))
  const newest = await Promise.all(clusters.map((name) => endingsOn(place, name, 1)))
  const settled = newest.every(([last]) => last?.success === true && ofMain.has(last.record.commit))
  return { main, candidates, settled }
}

async function candidate(
  { policy, github, world }: GitContext,
  objects: GitObjects,
  main: Branch,
  commit: string,
): Promise<TargetCandidate> {
  const repo = world.run.repository
  const [changes, { data }] = await Promise.all([
    inputChanges(objects, policy, commit, main.tip),
    github.rest.repos.getCommit({ ...repoRef(repo), ref: commit }),
  ])
  return { commit, title: titleOf(data.commit.message), isMain: changes?.length === 0 }
}

/** A merge's first line only names its branch: the pull request's title follows. */
function titleOf(message: string): string {
  const [first = '', second] = message.split('\n').filter((line) => line.trim() !== '')
  const number = /^Merge pull request (#\d+)/.exec(first)?.[1]
  return number && second ? `${second} ${number}` : first
}

/** What a revert of main would change. */
export interface RollbackPlan {
  bad: BadVersion[]
  pulls: PullInfo[]
  /** Release inputs that change, and their difference as text, as far as GitHub gives it. */
  files: { path: string; diff: string | undefined }[]
}

export async function readRollbackPlan(context: GitContext, main: Branch, to: string): Promise<RollbackPlan> {
  const { policy, github, world } = context
  const repo = world.run.repository
  const changes = await inputChanges(gitObjects(github, repo), policy, main.tip, to)
  if (!changes) {
    throw new UserError('revert-conflict', 'The repository has more files than GitHub lists at once.', {
      fix: `Roll back by hand: helm rollback on each cluster, and git restore --source ${to} on main.`,
    })
  }
  const [bad, pulls, { data }] = await Promise.all([
    badVersions(context, to, main.tip),
    pullsBetween(context, to, main.tip),
    github.rest.repos.compareCommitsWithBasehead({ ...repoRef(repo), basehead: `${to}...${main.tip}` }),
  ])
  const diffs = new Map((data.files ?? []).map(({ filename, patch }) => [filename, patch]))
  return { bad, pulls, files: changes.map(({ path }) => ({ path, diff: diffs.get(path) })) }
}

/** Who merged upstream what would be rolled back; nobody for a component whose upstream does not answer. */
export async function readDuty(context: GitContext, bad: BadVersion[]): Promise<string[]> {
  const lists = bad.map(async (version) => {
    try {
      return onDuty((await readCarried(context, version)).merges)
    } catch {
      return []
    }
  })
  return [...new Set((await Promise.all(lists)).flat())]
}
