import type { Outcome } from '../../shared/action/action.js'
import type { Values } from '../../shared/action/inputs.js'
import type { Evidence, Reason } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import { fetchArtifact } from '../../shared/artifact/published.js'
import { computeEdit, type Edit } from '../../shared/bump/edit.js'
import { touches } from '../../shared/bump/touches.js'
import { mergesOf } from '../../shared/duty/merges.js'
import { onDuty } from '../../shared/duty/on-duty.js'
import type { GitHub } from '../../shared/github/client.js'
import { type Comparison, firstParents } from '../../shared/github/compare.js'
import { hasStatus } from '../../shared/github/errors.js'
import { forbidding, readBlockers } from '../../shared/holds/blockers.js'
import { askedCommit } from './asked-commit.js'
import { type BumpBranch, bumpBranch, listPulls, readBumpBranch, relationToDeclined } from './bump-branch.js'
import { carriedBy } from './carried.js'
import { completePull } from './complete.js'
import { type Decision, decide } from './decide.js'
import { readDeployRepo } from './deploy-repo.js'
import { type Bump, summaryOf } from './describe.js'
import { expectedDuration } from './expected.js'
import { compareUpstream, type Deployed, readDeployed, relationIn, whyNot } from './facts.js'
import type { definition } from './io.js'
import { closePull, openPull, publishBranch, Raced } from './publish.js'
import { sayConsequences } from './token.js'
import { waitForArtifact } from './wait.js'
import { everyComponent, watch } from './watch.js'

type Inputs = Values<typeof definition.inputs>
type Done = Outcome<typeof definition.outputs>

/** What an operation came to, before it is put into words and outputs. */
interface Ended {
  operation: Decision['operation']
  reason: Reason
  message: string
  from: string
  to: string
  pull?: { number: number; url: string } | undefined
  evidence?: Evidence[]
}

/** Whom everything is asked. */
interface Asked {
  inputs: Inputs
  world: World
  github: GitHub
  upstream: GitHub
  commit: string
}

/** Another run for the same component may get between; then everything is looked at again. */
const attempts = 3

/**
 * Opens, or moves forward, the one pull request that brings the component to the version published for `commit`.
 *
 * Safe to run again at any time: it looks at what is there and does only what is missing. For the component `all` it
 * catches up on each.
 *
 * @throws UserError where policy, target or registry are not right, and `not-published` when `wait` is over.
 */
export async function openBumpPr(inputs: Inputs, world: World): Promise<Done> {
  if (inputs.component === everyComponent) return watch(inputs, world, openBumpPr)
  for (let attempt = 1; ; attempt++) {
    try {
      const ended = await bringForward(inputs, world)
      await world.summary(summaryOf(ended.operation, ended.message, ended.pull?.url))
      world.log.info(ended.message)
      return outcome(inputs, world, ended)
    } catch (error) {
      // GitHub's 422 here means "already exists": somebody else has just opened the same pull request.
      if (!(error instanceof Raced || hasStatus(error, 422)) || attempt === attempts) throw error
      world.log.info('Somebody else changed the bump at this moment; looking again.')
    }
  }
}

async function bringForward(inputs: Inputs, world: World): Promise<Ended> {
  const [github, upstream] = [world.github(inputs.token), world.github(inputs['upstream-token'])]
  const repo = await readDeployRepo(github, inputs['deploy-repo'], bumpBranch(inputs.component))
  const deployed = await readDeployed(github, repo, inputs.component)
  const commit = await askedCommit(upstream, deployed.component, inputs, world.run)
  const asked: Asked = { inputs, world, github, upstream, commit }
  const range = await compareUpstream(upstream, deployed, commit)
  if (range.status !== 'ahead' || !touches(deployed.component, range)) return withoutArtifact(asked, deployed, range)

  const bump = await prepare(asked, deployed, range)
  const edit = computeEdit(deployed.component, deployed.files, bump.artifact)
  return propose(asked, deployed, range, bump, edit)
}

/** What is published for the commit, whom it concerns, and how it is told. */
async function prepare(
  { inputs, world, upstream, commit }: Asked,
  deployed: Deployed,
  range: Comparison,
): Promise<Bump> {
  const { component, source, version } = deployed
  const wait = inputs.wait ?? component.wait
  const { published, artifactCommit, listed } = await waitForArtifact(
    component,
    source,
    commit,
    range,
    wait,
    world,
    upstream,
  )
  const [artifact, { merges, more }] = await Promise.all([
    fetchArtifact(world.http, source, published),
    mergesOf(upstream, component, firstParents(range.commits, commit)),
  ])
  const carried = await carriedBy(world.http, source, listed, version, artifact)
  const compareUrl = `${world.run.serverUrl}/${component.upstream}/compare/${range.base}...${artifactCommit}`
  const duty = onDuty(merges)
  return {
    component,
    from: version,
    artifact,
    artifactCommit,
    merges,
    more,
    duty,
    compareUrl,
    carried,
    expected: undefined,
  }
}

/** Brings the branch and its one pull request to the bump, where that may be. */
async function propose(asked: Asked, deployed: Deployed, range: Comparison, bump: Bump, edit: Edit): Promise<Ended> {
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

  const told = { ...bump, expected: await expectedDuration(github, deployed.repo.name, world.log) }
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

/** The commit makes no new version, or an older one: at most an open pull request that is done is closed. */
async function withoutArtifact(
  { github, upstream, commit }: Asked,
  deployed: Deployed,
  range: Comparison,
): Promise<Ended> {
  const { version, component, repo } = deployed
  const toDeployed = range.status
  const branch =
    toDeployed === 'identical'
      ? await readBumpBranch(github, upstream, deployed, await listPulls(github, deployed), { commit, edit: undefined })
      : undefined
  const decision = decide({ toDeployed, changesComponent: false, held: false, open: branch, toDeclined: undefined })
  const ended = { ...decision, from: version, to: version }
  if (decision.operation === 'refused')
    return { ...ended, message: await whyNot(upstream, deployed, toDeployed, commit) }
  if (decision.reason === 'no-artifact') {
    return { ...ended, message: `Nothing that ${component.name} is made of changed since ${version}.` }
  }
  const message = `${component.name} ${version} is on ${repo.main.name} already.`
  if (decision.operation === 'closed' && branch)
    await closePull(github, repo, branch, bumpBranch(component.name), message)
  return { ...ended, message, pull: branch?.pull }
}

const heldBy = (what: string, held: { number: number; url: string } | undefined): string =>
  `${what} is held by #${held?.number} (${held?.url}): it contains what failed. Fix it upstream or revert it there; an operator closes the hold.`

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

function outcome(
  inputs: Inputs,
  world: World,
  { operation, reason, message, from, to, pull, evidence = [] }: Ended,
): Done {
  const commit = inputs.commit || world.run.sha
  return {
    finding: { decision: operation, reason, message, component: inputs.component, from, to, commit, evidence },
    outputs: { operation, from, to, ...(pull ? { number: String(pull.number), url: pull.url } : {}) },
    ...(operation === 'refused' ? { problem: message } : {}),
  }
}
