import { UserError } from '../../shared/action/errors.js'
import type { World } from '../../shared/action/world.js'
import { commitIn } from '../../shared/bump/component-commit.js'
import { readBumpFiles } from '../../shared/bump/files.js'
import { inputChanges } from '../../shared/bump/revert.js'
import { versionOf } from '../../shared/bump/targets.js'
import { type Merge, mergesOf } from '../../shared/duty/merges.js'
import { type Branch, defaultBranch } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { compare, contains, firstParents } from '../../shared/github/compare.js'
import { readFiles } from '../../shared/github/files.js'
import type { TreeChange } from '../../shared/github/trees.js'
import type { Component, Policy } from '../../shared/policy/policy.js'
import { type Ending, endingsOf, verifiedCommits } from '../../shared/records/deployments.js'
import { causeToGoBack } from '../../shared/records/going-back.js'
import type { PathFacts } from './decide.js'
import { onlyVersions } from './only-versions.js'
import type { Order } from './order.js'
import { undoCommand } from './undo.js'

export interface GitContext {
  policy: Policy
  /** The gate App on this repository, and on the upstream ones. */
  github: GitHub
  upstream: GitHub
  world: World
  /** How long the gate's check is waited for, in milliseconds. */
  wait: number
}

/** A component whose version goes back. */
export interface BadVersion {
  component: Component
  from: string
  to: string
  /**
   * The upstream commit of the bad version, as much of it as the version names: 7 to 40 hex digits. Undefined where a tag
   * names it and upstream does not say which.
   */
  commit: string | undefined
}

/** A change upstream, and the git command that takes it back. */
export interface CarriedMerge extends Merge {
  undo: string
}

/** What a bad version brought. */
export interface Carried {
  merges: CarriedMerge[]
  /** How many more there are. */
  more: number
}

export interface PullInfo {
  number: number
  url: string
  title: string
  assignees: string[]
  /** ISO 8601 */
  mergedAt: string
}

/** What failed, or what somebody asked to go back from, and what was verified before. */
export interface Failure {
  /** `<run id>/<attempt>` of the deploy, or of the dispatch, and its address. */
  run: string
  url: string
  /** In one sentence, with the cluster: strangers' text. */
  cause: string
  /** The deploy repo's commits: the last one verified everywhere, and the one that failed. */
  verified: string
  failed: string
  bad: BadVersion[]
  /** The pull requests between them. */
  pulls: PullInfo[]
  /** Clusters that could not go back, because going back cannot be undone: main stays with them. */
  irreversible: string[]
}

/** A deploy, by its run's `<run id>/<attempt>` and its commit. */
export interface Deploy {
  run: string
  commit: string
}

/**
 * Asks this repository alone, so that no trouble upstream keeps the hold away. Undefined where nothing that failed asks for
 * going back.
 *
 * @throws UserError `not-adopted` where nothing was verified.
 */
