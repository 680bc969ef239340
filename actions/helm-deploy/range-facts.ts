import type { Proof } from '../../shared/bump/proof.js'
import { provePure } from '../../shared/bump/prove.js'
import { inputChanges, type PureRevert } from '../../shared/bump/revert.js'
import { appCheckRuns } from '../../shared/github/app-check-runs.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { compare, firstParentLine } from '../../shared/github/compare.js'
import { type MergedPull, mergedPulls } from '../../shared/github/merged-pull.js'
import { treeChanges } from '../../shared/github/trees.js'
import { componentVersions } from '../../shared/helm/components.js'
import { changeDigest } from '../../shared/infra/digest.js'
import { closed, readHolidays } from '../../shared/infra/window.js'
import { policyDigestAt } from '../../shared/policy/on-branch.js'
import type { Cluster } from '../../shared/policy/policy.js'
import { tiers } from '../../shared/policy/types.js'
import { acceptedBy } from '../../shared/records/accept-check.js'
import { lastSuccess, verifiedCommits } from '../../shared/records/deployments.js'
import { type GateCheck, gateCheckName, noDigest, parseExternalId } from '../../shared/records/gate-check.js'
import { type Blocker, forbidding, readBlockers } from './blockers.js'
import type { ClusterFacts, CommitFacts, GateFacts, RangeFacts, Relation } from './range-types.js'
import type { Context } from './target.js'
import { undoneOf } from './undone-facts.js'

export interface RangeContext extends Context {
  /** May read the upstream repositories. */
  upstream: GitHub
}

/** Asks GitHub everything that the range check needs to know; decides nothing. */
export async function collectRange(context: RangeContext): Promise<RangeFacts> {
  const { policy, github, world } = context
  const repo = world.run.repository
  const { data: repository } = await github.rest.repos.get({ ...repoRef(repo) })
  const clusters: ClusterFacts[] = []
  const known = new Map<string, Promise<Relation>>()
  for (const cluster of policy.clusters) clusters.push(await clusterFacts(context, cluster, known))

  const shas = [...new Set(clusters.flatMap(({ relation }) => relation?.commits.map(({ sha }) => sha) ?? []))]
  const all = new Map(clusters.flatMap(({ relation }) => relation?.commits ?? []).map((commit) => [commit.sha, commit]))
  const pullOf = mergedPulls({ github, clock: world.clock, repo, branch: repository.default_branch })
  const commits: CommitFacts[] = []
  for (const sha of shas) {
    const { parent, author } = all.get(sha) ?? {}
    const pull = await pullOf(sha)
    const {
      gate,
      digest,
      tier,
      policy: by,
      ...word
    } = pull ? await gateOf(github, repo, pull, policy.apps.gate.id) : {}
    const untimely = pull && tier && (await untimelyOf(context, { tier, ...word }, pull.at))
    // A commit that fails already needs no proof, which would ask the registry.
    const proof = parent !== undefined && gate === 'success' ? await prove(context, parent, sha) : undefined
    const reviewed = proof && !proof.pure && parent !== undefined && (await isChange(github, repo, parent, sha, digest))
    const otherPolicy =
      reviewed && by !== undefined && parent !== undefined && (await policyDigestAt(github, repo, parent)) !== by
    const accepted = pull ? undefined : await acceptedBy(github, repo, sha, policy.apps.gate.id)
    const found = {
      pull,
      gate,
      proof,
      tier,
      untimely,
      accepted,
      reviewed: reviewed === true,
      otherPolicy: otherPolicy === true,
    }
    commits.push({ sha, author: author ?? 'unknown', ...found })
  }
  const undone = await undoneOf(context, clusters, commits)
  return { head: world.run.sha, clusters, commits, undone, blockers: await blockersOf(context, clusters) }
}

/** A bump, or the way back: both are proven again on the merged tree. */
async function prove(
  { policy, github, upstream, world }: RangeContext,
  base: string,
  head: string,
): Promise<Proof | PureRevert> {
  const repo = world.run.repository
  const needed = policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
  const change = { policy, repo, base, head, github, upstream, http: world.http, clock: world.clock }
  return provePure(change, () => verifiedCommits({ github, repo, gateBot: policy.apps.gate.bot }, needed))
}

