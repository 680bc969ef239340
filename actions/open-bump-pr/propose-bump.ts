import { forbiddingBlockers, readBlockers } from '../../shared/blocks/blockers.js'
import { bumpBranch } from '../../shared/bump/branch.js'
import type { BumpEdit } from '../../shared/bump/edit.js'
import { MissingPermission } from '../../shared/foundation/errors.js'
import type { Log } from '../../shared/foundation/log.js'
import type { Evidence } from '../../shared/foundation/result.js'
import type { GitHub } from '../../shared/github/client.js'
import type { CommitComparison } from '../../shared/github/compare.js'
import { deployDurations, median } from '../../shared/records/durations.js'
import { type BumpBranch, listPulls, readBumpBranch, relationToDeclined } from './bump-branch.js'
import { completePull } from './complete-pull.js'
import { decideBump } from './decide.js'
import type { DescribedBump } from './describe.js'
import { type DeployedVersion, relationIn, whyNot } from './facts.js'
import { openBumpPull, publishBranch } from './publish.js'
import type { BumpEnded, BumpRequest } from './request.js'

/** Brings the branch and its one pull request to the bump, where that may be. */
export async function proposeBump(
  asked: BumpRequest,
  deployed: DeployedVersion,
  range: CommitComparison,
  bump: DescribedBump,
  edit: BumpEdit,
): Promise<BumpEnded> {
  const { inputs, world, github, upstream } = asked
  const { component, artifact, artifactCommit } = bump
  const [blockers, pulls] = await Promise.all([
    readBlockers(github, deployed.repo.name, deployed.policy),
    listPulls(github, deployed),
  ])
  const holds = blockers.filter(({ kind }) => kind === 'version-blocked')
  const [held] = await forbiddingBlockers(holds, { [component.name]: artifact.version }, deployed.policy, upstream)
  const branch = await readBumpBranch(github, upstream, deployed, pulls, { commit: artifactCommit, edit })
  const declined = await relationToDeclined(github, upstream, deployed, pulls, artifactCommit)
  const decision = decideBump({
    toDeployed: relationIn(range, artifactCommit),
    changesComponent: true,
    held: held !== undefined,
    open: branch,
    toDeclined: declined?.relation,
  })

  const ended = { ...decision, from: deployed.version, to: artifact.version, pull: branch?.pull }
  const name = `${component.name} ${artifact.version}`
  if (decision.reason === 'version-blocked') return { ...ended, message: heldBy(name, held) }
  if (decision.reason === 'closed-unmerged') {
    const message = `${name} is not proposed again: #${declined?.number} for it, or for a newer version, was closed without merging. Reopen that to deploy it after all.`
    return { ...ended, message }
  }
  if (decision.operation === 'refused') return { ...ended, message: await refusal(asked, deployed, bump, branch) }
  if (decision.reason === 'up-to-date' && !branch?.current) {
    return { ...ended, message: `The proposed version already contains ${name} and newer changes.` }
  }

  const told = { ...bump, expected: await expectedDuration(github, deployed, world.log) }
  const made = branch?.current ? undefined : await publishBranch(github, deployed.repo, edit, told, branch)
  const options = { draft: inputs.draft, autoMerge: inputs['auto-merge'], log: world.log }
  const pull = branch?.pull ?? (await openBumpPull(github, deployed.repo, told, options, made))
  const written = await completePull(github, deployed.repo.name, told, options, pull)
  sayConsequences(pull.author, world.log)

  const operation = decision.operation === 'unchanged' && written ? 'updated' : decision.operation
  const duty = bump.duty.length > 0 ? ` On duty: ${bump.duty.join(', ')}.` : ''
  const message = `${component.name} ${ended.from} -> ${ended.to}: pull request #${pull.number} ${operation}.${duty}`
  return { ...ended, operation, pull, message, evidence: targetsApart(deployed) }
}

/** Targets that were at another version than the first: the bump brought them to the same one. */
const targetsApart = ({ version, others }: DeployedVersion): Evidence[] =>
  others.map((other) => ({ kind: 'target', ok: false, text: `${other.at} was at ${other.version}, not ${version}` }))

const heldBy = (what: string, held: { number: number; url: string } | undefined): string =>
  `${what} is blocked by #${held?.number} (${held?.url}): it contains the failed change. Fix or revert that upstream. Then an operator closes the issue, and the workflow "watch" proposes the version; or run this job again.`

function refusal(
  { upstream }: BumpRequest,
  deployed: DeployedVersion,
  { component, artifact }: DescribedBump,
  branch: BumpBranch | undefined,
) {
  if (branch?.untouched === false) {
    return `Somebody else changed the branch ${bumpBranch(component.name)}, so it is not overwritten. Merge it, or close the pull request and delete its branch; then run this job again.`
  }
  if (branch?.toOpen === 'diverged') {
    return `Neither ${artifact.version} nor the proposed version contains the other. Merge the two histories upstream, or close the pull request and delete its branch.`
  }
  return whyNot(upstream, deployed, 'diverged', artifact.version)
}

/** How long a deploy takes, in ms: the median of the last twenty. Nice to know: without the permission there is none. */
async function expectedDuration(
  github: GitHub,
  { repo, policy }: Pick<DeployedVersion, 'repo' | 'policy'>,
  log: Log,
): Promise<number | undefined> {
  try {
    const clusters = policy.clusters.map(({ name }) => name)
    return median(await deployDurations({ github, repo: repo.name, gateBot: policy.apps.gate.bot, clusters }))
  } catch (error) {
    if (!(error instanceof MissingPermission)) throw error
    log.info(`The usual duration of a deploy is unknown. ${error.message}`)
    return undefined
  }
}

/** Says what follows from whose token it was: the pull request's author tells. An App's own token has no drawback. */
function sayConsequences(author: string, log: Log): void {
  if (author === 'github-actions[bot]') {
    log.warning(
      'The pull request was opened with GITHUB_TOKEN, so its workflows, including the gate, wait until somebody with write access presses "Approve workflows to run". With a token of the bump App they start at once.',
    )
  } else if (!author.endsWith('[bot]')) {
    log.warning(
      `The pull request was opened with a personal token: its author is ${author}, who therefore cannot approve it, and its commit is not verified. Pass a token of the bump App to avoid both.`,
    )
  }
}