export async function readFailure(context: GitContext, { run, commit }: Deploy): Promise<Failure | undefined> {
  const { policy, github, world } = context
  const { repository: repo } = world.run
  const place = { github, repo, gateApp: policy.apps.gate }
  const optional = policy.clusters.filter((cluster) => cluster.optional).map(({ name }) => name)
  const endings = await endingsOf(place, commit, run)
  const cause = causeToGoBack(endings, optional)
  if (!cause) return undefined

  const verified = await lastBefore(context, commit)
  if (verified === undefined) {
    throw new UserError('not-adopted', 'No commit is verified on every cluster, so there is nothing to go back to.', {
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
  const verified = await verifiedCommits({ github, repo, gateApp: policy.apps.gate }, neededClusters(policy))
  for (const one of verified) if (one !== commit && (await contains(github, repo, commit, one))) return one
  return verified[0]
}

/** The same for what somebody asked for by hand. */
export async function readOrdered(context: GitContext, { run, by, reason, to, from }: Order): Promise<Failure> {
  const { policy, github, world } = context
  const place = { github, repo: world.run.repository, gateApp: policy.apps.gate }
  const irreversible = stayed(await endingsOf(place, from, run), neededClusters(policy))
  return failureOf(context, { run, cause: `taken back by ${by}: ${reason}`, verified: to, failed: from, irreversible })
}

async function failureOf(context: GitContext, what: Omit<Failure, 'url' | 'bad' | 'pulls'>): Promise<Failure> {
  const { github, world } = context
  const { repository: repo, serverUrl } = world.run
  return {
    ...what,
    url: `${serverUrl}/${repo}/actions/runs/${what.run.split('/')[0]}`,
    bad: await badVersions(context, what.verified, what.failed),
    pulls: await pullsBetween(github, repo, what.verified, what.failed),
  }
}

/** @param endings newest first: a cluster that went back in a later attempt did not stay. */
const stayed = (endings: Ending[], needed: string[]): string[] =>
  needed.filter((name) => endings.find(({ record }) => record.cluster === name)?.record.reason === 'irreversible')

/** The clusters that a commit has to be verified on. */
export const neededClusters = (policy: Policy): string[] =>
  policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)

/** The components whose versions differ between two commits of the deploy repo. */
export async function badVersions(
  { policy, github, upstream, world }: GitContext,
  verified: string,
  failed: string,
): Promise<BadVersion[]> {
  const versionAt = async (component: Component, commit: string): Promise<string | undefined> => {
    const read = (paths: string[]) => readFiles(github, world.run.repository, paths, commit)
    const files = await readBumpFiles(component, read).catch(missingFile)
    return files && versionOf(component.targets[0], component, files)
  }
  const bad: BadVersion[] = []
  for (const component of policy.components) {
    const [to, from] = await Promise.all([versionAt(component, verified), versionAt(component, failed)])
    if (from === undefined || to === undefined || from === to) continue
    // Whatever upstream answers: the hold comes first.
    const commit = await commitIn(upstream, component, from).catch(() => undefined)
    bad.push({ component, from, to, commit })
  }
  return bad
}

/** A target's file may not have been there yet. */
function missingFile(error: unknown): undefined {
  if (!(error instanceof UserError) || error.reason !== 'target-missing') throw error
}

/** @throws GitHub's error where the upstream repository cannot be read. */
export async function readCarried({ upstream }: GitContext, { component, from, to }: BadVersion): Promise<Carried> {
  const base = await commitIn(upstream, component, to)
  const range = await compare(upstream, component.upstream, base, await commitIn(upstream, component, from))
  const line = firstParents(range.commits, range.commits.at(-1)?.sha ?? range.base)
  const { merges, more } = await mergesOf(upstream, component, line)
  const undone = merges.map(async (merge) => ({
    ...merge,
    undo: await undoCommand(upstream, component.upstream, merge),
  }))
  return { merges: await Promise.all(undone), more }
}

/** The merged pull requests on the first-parent line between two commits, oldest first. */
export async function pullsBetween(github: GitHub, repo: string, before: string, after: string): Promise<PullInfo[]> {
  if (before === after) return []
  const { commits } = await compare(github, repo, before, after)
  const pulls: PullInfo[] = []
  for (const { sha } of firstParents(commits, after).slice(0, 30).toReversed()) {
    const { data } = await github.rest.repos.listPullRequestsAssociatedWithCommit({ ...repoRef(repo), commit_sha: sha })
    const pull = data.find((one) => one.merge_commit_sha === sha)
    if (!pull) continue
    const assignees = (pull.assignees ?? []).map(({ login }) => login)
    const { number, html_url: url, title, merged_at: mergedAt } = pull
    pulls.push({ number, url, title, assignees, mergedAt: mergedAt ?? '' })
  }
  return pulls
}

/** What has to change on main so that its release inputs are the verified ones. */
export interface Wanted {
  main: Branch
  /** `base` is what is verified, `head` what main has. */
  changes: TreeChange[]
  paths: PathFacts[]
  /** Pull requests that were merged after what failed, and that go back with it. */
  later: PullInfo[]
}

export async function readWanted(context: GitContext, { verified, failed }: Failure): Promise<Wanted> {
  const { policy, github, world } = context
  const repo = world.run.repository
  const main = await defaultBranch(github, repo)
  const [changes, since] = await Promise.all([
    inputChanges(github, repo, policy, verified, main.tip),
    inputChanges(github, repo, policy, failed, main.tip),
  ])
  if (!changes || !since) {
    throw new UserError('revert-conflict', 'The repository has more files than GitHub lists at once.', {
      fix: `Revert by hand: git restore --source ${verified} with the paths of charts and values.`,
    })
  }
  const later = new Map(since.map((change) => [change.path, change]))
  const read = (commit: string) => (files: string[]) => readFiles(github, repo, files, commit)
  const name = (entry: TreeChange['head']): string | undefined => entry && `${entry.mode} ${entry.sha}`
  const paths = await Promise.all(
    changes.map(async ({ path, base, head }): Promise<PathFacts> => {
      const moved = later.get(path)
      return {
        path,
        verified: name(base),
        failed: name(moved ? moved.base : head),
        main: name(head),
        onlyVersions: moved !== undefined && (await onlyVersions(policy, path, read(verified), read(main.tip))),
      }
    }),
  )
  return { main, changes, paths, later: await pullsBetween(github, repo, failed, main.tip) }
}
