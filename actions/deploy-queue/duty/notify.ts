import { checkWriter, isBot, isByBot } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { Label } from '../../../shared/github/labels.js'
import { openOwnIssue } from '../../../shared/github/own-issue.js'
import type { StickyComment } from '../../../shared/github/sticky-comment.js'
import { type DutyFacts, type DutyMessage, decideDuty } from './decide-duty.js'
import { type DutyMessageFacts, describeDutyMessage, overdueBody, overdueTitle } from './describe-duty.js'
import { keyIn, mark } from './mark.js'

/** The deploy repo, and who writes there. */
export interface NotifiedPull {
  github: GitHub
  /** `owner/name` */
  repo: string
  /** User id of the gate App's bot, whose token it is. */
  gateBot: number
}

export const readComments = ({ github, repo }: NotifiedPull, pull: number): Promise<StickyComment[]> =>
  github.paginate(github.rest.issues.listComments, { ...repoRef(repo), issue_number: pull, per_page: 100 })

/** What was said may have been said though its answer got lost: the next run sees that, a repetition would not. */
const once = { retries: 0 }

/** What was said under a pull request before, by its key, and when it was said first: anybody can write a marker. */
export function notifiedBefore(comments: StickyComment[], gateBot: number): Map<string, string> {
  const said = new Map<string, string>()
  for (const { body, created_at: at, user } of comments) {
    const key = keyIn(body)
    if (key !== undefined && isBot(user, gateBot) && !said.has(key)) said.set(key, at)
  }
  return said
}

/** Says what is to be said now. Each comment is its own memory, so that nothing is said twice. */
export async function notifyDuty(
  place: NotifiedPull,
  facts: DutyFacts,
  said: DutyMessageFacts,
  now: Date,
): Promise<DutyMessage[]> {
  const { github, repo, gateBot } = place
  const words = decideDuty(facts, said.policy.deployQueue, now)
  const issue = { ...repoRef(repo), issue_number: said.turn.pull }
  for (const word of words) {
    // The comment comes last: it is what is remembered.
    if (word.kind === 'end') await closeCall(place, said.turn.pull)
    const issueUrl = word.kind === 'call' ? await callOperators(place, said) : undefined
    const body = `${mark(word.key)}\n${describeDutyMessage(word, { ...said, issueUrl })}\n`
    // GitHub drops without a word who has no access; the mention reaches them.
    if (word.kind === 'greet' && word.login !== undefined)
      await github.rest.issues.addAssignees({ ...issue, assignees: [word.login] })
    const { data } = await github.rest.issues.createComment({ ...issue, body, request: once })
    // Else it would be said anew each time.
    checkWriter(data.user, gateBot)
  }
  return words
}

async function closeCall(place: NotifiedPull, pull: number): Promise<void> {
  const { github, repo } = place
  const open = (await overdueIssues(place, pull)).find(({ state }) => state === 'open')
  if (open) await github.rest.issues.update({ ...repoRef(repo), issue_number: open.number, state: 'closed' })
}

async function callOperators(place: NotifiedPull, said: DutyMessageFacts): Promise<string> {
  const { github, repo, gateBot } = place
  const { pull } = said.turn
  const [present] = await overdueIssues(place, pull)
  if (present) {
    if (present.state === 'closed')
      await github.rest.issues.update({ ...repoRef(repo), issue_number: present.number, state: 'open' })
    return present.html_url
  }
  const body = `${overdueMarker(pull)}\n${overdueBody(said)}`
  const title = overdueTitle(said.turn)
  const labels = [overdueLabel]
  return (await openOwnIssue(github, repo, gateBot, { title, body, labels }, once)).html_url
}

const overdueMarker = (pull: number): string => `<!-- lockstep:duty-overdue ${pull} -->`

/** Ours about this pull request: at most one, unless an answer got lost. */
async function overdueIssues({ github, repo, gateBot }: NotifiedPull, pull: number) {
  const where = { ...repoRef(repo), labels: overdueLabel, state: 'all' as const, per_page: 100 }
  const issues = await github.paginate(github.rest.issues.listForRepo, where)
  return issues.filter((one) => isByBot(one, gateBot) && one.body?.startsWith(overdueMarker(pull)))
}

/** Of the issue that calls the operators. */
const overdueLabel: Label = 'deploy-overdue'
