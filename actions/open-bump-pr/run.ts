import type { Runtime } from '../../shared/action/runtime.js'
import { bumpBranch } from '../../shared/bump/branch.js'
import { computeEdit } from '../../shared/bump/edit.js'
import { touchesComponent } from '../../shared/bump/touches.js'
import { hasStatus } from '../../shared/github/errors.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { readDeployRepo } from './deploy-repo.js'
import { summaryOf } from './describe.js'
import { discoverVersions } from './discover.js'
import { compareUpstream, readDeployedVersion } from './facts.js'
import type { definition } from './io.js'
import { prepareBump } from './prepare-bump.js'
import { proposeBump } from './propose-bump.js'
import { Raced } from './publish.js'
import type { BumpEnded, BumpInputs, BumpRequest } from './request.js'
import { requestedCommit } from './requested-commit.js'
import { withoutArtifact } from './without-artifact.js'

type Done = ActionOutcome<typeof definition.outputs>

/** Another run for the same component may get between; then everything is looked at again. */
const attempts = 3

/**
 * Opens, or moves forward, the one pull request that brings the component to the version published for `commit`.
 *
 * Safe to run again at any time: it looks at what is there and does only what is missing. With mode `reconcile` it
 * catches up on every component.
 *
 * @throws UserError where policy, target or registry are not right, and `version-not-found` when `wait` is over.
 */
export async function openBumpPr(inputs: BumpInputs, world: Runtime): Promise<Done> {
  if (inputs.mode === 'reconcile') return discoverVersions(inputs, world, openBumpPr)
  for (let attempt = 1; ; attempt++) {
    try {
      const ended = await bringForward(inputs, world)
      await world.summary(summaryOf(ended.operation, ended.message, ended.pull?.url))
      world.log.info(ended.message)
      return outcome(inputs, world, ended)
    } catch (error) {
      // GitHub's 422 here means "already exists": somebody else has just opened the same pull request.
      if (!(error instanceof Raced || hasStatus(error, 422)) || attempt === attempts) throw error
      world.log.info('Somebody else changed the bump during this attempt; trying again.')
    }
  }
}

async function bringForward(inputs: BumpInputs, world: Runtime): Promise<BumpEnded> {
  const [github, upstream] = [world.github(inputs.token), world.github(inputs['upstream-token'])]
  const repo = await readDeployRepo(github, inputs['deploy-repo'], bumpBranch(inputs.component))
  const deployed = await readDeployedVersion(github, repo, inputs.component)
  const commit = await requestedCommit(upstream, deployed.component, inputs, world.run)
  const asked: BumpRequest = { inputs, world, github, upstream, commit }
  const range = await compareUpstream(upstream, deployed, commit)
  if (range.status !== 'ahead' || !touchesComponent(deployed.component, range))
    return withoutArtifact(asked, deployed, range)

  const bump = await prepareBump(asked, deployed, range)
  const edit = computeEdit(deployed.component, deployed.files, bump.artifact)
  return proposeBump(asked, deployed, range, bump, edit)
}

function outcome(
  inputs: BumpInputs,
  world: Runtime,
  { operation, reason, message, from, to, pull, evidence = [] }: BumpEnded,
): Done {
  const commit = inputs.commit || world.run.sha
  return {
    finding: { decision: operation, reason, message, component: inputs.component, from, to, commit, evidence },
    outputs: {
      ...{ 'pull-request-operation': operation, from, to },
      ...(pull ? { 'pull-request-number': String(pull.number), 'pull-request-url': pull.url } : {}),
    },
    ...(operation === 'refused' ? { problem: message } : {}),
  }
}