/** What forbids head. A tree whose inputs are the verified ones changes no cluster, so nothing can forbid it: the way back is open. */
async function blockersOf(context: RangeContext, clusters: ClusterFacts[]): Promise<Blocker[]> {
  const { policy, github, upstream, workspace, world } = context
  const all = await readBlockers(github, world.run.repository, policy)
  if (all.length === 0) return []
  const blockers = await forbidding(all, await componentVersions(policy, workspace), policy, upstream)
  if (blockers.length === 0) return []
  const needed = clusters.filter(({ optional }) => !optional)
  for (const verified of new Set(needed.map(({ verified }) => verified))) {
    const left = verified && (await inputChanges(github, world.run.repository, policy, verified, world.run.sha))
    if (!left || left.length > 0) return blockers
  }
  return []
}

async function clusterFacts(
  { policy, github, world }: Context,
  { name, role, optional }: Cluster,
  known: Map<string, Promise<Relation>>,
): Promise<ClusterFacts> {
  const { repository: repo, sha: head } = world.run
  const record = await lastSuccess({ github, repo, gateBot: policy.apps.gate.bot }, name)
  if (!record) return { name, role, optional, verified: undefined, relation: undefined }
  const asked = known.get(record.commit) ?? relate(github, repo, record.commit, head)
  known.set(record.commit, asked)
  return { name, role, optional, verified: record.commit, relation: await asked }
}

/** How head lies to a verified commit, and the first parents between them, newest first. */
async function relate(github: GitHub, repo: string, verified: string, head: string): Promise<Relation> {
  const { status, commits: all, total } = await compare(github, repo, verified, head)
  const line = firstParentLine(all, head)
  const commits = line.map(({ sha, parents: [parent], author, authorName }) => ({
    ...{ sha, parent, author: author ?? authorName },
  }))
  const reached = line.length === 0 ? head : line.at(-1)?.parents[0]
  return { status, commits, complete: reached === verified, total, listed: all.length }
}

/** Whether a commit changes exactly what the gate's digest is of. */
async function isChange(
  github: GitHub,
  repo: string,
  parent: string,
  sha: string,
  digest = noDigest,
): Promise<boolean> {
  if (digest === noDigest) return false
  const changes = await treeChanges(github, repo, parent, sha)
  return changes !== undefined && changeDigest(changes) === digest
}

/** What the gate said about the pull request's head. Only the gate App's own check counts, and only one for this pull request. */
async function gateOf(
  github: GitHub,
  repo: string,
  pull: MergedPull,
  gateApp: number,
): Promise<{ gate: GateFacts } & Partial<GateCheck>> {
  const ours = await appCheckRuns(github, { repo, commit: pull.head, name: gateCheckName, app: gateApp })
  const latest = ours.find((check) => parseExternalId(check.external_id)?.pr === pull.number)
  if (!latest) return { gate: ours.length > 0 ? 'another-pull-request' : 'missing' }
  if (latest.conclusion !== 'success') return { gate: 'not-success' }
  return { gate: 'success', ...parseExternalId(latest.external_id) }
}

/** A check that was green in its window stays green on GitHub when that closes, so the time of the merge is what counts. */
async function untimelyOf(
  { policy, workspace }: Context,
  { tier: level, until, breakGlass }: Pick<GateCheck, 'tier' | 'until' | 'breakGlass'>,
  at: string,
): Promise<string | undefined> {
  if (until && new Date(at) > until) return `it had all that it needs only until ${until.toISOString()}`
  const tier = breakGlass ? undefined : tiers.find((one) => one === level)
  if (!tier) return undefined
  const file = policy.windows[tier]?.holidays
  const text = file === undefined ? undefined : await workspace.read(file)
  return closed(policy, tier, new Date(at), text === undefined ? undefined : readHolidays(text))
}
