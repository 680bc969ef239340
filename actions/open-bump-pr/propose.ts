import type { Evidence } from '../../shared/action/result.js'
import { bumpBranch } from '../../shared/bump/branch.js'
import type { Edit } from '../../shared/bump/edit.js'
import type { Comparison } from '../../shared/github/compare.js'
import { forbidding, readBlockers } from '../../shared/holds/blockers.js'
import type { Asked, Ended } from './asked.js'
import { type BumpBranch, listPulls, readBumpBranch, relationToDeclined } from './bump-branch.js'
import { completePull } from './complete.js'
import { decide } from './decide.js'
import type { Bump } from './describe.js'
import { expectedDuration } from './expected.js'
import { type Deployed, relationIn, whyNot } from './facts.js'
import { openPull, publishBranch } from './publish.js'
import { sayConsequences } from './token.js'

/** Brings the branch and its one pull request to the bump, where that may be. */
export async function propose(
  asked: Asked,
  deployed: Deployed,
  range: Comparison,
  bump: Bump,
  edit: Edit,
): Promise<Ended> {
  const { inputs, world, github, upstream } = asked
  const { component, artifact, artifactCommit } = bump
  const [blockers, pulls] = await Promise.all([
    readBlockers(github, deployed.repo.name, deployed.policy),
    listPulls(github, deployed),
  ])
  const holds = blockers.filter(({ kind }) => kind === 'held')
  const [held] = await forbidding(holds, { [component.name]: artifact.version }, deployed.policy, upstream)
  const branch = await readBumpBranch(github, upstream, deployed, pulls, { commit: artifactCommit, edit })
  const declined = await relationToDeclined(github, upstream, deployed, pulls, artifactCommit)
  const decision = decide({
    toDeployed: relationIn(range, artifactCommit),
    changesComponent: true,
    held: held !== undefined,
    open: branch,
    toDeclined: declined?.relation,
  })

  const ended = { ...decision, from: deployed.version, to: artifact.version, pull: branch?.pull }
  const name = `${component.name} ${artifact.version}`
  if (decision.reason === 'held') return { ...ended, message: heldBy(name, held) }
  if (decision.reason === 'declined') {
    const message = `#${declined?.number} for ${name}, or a newer version, was closed without merging: it is not proposed again. Reopen it to deploy it after all.`
    return { ...ended, message }
  }
  if (decision.operation === 'refused') return { ...ended, message: await refusal(asked, deployed, bump, branch) }
  if (decision.reason === 'already-there' && !branch?.current) {
    return { ...ended, message: `What is proposed carries ${name} already, and more.` }
  }

  const told = { ...bump, expected: await expectedDuration(github, deployed, world.log) }
  const made = branch?.current ? undefined : await publishBranch(github, deployed.repo, edit, told, branch)
  const options = { draft: inputs.draft, autoMerge: inputs['auto-merge'], log: world.log }
  const pull = branch?.pull ?? (await openPull(github, deployed.repo, told, options, made))
  const written = await completePull(github, deployed.repo.name, told, options, pull)
  sayConsequences(pull.author, world.log)

  const operation = decision.operation === 'unchanged' && written ? 'updated' : decision.operation
  const duty = bump.duty.length > 0 ? ` On duty: ${bump.duty.join(', ')}.` : ''
  const message = `${component.name} ${ended.from} -> ${ended.to}: pull request #${pull.number} ${operation}.${duty}`
  return { ...ended, operation, pull, message, evidence: targetsApart(deployed) }
}

/** Targets that were at another version than the first: the bump brought them to the same one. */
const targetsApart = ({ version, others }: Deployed): Evidence[] =>
  others.map((other) => ({ kind: 'target', ok: false, text: `${other.at} was at ${other.version}, not ${version}` }))

const heldBy = (what: string, held: { number: number; url: string } | undefined): string =>
  `${what} is held by #${held?.number} (${held?.url}): it contains what failed. Fix it upstream or revert it there. Once it is fixed, an operator closes the hold: then "watch" proposes it, or run this job again.`

function refusal(
  { upstream }: Asked,
  deployed: Deployed,
  { component, artifact }: Bump,
  branch: BumpBranch | undefined,
) {
  if (branch?.untouched === false) {
    return `Somebody changed the branch ${bumpBranch(component.name)}, and their work is left alone. Merge it, or close the pull request and delete its branch; then run this job again.`
  }
  if (branch?.toOpen === 'diverged') {
    return `Neither ${artifact.version} nor what is proposed contains the other: a sideways step. Merge upstream what brings them together, or close the pull request and delete its branch.`
  }
  return whyNot(upstream, deployed, 'diverged', artifact.version)
}
