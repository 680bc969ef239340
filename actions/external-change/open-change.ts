import { operatorsOf } from '../../shared/duty/operators.js'
import { UserError } from '../../shared/foundation/errors.js'
import { parseJson } from '../../shared/foundation/parse-json.js'
import { isByBot } from '../../shared/github/bot.js'
import { repoRef } from '../../shared/github/client.js'
import { openOwnIssue } from '../../shared/github/own-issue.js'
import {
  type ExternalChangeRecord,
  readExternalChanges,
  recordExternalChange,
} from '../../shared/records/external-changes.js'
import { classifyExternalChange, type ExternalChange, externalChangeSchema } from '../../shared/risk/external-change.js'
import { changeLabel, issueBody, titleOf } from './describe.js'
import type { ExternalChangeContext } from './evaluate.js'

/**
 * Opens the issue that people talk in, and records what is asked for. Safe to repeat: a run has one issue.
 *
 * @throws UserError where the form is wrong, it is nobody who may ask, or what is asked for is never allowed.
 */
export async function openChange(context: ExternalChangeContext, form: string): Promise<ExternalChangeRecord> {
  const { github, policy, branch, world } = context
  const repo = world.run.repository
  const change = readForm(
    form,
    policy.clusters.map(({ name }) => name),
  )
  const by = world.run.actor
  if ((await operatorsOf(github, policy)(by)) !== 'operator') {
    throw new UserError('not-operator', `${JSON.stringify(by)} is not an operator.`, {
      fix: 'An operator that the policy names has to start this workflow.',
    })
  }
  const [never] = classifyExternalChange(change, policy).findings.filter((finding) => finding.never)
  if (never) {
    throw new UserError('not-allowed', `${never.what}: ${never.why}. This is never allowed, regardless of approvals.`, {
      fix: 'Upgrade one version at a time, never backwards. Request each step as its own change.',
    })
  }
  const place = { github, repo, gateBot: policy.apps.gate.bot }
  const issue = await issueOf(context, change, by)
  const present = (await readExternalChanges(place)).find((one) => one.issue === issue)
  if (present) return present
  await recordExternalChange(place, { issue, by, change }, { ref: branch, description: titleOf(change) })
  const made = (await readExternalChanges(place)).find((one) => one.issue === issue)
  if (!made) throw new Error('The record of the change was not found after it was written')
  return made
}

function readForm(text: string, clusters: readonly string[]): ExternalChange {
  const { data, error } = externalChangeSchema.safeParse(parseJson(text))
  const wrong = (what: string): UserError =>
    new UserError('input-invalid', `The form is invalid: ${what}.`, {
      fix: 'Run the workflow again and fill in each field as its description says.',
    })
  if (!data) throw wrong(error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  if (!clusters.includes(data.cluster)) throw wrong(`the policy has no cluster ${JSON.stringify(data.cluster)}`)
  return data
}

async function issueOf(
  { github, policy, world }: ExternalChangeContext,
  change: ExternalChange,
  by: string,
): Promise<number> {
  const repo = world.run.repository
  const marker = `<!-- lockstep:change ${world.run.id} -->`
  const where = { ...repoRef(repo), labels: changeLabel, state: 'all' as const, per_page: 100 }
  const all = await github.paginate(github.rest.issues.listForRepo, where)
  const { bot } = policy.apps.gate
  const present = all.find((one) => isByBot(one, bot) && one.body?.startsWith(marker))
  if (present) return present.number
  const issue = { title: titleOf(change), body: issueBody(change, by, marker), labels: [changeLabel] }
  return (await openOwnIssue(github, repo, bot, issue)).number
}
