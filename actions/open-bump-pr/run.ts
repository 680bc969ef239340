import type { Outcome } from '../../shared/action/action.js'
import type { Values } from '../../shared/action/inputs.js'
import type { Evidence, Reason } from '../../shared/action/result.js'
import type { World } from '../../shared/action/world.js'
import { fetchArtifact } from '../../shared/artifact/published.js'
import { computeEdit } from '../../shared/bump/edit.js'
import { touches } from '../../shared/bump/touches.js'
import { mergesOf } from '../../shared/duty/merges.js'
import { onDuty } from '../../shared/duty/on-duty.js'
import type { GitHub } from '../../shared/github/client.js'
import { type Comparison, firstParents } from '../../shared/github/compare.js'
import { hasStatus } from '../../shared/github/errors.js'
import { decide } from './decide.js'
import { type Bump, summaryOf } from './describe.js'
import { compareUpstream, type Deployed, readBumpBranch, readDeployed, relationIn } from './facts.js'
import type { definition } from './io.js'
import { closePull, completePull, openPull, publishBranch } from './publish.js'
import { waitForArtifact } from './wait.js'

type Inputs = Values<typeof definition.inputs>
type Done = Outcome<typeof definition.outputs>

/** What an operation came to, before it is put into words and outputs. */
interface Ended {
  operation: 'created' | 'updated' | 'unchanged' | 'closed' | 'skipped' | 'refused'
  reason: Reason
  message: string
  from: string
  to: string
  pull?: { number: number; url: string } | undefined
  evidence?: Evidence[]
}

/** Another run for the same component may get between; then everything is looked at again. */
const attempts = 3

/**
 * Opens, or moves forward, the one pull request that brings the component to the version published for `commit`.
 *
 * Safe to run again at any time: it looks at what is there and does only what is missing.
 *
 * @throws UserError where policy, target or registry are not right, and `not-published` when `wait` is over.
 */
export async function openBumpPr(inputs: Inputs, world: World): Promise<Done> {
  for (let attempt = 1; ; attempt++) {
    try {
      const ended = await bringForward(inputs, world)
      await world.summary(summaryOf(ended.operation, ended.message, ended.pull?.url))
      world.log.info(ended.message)
      return outcome(inputs, world, ended)
    } catch (error) {
      // GitHub's 422 here means "already exists": somebody else has just made the same ref or pull request.
      if (!hasStatus(error, 422) || attempt === attempts) throw error
      world.log.info('Somebody else changed the bump branch at this moment; looking again.')
    }
  }
}

async function bringForward(inputs: Inputs, world: World): Promise<Ended> {
  const repo = inputs['deploy-repo']
  const commit = inputs.commit || world.run.sha
  const github = world.github(inputs.token)
  const upstream = world.github(inputs['upstream-token'])

  const deployed = await readDeployed(github, repo, inputs.component)
  const range = await compareUpstream(upstream, deployed, commit)
  if (range.status !== 'ahead' || !touches(deployed.component, range)) {
    return withoutArtifact(github, upstream, repo, deployed, range, commit)
  }

  const bump = await prepare(inputs, world, upstream, deployed, range, commit)
  const edit = computeEdit(deployed.component, deployed.files, bump.artifact)
  const branch = await readBumpBranch(github, upstream, repo, deployed, { commit: bump.artifactCommit, edit })
  const toDeployed = relationIn(range, bump.artifactCommit)
  const decision = decide({ toDeployed, changesComponent: true, open: branch })

  const versions = { from: deployed.version, to: bump.artifact.version }
  if (decision.operation === 'refused')
    return {
      ...decision,
      ...versions,
      pull: branch?.pull,
      message: refusal(decision.reason, deployed, bump.artifact.version),
    }
  if (decision.operation === 'skipped' || decision.operation === 'closed')
    return { ...decision, ...versions, message: 'Nothing to do.' }
  if (decision.operation === 'unchanged' && !branch?.current) {
    return {
      ...decision,
      ...versions,
      pull: branch?.pull,
      message: `The open pull request carries ${bump.artifact.version} already, and more.`,
    }
  }

  const moved = branch?.current ? undefined : await publishBranch(github, repo, deployed.branch, edit, bump, branch)
  const pull = branch?.pull ?? (await openPull(github, repo, deployed.branch, bump, moved === true))
  const written = await completePull(github, repo, bump, pull)
  const operation = decision.operation === 'unchanged' && written ? 'updated' : decision.operation
  const duty = bump.duty.length > 0 ? ` On duty: ${bump.duty.join(', ')}.` : ''
  const message = `${inputs.component} ${versions.from} -> ${versions.to}: pull request #${pull.number} ${operation}.${duty}`
  return { operation, reason: decision.reason, ...versions, pull, message, evidence: targetsApart(deployed) }
}

/** What is published for the commit, whom it concerns, and how it is told. */
async function prepare(
  inputs: Inputs,
  world: World,
  upstream: GitHub,
  { component, source, version }: Deployed,
  range: Comparison,
  commit: string,
): Promise<Bump> {
  const wait = inputs.wait ?? component.wait
  const { published, artifactCommit } = await waitForArtifact(component, source, commit, range, wait, world, upstream)
  const artifact = await fetchArtifact(world.http, source, published)
  const { merges, more } = await mergesOf(upstream, component, firstParents(range.commits, commit))
  const compareUrl = `${world.run.serverUrl}/${component.upstream}/compare/${range.base}...${artifactCommit}`
  return { component, from: version, artifact, artifactCommit, merges, more, duty: onDuty(merges), compareUrl }
}

/** Targets that were at another version than the first: the bump brought them to the same one. */
const targetsApart = ({ version, others }: Deployed): Evidence[] =>
  others.map((other) => ({ kind: 'target', ok: false, text: `${other.at} was at ${other.version}, not ${version}` }))

/** The commit makes no new version, or an older one: at most an open pull request that is done is closed. */
async function withoutArtifact(
  github: GitHub,
  upstream: GitHub,
  repo: string,
  deployed: Deployed,
  range: Comparison,
  commit: string,
): Promise<Ended> {
  const { version, component } = deployed
  const toDeployed = range.status
  const branch =
    toDeployed === 'identical'
      ? await readBumpBranch(github, upstream, repo, deployed, { commit, edit: undefined })
      : undefined
  const decision = decide({ toDeployed, changesComponent: false, open: branch })
  const versions = { from: version, to: version }

  if (decision.operation === 'closed' && branch) {
    const message = `${component.name} ${version} is on ${deployed.branch.name} already.`
    await closePull(github, repo, branch, `${message} Nothing is left to do here.`)
    return { ...decision, ...versions, pull: branch.pull, message }
  }
  if (decision.operation === 'refused')
    return { ...decision, ...versions, message: refusal(decision.reason, deployed, commit) }
  const message =
    decision.reason === 'no-artifact'
      ? `Nothing that ${component.name} is made of changed since ${version}.`
      : `${component.name} ${version} is on ${deployed.branch.name} already.`
  return { operation: 'skipped', reason: decision.reason, ...versions, message }
}

function refusal(reason: Reason, { component, version }: Deployed, to: string): string {
  return reason === 'changed-by-hand'
    ? `Somebody changed the branch of the open bump of ${component.name}, and their work is left alone. Merge it, or close the pull request and delete its branch; then run this job again.`
    : `${to} does not contain ${version}, which is deployed or proposed: a downgrade, or a sideways step. Merge a newer commit upstream; to go back, use a rollback.`
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
