import type { InputValues } from '../../shared/action/inputs.js'
import { type CommandComment, parseCommand } from '../../shared/commands/parse-command.js'
import { operatorsOf } from '../../shared/duty/operators.js'
import { repoRef } from '../../shared/github/client.js'
import { keepComment } from '../../shared/github/sticky-comment.js'
import {
  type ExternalChangeRecord,
  readExternalChanges,
  recordChangeCommand,
} from '../../shared/records/external-changes.js'
import type { ActionOutcome } from '../../shared/runtime/action.js'
import { parseChangeCommand } from './commands.js'
import { type ChangeStep, decideStep } from './decide-step.js'
import { changeChecklist, checklistMarker } from './describe.js'
import { type ExternalChangeContext, type ExternalChangeEvaluation, evaluateExternalChange } from './evaluate.js'
import type { InspectionRequest } from './inspect.js'
import type { definition } from './io.js'
import { openChange } from './open-change.js'
import { noRecord, recordObservation } from './record-observation.js'
import { soakOf } from './soak.js'

type Done = ActionOutcome<typeof definition.outputs>

/** Opens the issue of a change that is made outside the repo, with its checklist. Safe to repeat: a run has one issue. */
export async function requestChange(context: ExternalChangeContext, form: string): Promise<Done> {
  const record = await openChange(context, form)
  const judged = await evaluateExternalChange(context, record, await allChanges(context))
  await keepChecklist(context, record, judged)
  return outcome(context, record, judged, { step: 'none', tell: undefined }, undefined)
}

/**
 * Carries out the command in a comment under a change's issue, and keeps its checklist up to date. Safe to repeat.
 *
 * @throws UserError where no such change is on record.
 */
export async function commandOnChange(context: ExternalChangeContext): Promise<Done> {
  const word = await parseCommand(context.github, context.world.run, /^\//)
  const asked = word && (await recordOf(context, word.number))
  if (!word || !asked) throw noRecord(word?.number ?? 0)
  const record = await writeDown(context, word, asked)
  const all = await allChanges(context)
  const judged = await evaluateExternalChange(context, record, all)
  await keepChecklist(context, record, judged)
  const step = await stepFor(context, word, record, judged, all)
  await answer(context, word, step)
  return outcome(context, record, judged, step, word)
}

/** Records what the job with the cluster's key observed, and keeps the checklist up to date. Safe to repeat. */
export async function recordInspection(
  context: ExternalChangeContext,
  inputs: Pick<InputValues<typeof definition.inputs>, 'request' | 'observation' | 'inspect-result'>,
): Promise<Done> {
  const noted = await recordObservation(context, inputs)
  const { issue } = JSON.parse(inputs.request) as InspectionRequest
  const record = await recordOf(context, issue)
  if (record) {
    await keepChecklist(context, record, await evaluateExternalChange(context, record, await allChanges(context)))
  }
  return noted
}

const allChanges = ({ github, policy, world }: ExternalChangeContext): Promise<ExternalChangeRecord[]> =>
  readExternalChanges({ github, repo: world.run.repository, gateBot: policy.apps.gate.bot })

const recordOf = async (context: ExternalChangeContext, issue: number): Promise<ExternalChangeRecord | undefined> =>
  (await allChanges(context)).find((one) => one.issue === issue)

/** Who is no operator is not written down, nor what starts something at once, nor a comment that was changed meanwhile. */
async function writeDown(
  context: ExternalChangeContext,
  word: CommandComment,
  record: ExternalChangeRecord,
): Promise<ExternalChangeRecord> {
  const { github, policy, branch, world } = context
  const said = word.edited ? undefined : parseChangeCommand(word.line)
  if (!said || said.says === 'start' || said.says === 'done') return record
  if ((await operatorsOf(github, policy)(word.login)) === 'other') return record
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  await recordChangeCommand(place, record, { by: word.login, line: word.line, comment: word.id }, branch)
  return (await recordOf(context, record.issue)) ?? record
}

async function keepChecklist(
  { github, policy, world }: ExternalChangeContext,
  record: ExternalChangeRecord,
  judged: ExternalChangeEvaluation,
): Promise<void> {
  const topic = { repo: world.run.repository, number: record.issue, marker: checklistMarker, by: policy.apps.gate.bot }
  const phase = record.ended?.outcome === 'success' ? 'ended' : record.begun ? 'begun' : 'asked'
  await keepComment(github, topic, changeChecklist(judged, phase), true)
}

async function stepFor(
  { github, policy }: ExternalChangeContext,
  { line, edited, login }: CommandComment,
  record: ExternalChangeRecord,
  { derivation }: ExternalChangeEvaluation,
  all: readonly ExternalChangeRecord[],
): Promise<ChangeStep> {
  const busy = all.filter(({ issue, begun, ended }) => issue !== record.issue && begun && ended?.outcome !== 'success')
  return decideStep({
    record,
    word: edited ? undefined : parseChangeCommand(line),
    standing: await operatorsOf(github, policy)(login),
    green: derivation.green,
    busy: busy.map(({ issue }) => issue),
  })
}

async function answer({ github, world }: ExternalChangeContext, word: CommandComment, step: ChangeStep): Promise<void> {
  const at = repoRef(world.run.repository)
  if (step.step === 'none' && step.tell !== undefined) {
    await github.rest.issues.createComment({ ...at, issue_number: word.number, body: step.tell })
  }
  // One that is gone takes no reaction.
  if (!word.edited) await github.rest.reactions.createForIssueComment({ ...at, comment_id: word.id, content: 'eyes' })
}

function outcome(
  { policy, world }: ExternalChangeContext,
  record: ExternalChangeRecord,
  { derivation }: ExternalChangeEvaluation,
  { step }: ChangeStep,
  word: CommandComment | undefined,
): Done {
  const missing = derivation.needs.filter(({ state }) => state !== 'met').map((need) => need.what)
  const message = derivation.green ? 'All requirements are met.' : `It needs ${missing.join('; ')}.`
  world.log.info(`#${record.issue}: ${message}`)
  const { job: soak } = soakOf(policy, record)
  const begun = step === 'after' && record.begun ? { before: record.begun.health } : {}
  const { issue, change } = record
  const request =
    step === 'none'
      ? ''
      : JSON.stringify({ issue, change, step, by: word?.login ?? '', soak, ...begun } satisfies InspectionRequest)
  return {
    finding: {
      ...{
        decision: derivation.green ? 'success' : 'failure',
        reason: derivation.green ? 'reviewed' : 'not-a-pure-bump',
      },
      ...{ message, commit: world.run.sha, cluster: change.cluster },
    },
    outputs: { request, cluster: step === 'none' ? '' : change.cluster },
  }
}
