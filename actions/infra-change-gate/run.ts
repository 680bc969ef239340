import { coerce, rcompare } from 'semver'
import type { Outcome } from '../../shared/action/action.js'
import type { Values } from '../../shared/action/inputs.js'
import type { World } from '../../shared/action/world.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import { policyOn } from '../../shared/policy/on-branch.js'
import { acceptCommit } from './accept.js'
import { lookAgain } from './again.js'
import { mergeBumps } from './bumps.js'
import { examineSetup } from './doctor/doctor.js'
import { recordDryRun } from './dry-run-answer.js'
import type { EvaluateContext } from './evaluate.js'
import { type HearContext, type Heard, hearWord } from './hear.js'
import { keepHolds } from './holds.js'
import type { definition } from './io.js'
import { type Judged, judge } from './judge.js'
import { mergeIfAsked } from './merge.js'
import { lookAtCluster } from './outside/look.js'
import { outsideChange } from './outside/outside.js'
import { findPullNumber, type Pull, readPull } from './pull.js'
import { startStage } from './start-stage.js'
import { noteWatched } from './watched/note.js'

type Inputs = Values<typeof definition.inputs>
type Done = Outcome<typeof definition.outputs>

/**
 * Keeps the holds (see holds.ts), hears `/accept` (see accept.ts), has judged again what time changed (see again.ts), starts a rehearsal (see start-stage.ts), examines the setup
 * (see doctor/), sees to a change outside the repo (see outside/) and to the day after a merged one (see watched/), or judges one pull request: by what is in it, and once more with what comes out of it (see judge.ts), hearing
 * the word that started the run (see hear.ts). Nothing of the pull request is ever run; its files are read as data.
 *
 * A problem while judging is reported as red, and then fails the step as well.
 */
export async function infraChangeGate(inputs: Inputs, world: World): Promise<Done> {
  const repo = world.run.repository
  const github = world.github(inputs.token)
  if (inputs.about === 'stage') return startStage(github, world, inputs.stage)
  if (inputs.about === 'again') return lookAgain(github, world)
  if (inputs.about === 'bumps') {
    const judgeOne = (pull: number) =>
      infraChangeGate({ ...inputs, about: 'pull-request', 'pull-request': String(pull) }, world)
    return mergeBumps(github, world, judgeOne)
  }
  if (inputs.about !== 'pull-request') {
    const branch = await defaultBranchName(github, repo)
    if (inputs.about === 'setup') return examineSetup({ github, branch, inputs, world })
    const policy = await policyOn(github, repo, branch)
    if (inputs.about === 'outside') return outsideChange({ github, policy, branch, world }, inputs)
    if (inputs.about === 'watched') return noteWatched({ github, policy, branch, world }, inputs)
    if (inputs.about === 'cluster') return lookAtCluster({ policy, world }, inputs)
    return inputs.about === 'holds' ? keepHolds({ github, policy, world }) : acceptCommit({ github, policy, world })
  }

  const upstream = world.github(inputs['upstream-token'])
  const context: EvaluateContext = { repo, github, upstream, world, rendered: inputs.rendered }
  const asked = await readPull(github, repo, await findPullNumber(github, inputs['pull-request'], world.run))
  if (!asked.open) return closed(asked)
  const again = inputs['render-result'] !== ''
  const first = await judge(asked, context)
  const { policy } = first.evaluation
  if (!first.pull.open || !policy) return outcome(first, {})

  const dryRun = { result: inputs['dry-run-result'], commit: inputs.commit }
  const hearing: HearContext = { github, world, policy, ...first }
  const heard = again
    ? { recorded: await recordDryRun(hearing, dryRun) }
    : ((await hearWord(hearing)) ?? { recorded: false })
  const judged = heard.recorded ? await judge(first.pull, context) : first
  const merged = !again && (await mergeIfAsked(github, upstream, world, { policy, ...judged }))
  return outcome(judged, heard, merged)
}

function closed(pull: Pull): Done {
  const message = `#${pull.number} is closed: there is nothing to judge.`
  return { finding: { decision: 'skipped', reason: 'already-there', message, commit: pull.head }, outputs: {} }
}

function outcome({ pull, evaluation, verdict, proof }: Judged, { asks }: Partial<Heard>, merged = false): Done {
  const { facts, policy, change } = evaluation
  const { conclusion, reason, title, why, next } = verdict
  const { component, from, to }: Partial<NonNullable<Judged['proof']>> = proof ?? {}
  const known = { ...(component ? { component } : {}), ...(from ? { from } : {}), ...(to ? { to } : {}) }
  const kubernetes = newest((change?.what.findings ?? []).flatMap(({ to: version }) => version ?? []))
  const clusters = (policy?.clusters ?? []).map(({ name, optional }) => ({
    ...{ cluster: name, optional },
    ...(kubernetes === undefined ? {} : { kubernetes }),
  }))
  const toStage = change && JSON.stringify({ pull: pull.number, head: pull.head, digest: change.digest })
  return {
    finding: {
      ...{ decision: conclusion === 'success' ? 'green' : 'red', reason, message: `${title}. ${why}` },
      ...{ commit: pull.head, ...known },
    },
    outputs: {
      ...{ conclusion, merged: String(merged), head: pull.head, render: String(change?.renders === true), ...known },
      ...(asks === 'dry-run' ? { 'dry-run': JSON.stringify(clusters) } : {}),
      ...(asks === 'stage' && toStage ? { stage: toStage } : {}),
    },
    ...(facts.problem ? { problem: `${why}\n${next}` } : {}),
  }
}

/** What is no version stays, as the oldest: whoever is asked about it says so. */
const newest = (versions: readonly string[]): string | undefined =>
  versions.toSorted((one, other) => rcompare(coerce(one) ?? '0.0.0', coerce(other) ?? '0.0.0'))[0]
