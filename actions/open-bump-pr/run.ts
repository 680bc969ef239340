import type { Outcome } from '../../shared/action/action.js'
import type { World } from '../../shared/action/world.js'
import { bumpBranch } from '../../shared/bump/branch.js'
import { computeEdit } from '../../shared/bump/edit.js'
import { touches } from '../../shared/bump/touches.js'
import { hasStatus } from '../../shared/github/errors.js'
import type { Asked, Ended, Inputs } from './asked.js'
import { askedCommit } from './asked-commit.js'
import { readDeployRepo } from './deploy-repo.js'
import { summaryOf } from './describe.js'
import { compareUpstream, readDeployed } from './facts.js'
import type { definition } from './io.js'
import { prepare } from './prepare.js'
import { propose } from './propose.js'
import { Raced } from './publish.js'
import { everyComponent, watch } from './watch.js'
import { withoutArtifact } from './without-artifact.js'

type Done = Outcome<typeof definition.outputs>

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
