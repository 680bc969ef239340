import { coerce, rcompare } from 'semver'
import type { InputValues } from '../../shared/action/inputs.js'
import type { Runtime } from '../../shared/action/runtime.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { approveCommit } from './approve-commit/approve-commit.js'
import { type CheckedPull, checkPullRequest } from './check/check-pull-request.js'
import type { EvaluateContext } from './check/evaluate.js'
import { mergeIfRequested } from './check/merge.js'
import { findPullNumber, type GatePull, readPull } from './check/pull.js'
import { recordDryRun } from './commands/dry-run-answer.js'
import { type CommandContext, type HandledCommand, handleCommand } from './commands/handle-command.js'
import { startStagingTrial } from './commands/start-staging-trial.js'
import type { definition } from './io.js'
import { reconcileGate } from './reconcile/reconcile.js'

type Inputs = InputValues<typeof definition.inputs>
type Done = ActionOutcome<typeof definition.outputs>

/**
 * Each mode is one step of the gate; nothing of a pull request is ever run, its files are read as data.
 *
 * @throws UserError if a person has to fix something first.
 */
export async function infraChangeGate(inputs: Inputs, world: Runtime): Promise<Done> {
  const repo = world.run.repository
  const github = world.github(inputs.token)
  switch (inputs.mode) {
    case 'check':
      return check(inputs, world)
    case 'approve-commit': {
      const policy = await policyOn(github, repo, await defaultBranchName(github, repo))
      return approveCommit({ github, policy, world })
    }
    case 'start-staging-trial':
      return startStagingTrial(github, world, inputs['staging-trial'])
    case 'reconcile':
      return reconcileGate(inputs, world, (pull) => check({ ...inputs, 'pull-request': String(pull) }, world))
  }
}

/**
 * Checks one pull request: by its files, and once more with what Helm renders of it (see check-pull-request.ts). Carries out
 * the command that started the run (see handle-command.ts). A problem during the check is reported as red and fails the step.
 */
async function check(inputs: Inputs, world: Runtime): Promise<Done> {
  const repo = world.run.repository
  const github = world.github(inputs.token)
  const upstream = world.github(inputs['upstream-token'])
  const context: EvaluateContext = { repo, github, upstream, world, rendered: inputs.rendered }
  const asked = await readPull(github, repo, await findPullNumber(github, inputs['pull-request'], world.run))
  if (!asked.open) return closed(asked)
  const again = inputs['render-result'] !== ''
  const first = await checkPullRequest(asked, context)
  const { policy } = first.evaluation
  if (!first.pull.open || !policy) return outcome(first, {})

  const dryRun = { result: inputs['dry-run-result'], commit: inputs.commit }
  const commandContext: CommandContext = { github, world, policy, ...first }
  const handled = again
    ? { recorded: await recordDryRun(commandContext, dryRun) }
    : ((await handleCommand(commandContext)) ?? { recorded: false })
  const checked = handled.recorded ? await checkPullRequest(first.pull, context) : first
  const merged = !again && (await mergeIfRequested(github, upstream, world, { policy, ...checked }))
  return outcome(checked, handled, merged)
}

function closed(pull: GatePull): Done {
  const message = `#${pull.number} is closed: there is nothing to check.`
  return { finding: { decision: 'skipped', reason: 'up-to-date', message, commit: pull.head }, outputs: {} }
}

function outcome(
  { pull, evaluation, verdict, proof }: CheckedPull,
  { asks }: Partial<HandledCommand>,
  merged = false,
): Done {
  const { facts, policy, change } = evaluation
  const { conclusion, reason, title, why, next } = verdict
  const { component, from, to }: Partial<NonNullable<CheckedPull['proof']>> = proof ?? {}
  const known = { ...(component ? { component } : {}), ...(from ? { from } : {}), ...(to ? { to } : {}) }
  const kubernetes = newest((change?.what.findings ?? []).flatMap(({ to: version }) => version ?? []))
  const clusters = (policy?.clusters ?? []).map(({ name, optional }) => ({
    ...{ cluster: name, optional },
    ...(kubernetes === undefined ? {} : { kubernetes }),
  }))
  const toStage = change && JSON.stringify({ pull: pull.number, head: pull.head, digest: change.digest })
  return {
    finding: {
      ...{ decision: conclusion === 'success' ? 'success' : 'failure', reason, message: `${title}. ${why}` },
      ...{ commit: pull.head, ...known },
    },
    outputs: {
      ...{ conclusion, merged: String(merged), head: pull.head, render: String(change?.renders === true), ...known },
      ...(asks === 'dry-run' ? { 'dry-run': JSON.stringify(clusters) } : {}),
      ...(asks === 'try-staging' && toStage ? { 'staging-trial': toStage } : {}),
    },
    ...(facts.problem ? { problem: `${why}\n${next}` } : {}),
  }
}

/** A text that is no version counts as the oldest; the dry-run job reports it. */
const newest = (versions: readonly string[]): string | undefined =>
  versions.toSorted((one, other) => rcompare(coerce(one) ?? '0.0.0', coerce(other) ?? '0.0.0'))[0]
