import { z } from 'zod'
import { isByBot } from '../github/bot.js'
import { repoRef } from '../github/client.js'
import type { Label } from '../github/labels.js'
import { openOwnIssue } from '../github/own-issue.js'
import type { Policy } from '../policy/policy.js'
import { eachDeployment, endStatementOnce, type RecordPlace, writeStatement } from '../records/gate-deployments.js'
import { jsonBlock, readBlock } from '../report/block.js'
import { escapeMarkdown, markdownCode, markdownLink, mentionLogin } from '../report/markdown.js'
import { type GuardedIssue, readGuardedIssues } from './guarded-issues.js'

export const breakGlassLabel: Label = 'deploy-break-glass'

const debtSchema = z.strictObject({
  schema: z.literal(1),
  /** Number of the pull request that went first. */
  pull: z.int().positive(),
  /** Login of the operator who said so. */
  by: z.string(),
  /** Id of their comment. */
  comment: z.int().positive(),
})

type Debt = z.infer<typeof debtSchema>

export interface NewBreakGlassReview extends Omit<Debt, 'schema'> {
  /** The deploy repo's default branch. */
  branch: string
  /** Address of the incident. */
  link: string
  reason: string
}

/** Whose debt an issue is: everybody with write access can edit its text, and nobody the gate App's Deployments. */
const debtorSchema = debtSchema.extend({ issue: z.int().positive() })

/** The text's part that finds the issue of a comment again. */
const block = 'break-glass'
const [task, environment] = ['break-glass', 'lockstep']
const patience = 7 * 24 * 60 * 60_000

/** Titles of the issues that the gate opened for a break-glass, and that no other operator closed within 7 days. */
export async function overdueReviews(place: RecordPlace, policy: Policy, now: Date): Promise<string[]> {
  const debts = await readBreakGlassReviews(place, policy)
  return debts
    .filter(({ issue, debtor }) => isReviewOverdue(issue, debtor, now))
    .map(({ issue: { number, title } }) => `#${number} ${title}`)
}

/** The issues about a break-glass that the gate opened, with who let it go first; undefined where that was not written down. */
export async function readBreakGlassReviews(
  place: RecordPlace,
  policy: Policy,
): Promise<{ issue: GuardedIssue<'debt'>; debtor?: string }[]> {
  const issues = await readGuardedIssues(place.github, place.repo, policy, { debt: breakGlassLabel })
  const own = issues.filter(({ hands }) => hands.author?.standing === 'gate')
  if (own.length === 0) return []
  const debtors = await debtorsOf(
    place,
    own.map(({ number }) => number),
  )
  return own.map((issue) => {
    const debtor = debtors.get(issue.number)?.by
    return debtor === undefined ? { issue } : { issue, debtor }
  })
}

/** Whether somebody closed it who may: an operator, and not the one whose debt it is. Pure. */
export function isReviewed({ hands }: Pick<GuardedIssue<string>, 'hands'>, debtor: string | undefined): boolean {
  const { closed } = hands
  if (!closed) return false
  const { by } = closed
  // What was confirmed when it was closed stays so, also when its closer is no operator any more.
  return closed.confirmed || (by?.standing === 'operator' && by.login.toLowerCase() !== debtor?.toLowerCase())
}

/** Pure. @param debtor who let it go first; undefined where that was not written down: then any operator may close it. */
export function isReviewOverdue(
  issue: Pick<GuardedIssue<string>, 'hands' | 'openedAt'>,
  debtor: string | undefined,
  now: Date,
): boolean {
  const late = now.getTime() - Date.parse(issue.openedAt) >= patience
  return issue.hands.author?.standing === 'gate' && late && !isReviewed(issue, debtor)
}

interface Debtor {
  /** Of the Deployment that says so. */
  id: number
  by: string
}

/** Who let each of these issues go first, as far as that was written down. */
async function debtorsOf(place: RecordPlace, issues: readonly number[]): Promise<Map<number, Debtor>> {
  const found = new Map<number, Debtor>()
  const wanted = new Set(issues)
  for await (const { id, payload } of eachDeployment(place, { task, environment }, debtorSchema)) {
    if (wanted.delete(payload.issue)) found.set(payload.issue, { id, by: payload.by })
    if (wanted.size === 0) break
  }
  return found
}

/** Opens the issue that another operator closes afterwards; one a comment, however often it is heard. Returns its number. */
export async function openBreakGlassReview(place: RecordPlace, debt: NewBreakGlassReview): Promise<number> {
  const issue = (await issueOf(place, debt)) ?? (await openIssue(place, debt))
  const { pull, by, comment, branch } = debt
  const description = `Break-glass by ${by}: #${issue}`
  const payload = { ...debtorSchema.parse({ schema: 1, pull, by, comment, issue }) }
  const present = (await debtorsOf(place, [issue])).get(issue)
  if (present) await endStatementOnce(place, present.id)
  // At the deploy repo's own branch: whether GitHub takes the commit of a fork is open (D1).
  else await writeStatement(place, { ref: branch, task, environment, description, payload })
  return issue
}

async function issueOf(
  { github, repo, gateBot }: RecordPlace,
  { comment }: NewBreakGlassReview,
): Promise<number | undefined> {
  const where = { ...repoRef(repo), state: 'all' as const, labels: breakGlassLabel, per_page: 100 }
  const all = await github.paginate(github.rest.issues.listForRepo, where)
  const known = all.find((one) => isByBot(one, gateBot) && readBlock(block, debtSchema, one.body)?.comment === comment)
  return known?.number
}

async function openIssue(
  { github, repo, gateBot }: RecordPlace,
  { pull, by, comment, ...why }: NewBreakGlassReview,
): Promise<number> {
  const { number } = await openOwnIssue(github, repo, gateBot, {
    title: `Break-glass: another operator has to review #${pull}`,
    labels: [breakGlassLabel],
    body: `${mentionLogin(by)} used break-glass on #${pull}, which skipped part of its review: ${escapeMarkdown(why.reason, 300)} (${markdownLink('the incident', why.link)}).

**What to do next:** an operator other than ${markdownCode(by)} reviews the change and closes this issue, also if it was not merged after all. After 7 days, no T2 or T3 change may be merged until then.

${jsonBlock(block, { schema: 1, pull, by, comment } satisfies Debt)}`,
  })
  return number
}
