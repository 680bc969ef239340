import { isByBot } from '../../../shared/github/bot.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { changesOf } from '../../../shared/github/compare.js'
import { openOwnIssue } from '../../../shared/github/own-issue.js'
import { pushersOf, pushesTo } from '../../../shared/github/pushes.js'
import type { ActionOutcome } from '../../../shared/runtime/action.js'
import type { Io } from '../io.js'
import { unreviewedIn, unreviewedMessage } from './commit-range.js'
import { type CommitRangeContext, collectCommitRange } from './commit-range-facts.js'
import type { CommitRangeFacts, RangeCommit } from './commit-range-types.js'
import { describeUnreviewed, type UnreviewedCommit, unreviewedLabel, unreviewedMarker } from './describe-unreviewed.js'

/** A page of a comment has room for so many. */
const most = 20

/**
 * Keeps one issue about the commits that did not pass the gate, as long as they block deploys: what they change, who pushed
 * them, and the two ways to resolve it. Safe to repeat; the token is the gate App's.
 */
export async function reportUnreviewed(context: CommitRangeContext): Promise<ActionOutcome<Io['outputs']>> {
  const { github, policy, world } = context
  const repo = world.run.repository
  const facts = await collectCommitRange(context)
  const standing = unreviewedIn(facts)
  const issue = await openUnreviewedIssue(github, repo, policy.apps.gate.bot)
  const told = (decision: 'waiting' | 'closed' | 'unchanged', message: string): ActionOutcome<Io['outputs']> => {
    world.log.info(message)
    const reason = decision === 'waiting' ? 'unreviewed-commit' : decision === 'closed' ? 'ok' : 'up-to-date'
    return { finding: { decision, reason, message, commit: world.run.sha }, outputs: {} }
  }
  if (standing.length === 0) {
    if (!issue) return told('unchanged', 'Every commit passed the gate, was approved, or is fully reverted.')
    await settle(github, repo, issue.number)
    return told('closed', `No unreviewed commit blocks deploys any more: #${issue.number} was closed.`)
  }
  const commits = await aboutThem(github, repo, facts, standing)
  const { title, body } = describeUnreviewed(commits, {
    policy,
    run: world.run,
    more: standing.length - commits.length,
  })
  const url = await keep(context, issue, title, body)
  return told('waiting', `${title}: ${url}`)
}

type Issue = Awaited<ReturnType<typeof openUnreviewedIssue>>

/** The open issue, where the gate App itself wrote it: anybody can write its marker. */
export async function openUnreviewedIssue(github: GitHub, repo: string, gateBot: number) {
  const all = { ...repoRef(repo), labels: unreviewedLabel, state: 'open' as const, per_page: 100 }
  return (await github.paginate(github.rest.issues.listForRepo, all)).find(
    (one) => isByBot(one, gateBot) && one.body?.startsWith(unreviewedMarker),
  )
}

async function keep(
  { github, policy, world }: CommitRangeContext,
  issue: Issue,
  title: string,
  body: string,
): Promise<string> {
  const repo = world.run.repository
  if (issue?.body === body && issue.title === title) return issue.html_url
  if (!issue) {
    const opened = { title, body, labels: [unreviewedLabel] }
    return (await openOwnIssue(github, repo, policy.apps.gate.bot, opened)).html_url
  }
  const { data } = await github.rest.issues.update({ ...repoRef(repo), issue_number: issue.number, title, body })
  return data.html_url
}

/** First the comment, then the closing: if the run is interrupted between them, a second comment is better than none. */
async function settle(github: GitHub, repo: string, number: number): Promise<void> {
  const at = { ...repoRef(repo), issue_number: number }
  await github.rest.issues.createComment({
    ...at,
    body: 'None of these commits blocks deploys any more: deploys continue.',
  })
  await github.rest.issues.update({ ...at, state: 'closed' })
}

async function aboutThem(
  github: GitHub,
  repo: string,
  { clusters }: CommitRangeFacts,
  standing: RangeCommit[],
): Promise<UnreviewedCommit[]> {
  const pushes = await pushesTo(github, repo, await defaultBranchName(github, repo))
  const lines = clusters.map(({ relation }) => relation?.commits.map(({ sha }) => sha) ?? [])
  const line = lines.toSorted((a, b) => b.length - a.length)[0]?.toReversed() ?? []
  const found: UnreviewedCommit[] = []
  for (const commit of standing.slice(0, most)) {
    const { sha, pull } = commit
    const { data } = await github.rest.repos.getCommit({ ...repoRef(repo), ref: sha })
    found.push({
      sha,
      paths: changesOf(data).files.map(({ path }) => path),
      pushers: pushersOf(line.slice(line.indexOf(sha)), pushes)?.map(({ login }) => login),
      why: unreviewedMessage(commit)?.message ?? '',
      acceptable: pull === undefined,
    })
  }
  return found
}
