import type { Outcome } from '../../../shared/action/action.js'
import type { Values } from '../../../shared/action/inputs.js'
import { operatorsOf } from '../../../shared/duty/operators.js'
import { repoRef } from '../../../shared/github/client.js'
import { keepComment } from '../../../shared/github/sticky-comment.js'
import { type ChangeRecord, outsideChanges, recordWord } from '../../../shared/records/outside.js'
import type { definition } from '../io.js'
import { readWord, type Word } from '../word.js'
import { checklist, checklistMarker } from './describe.js'
import { judgeOutside, type OutsideContext, type OutsideJudgement } from './judge.js'
import type { Order } from './look.js'
import { noRecord, noteSeen } from './note.js'
import { openChange } from './open.js'
import { decideStep, type Step } from './step.js'
import { watchOf, watchOn } from './watch.js'
import { readOutsideWord } from './words.js'

type Done = Outcome<typeof definition.outputs>

/**
 * A change that is made outside the repo: opens its issue, hears a comment under it, writes down what was seen of the
 * cluster, or has it looked at again. Its checklist is kept up to date. Safe to repeat.
 */
export async function outsideChange(
  context: OutsideContext,
  inputs: Pick<Values<typeof definition.inputs>, 'change' | 'order' | 'seen' | 'inspect-result'>,
): Promise<Done> {
  if (inputs.order !== '') {
    const noted = await noteSeen(context, inputs)
    const { issue } = JSON.parse(inputs.order) as Order
    const record = await recordOf(context, issue)
    if (record) await keepChecklist(context, record, await judgeOutside(context, record, await allChanges(context)))
    return noted
  }
  if (context.world.run.event === 'schedule') return watchOn(context)
  const word = await readWord(context.github, context.world.run, /^\//)
  const asked = word ? await recordOf(context, word.number) : await openChange(context, inputs.change)
  if (!asked) throw noRecord(word?.number ?? 0)
  const record = word ? await writeDown(context, word, asked) : asked
  const all = await allChanges(context)
  const judged = await judgeOutside(context, record, all)
  await keepChecklist(context, record, judged)
  const step = word ? await stepFor(context, word, record, judged, all) : ({ step: 'none', tell: undefined } as const)
  if (word) await answer(context, word, step)
  return outcome(context, record, judged, step, word)
}

const allChanges = ({ github, policy, world }: OutsideContext): Promise<ChangeRecord[]> =>
  outsideChanges({ github, repo: world.run.repository, gateBot: policy.apps.gate.bot })

const recordOf = async (context: OutsideContext, issue: number): Promise<ChangeRecord | undefined> =>
  (await allChanges(context)).find((one) => one.issue === issue)

/** Who is no operator is not written down, nor what starts something at once, nor a comment that was changed meanwhile. */
async function writeDown(context: OutsideContext, word: Word, record: ChangeRecord): Promise<ChangeRecord> {
  const { github, policy, branch, world } = context
  const said = word.edited ? undefined : readOutsideWord(word.line)
  if (!said || said.says === 'begin' || said.says === 'done') return record
  if ((await operatorsOf(github, policy)(word.login)) === 'other') return record
  const place = { github, repo: world.run.repository, gateBot: policy.apps.gate.bot }
  await recordWord(place, record, { by: word.login, line: word.line, comment: word.id }, branch)
  return (await recordOf(context, record.issue)) ?? record
}

async function keepChecklist(
  { github, policy, world }: OutsideContext,
  record: ChangeRecord,
  judged: OutsideJudgement,
): Promise<void> {
  const topic = { repo: world.run.repository, number: record.issue, marker: checklistMarker, by: policy.apps.gate.bot }
  const phase = record.ended?.outcome === 'success' ? 'ended' : record.begun ? 'begun' : 'asked'
  await keepComment(github, topic, checklist(judged, phase), true)
}

async function stepFor(
  { github, policy }: OutsideContext,
  { line, edited, login }: Word,
  record: ChangeRecord,
  { derivation }: OutsideJudgement,
  all: readonly ChangeRecord[],
): Promise<Step> {
  const busy = all.filter(({ issue, begun, ended }) => issue !== record.issue && begun && ended?.outcome !== 'success')
  return decideStep({
    record,
    word: edited ? undefined : readOutsideWord(line),
    standing: await operatorsOf(github, policy)(login),
    green: derivation.green,
    busy: busy.map(({ issue }) => issue),
  })
}

async function answer({ github, world }: OutsideContext, word: Word, step: Step): Promise<void> {
  const at = repoRef(world.run.repository)
  if (step.step === 'none' && step.tell !== undefined) {
    await github.rest.issues.createComment({ ...at, issue_number: word.number, body: step.tell })
  }
  // One that is gone takes no reaction.
  if (!word.edited) await github.rest.reactions.createForIssueComment({ ...at, comment_id: word.id, content: 'eyes' })
}

function outcome(
  { policy, world }: OutsideContext,
  record: ChangeRecord,
  { derivation }: OutsideJudgement,
  { step }: Step,
  word: Word | undefined,
): Done {
  const missing = derivation.needs.filter(({ state }) => state !== 'met').map((need) => need.what)
  const message = derivation.green ? 'It has all that it needs.' : `It needs ${missing.join('; ')}.`
  world.log.info(`#${record.issue}: ${message}`)
  const { job: watch } = watchOf(policy, record)
  const begun = step === 'after' && record.begun ? { before: record.begun.health } : {}
  const { issue, change } = record
  const order =
    step === 'none'
      ? ''
      : JSON.stringify({ issue, change, step, by: word?.login ?? '', watch, ...begun } satisfies Order)
  return {
    finding: {
      ...{ decision: derivation.green ? 'green' : 'red', reason: derivation.green ? 'reviewed' : 'not-a-pure-bump' },
      ...{ message, commit: world.run.sha, cluster: change.cluster },
    },
    outputs: { order, cluster: step === 'none' ? '' : change.cluster },
  }
}
