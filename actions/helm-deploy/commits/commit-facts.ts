import { filesToCompare } from '../../../shared/bump/changed-component.js'
import { provePure } from '../../../shared/bump/prove.js'
import { upstreamMains } from '../../../shared/bump/upstream-mains.js'
import { inParallel } from '../../../shared/foundation/in-parallel.js'
import { policyFile } from '../../../shared/foundation/workspace.js'
import { appCheckRuns } from '../../../shared/github/app-check-runs.js'
import type { GitHub } from '../../../shared/github/client.js'
import type { GitObjects } from '../../../shared/github/git-objects.js'
import { type MergedPull, mergedPulls } from '../../../shared/github/merged-pull.js'
import { windowClosed } from '../../../shared/policy/deploy-windows.js'
import { readHolidays } from '../../../shared/policy/holidays.js'
import { policyDigest, policyDigestAt } from '../../../shared/policy/on-branch.js'
import { allTiers } from '../../../shared/policy/types.js'
import { approvedBy } from '../../../shared/records/commit-approval.js'
import { verifiedCommits } from '../../../shared/records/deployments.js'
import { type GateCheck, gateCheckName, noDigest, parseExternalId } from '../../../shared/records/gate-check.js'
import { changeDigest } from '../../../shared/risk/digest.js'
import type { DeployRepoContext } from '../context.js'
import type { GateConclusion, RangeCommit, RangeRelation } from './commit-range-types.js'

export interface CommitRangeContext extends DeployRepoContext {
  /** May read the upstream repositories. */
  upstream: GitHub
}

interface CommitContext extends CommitRangeContext {
  /** Of the deploy repo. */
  objects: GitObjects
  /** The default branch. */
  branch: string
}

type ListedCommit = RangeRelation['commits'][number]

/** So much is asked of GitHub at a time: beyond 100 requests at once it refuses. */
export const commitsAtATime = 8

/** A commit with what let it in, before it is looked at itself. */
interface Gated extends ListedCommit, Pick<RangeCommit, 'pull' | 'gate' | 'tier' | 'untimely'> {
  digest?: string
  /** The digest of the policy that it was judged by. */
  by?: string | undefined
}

/** The facts of each commit, in their order: what let it in, and whether it is still that now that it is merged. */
export async function collectRangeCommits(context: CommitContext, range: ListedCommit[]): Promise<RangeCommit[]> {
  const { policy, github, objects, branch, world } = context
  const repo = world.run.repository
  const pullOf = mergedPulls(
    { github, clock: world.clock, repo, branch },
    range.map(({ sha }) => sha),
  )
  const commits = await inParallel(range, commitsAtATime, async (commit): Promise<Gated> => {
    const pull = await pullOf(commit.sha)
    if (!pull) return { ...commit, pull, gate: undefined }
    const { gate, digest, tier, policy: by, ...word } = await gateOf(github, repo, pull, policy.apps.gate.id)
    const untimely = tier && (await untimelyOf(context, { tier, ...word }, pull.at))
    return { ...commit, pull, gate, tier, untimely, by, ...(digest === undefined ? {} : { digest }) }
  })
  await foresee(context, commits)

  let verified: Promise<string[]> | undefined
  const needed = policy.clusters.filter(({ optional }) => !optional).map(({ name }) => name)
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const askVerified = () => (verified ??= verifiedCommits(place, needed))
  const mains = upstreamMains(context.upstream)
  // The oldest first: what upstream's branch has since then is all of the others.
  const facts = await inParallel(commits.toReversed(), commitsAtATime, async (commit): Promise<RangeCommit> => {
    const { sha, author, parent, pull, gate, tier, untimely, digest, by } = commit
    const change = toProve(context, commit)
    const proof = change && (await provePure({ ...change, mains }, askVerified))
    const reviewed = change && proof?.pure === false && (await isChange(objects, change, digest))
    const otherPolicy = reviewed && by !== undefined && parent !== undefined && (await policyAt(context, parent)) !== by
    const accepted = pull ? undefined : await approvedBy(github, repo, sha, policy.apps.gate.id)
    const found = { reviewed: reviewed === true, otherPolicy: otherPolicy === true }
    return { ...{ sha, author, pull, gate, proof, tier, untimely, accepted }, ...found }
  })
  return facts.toReversed()
}

/** A bump or a revert: both are proven again on the merged tree. A commit that fails already needs no proof, which would ask the registry. */
function toProve({ policy, objects, upstream, world }: CommitContext, { sha: head, parent: base, gate }: Gated) {
  if (base === undefined || gate !== 'success') return undefined
  return { policy, base, head, objects, upstream, http: world.http, clock: world.clock }
}

/** The files that the proofs will ask for, of all commits at once. */
async function foresee(context: CommitContext, commits: Gated[]): Promise<void> {
  const { policy, objects } = context
  const files = await inParallel(commits, commitsAtATime, async (commit) => {
    const change = toProve(context, commit)
    return change ? filesToCompare(objects, policy, change.base, change.head) : []
  })
  await objects.foresee(files.flat())
}

/** Whether a commit changes exactly what the gate's digest is of. */
async function isChange(
  objects: GitObjects,
  { base, head }: { base: string; head: string },
  digest = noDigest,
): Promise<boolean> {
  if (digest === noDigest) return false
  const changes = await objects.changes(base, head)
  return changes !== undefined && changeDigest(changes) === digest
}

/** Which policy the deploy repo had at a commit, see `policyDigestAt`; most commits have the same. */
async function policyAt({ objects, github, world }: CommitContext, commit: string): Promise<string | undefined> {
  const [entry] = (await objects.entries(commit, [policyFile])) ?? []
  // What is no plain file, GitHub itself has to follow.
  if (!entry?.mode.startsWith('100')) return policyDigestAt(github, world.run.repository, commit)
  return policyDigest(await objects.text(entry, policyFile))
}

/** What the gate said about the pull request's head. Only the gate App's own check counts, and only one for this pull request. */
async function gateOf(
  github: GitHub,
  repo: string,
  pull: MergedPull,
  gateApp: number,
): Promise<{ gate: GateConclusion } & Partial<GateCheck>> {
  const ours = await appCheckRuns(github, { repo, commit: pull.head, name: gateCheckName, app: gateApp })
  const latest = ours.find((check) => parseExternalId(check.external_id)?.pr === pull.number)
  if (!latest) return { gate: ours.length > 0 ? 'another-pull-request' : 'missing' }
  if (latest.conclusion !== 'success') return { gate: 'not-success' }
  return { gate: 'success', ...parseExternalId(latest.external_id) }
}

/** A check that was green in its window stays green on GitHub after the window, so only the time of the merge counts. */
async function untimelyOf(
  { policy, workspace }: DeployRepoContext,
  { tier: level, until, breakGlass }: Pick<GateCheck, 'tier' | 'until' | 'breakGlass'>,
  at: string,
): Promise<string | undefined> {
  if (until && new Date(at) > until) return `its approvals and evidence were valid only until ${until.toISOString()}`
  const tier = breakGlass ? undefined : allTiers.find((one) => one === level)
  if (!tier) return undefined
  const file = policy.deployWindows[tier]?.holidays
  const text = file === undefined ? undefined : await workspace.read(file)
  return windowClosed(policy, tier, new Date(at), text === undefined ? undefined : readHolidays(text))
}
