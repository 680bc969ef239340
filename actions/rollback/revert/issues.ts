import {
  type BlockedVersion,
  blockedVersionLabel,
  readBlockedVersion,
} from '../../../shared/blocks/blocked-versions.js'
import { onDuty } from '../../../shared/duty/on-duty.js'
import { isByBot } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { openOwnIssue } from '../../../shared/github/own-issue.js'
import { sameRun } from '../../../shared/records/verified.js'
import {
  blockedVersionBody,
  blockedVersionTitle,
  conflictBody,
  conflictMarker,
  conflictTitle,
  requestedRevertText,
  upstreamBody,
  upstreamMarker,
  upstreamTitle,
} from '../describe.js'
import type { BadVersion, CarriedCommit, FailedRange, GitContext } from './git-types.js'
import { revertLabel } from './requested-revert.js'

export interface OpenedIssue {
  number: number
  url: string
  body: string
}

/** Holds the bad version: no later run deploys what contains it. One that is there, open or closed, is not made again. */
export async function blockVersion(context: GitContext, failure: FailedRange, bad: BadVersion): Promise<OpenedIssue> {
  const { world, github } = context
  const hold: BlockedVersion = {
    schema: 1,
    component: bad.component.name,
    version: bad.from,
    ...(bad.commit === undefined ? {} : { commit: bad.commit }),
    cause: failure.cause.slice(0, 400),
    run: failure.run,
  }
  const repo = world.run.repository
  return findOrOpen(github, repo, context, {
    labels: [blockedVersionLabel],
    title: blockedVersionTitle(bad),
    body: blockedVersionBody(hold, bad, failure),
    assignees: failure.pulls.flatMap(({ assignees }) => assignees),
    isIt: (body, open) => {
      const found = readBlockedVersion(body)
      const same = found?.component === hold.component && found.version === hold.version
      // One that an operator has closed was about an earlier failure, unless it is this run's own.
      return same && (open || sameRun(found.run, failure.run))
    },
  })
}

/**
 * Tells those who merged it upstream. Nothing there needs a key of ours but the issue itself.
 *
 * @throws GitHub's error where the token may not write there.
 */
export async function openUpstreamIssue(
  context: GitContext,
  failure: FailedRange,
  { bad, carried }: { bad: BadVersion; carried: CarriedCommit },
  hold: OpenedIssue | undefined,
): Promise<OpenedIssue> {
  return findOrOpen(context.upstream, bad.component.upstream, context, {
    labels: [blockedVersionLabel, ...(requestedRevertText(bad, carried) ? [revertLabel] : [])],
    title: upstreamTitle(bad),
    body: upstreamBody(bad, carried, failure, hold),
    assignees: onDuty(carried.merges),
    // One that was closed was about an earlier failure, unless it is this run's own.
    isIt: (text, open) => text.includes(upstreamMarker(bad)) && (open || text.includes(`(${failure.url})`)),
  })
}

/** Where the revert cannot be computed, a person decides. */
export async function openConflictIssue(
  context: GitContext,
  failure: FailedRange,
  conflicts: string[],
): Promise<OpenedIssue> {
  const { world, github } = context
  return findOrOpen(github, world.run.repository, context, {
    labels: [revertLabel],
    title: conflictTitle(failure),
    body: conflictBody(failure, conflicts),
    assignees: failure.pulls.flatMap(({ assignees }) => assignees),
    isIt: (text) => text.includes(conflictMarker(failure)),
  })
}

export interface IssueToOpen {
  /** The first is the one that it is looked for by. */
  labels: string[]
  title: string
  body: string
  assignees: string[]
  /** Whether an issue of ours with this text is the one. */
  isIt(body: string, open: boolean): boolean
}

/** The issue of ours that is the one; opened where there is none. */
export async function findOrOpen(
  github: GitHub,
  repo: string,
  { policy }: GitContext,
  issue: IssueToOpen,
): Promise<OpenedIssue> {
  const { labels, title, body, isIt } = issue
  const all = await github.paginate(github.rest.issues.listForRepo, {
    ...repoRef(repo),
    labels: labels[0] ?? '',
    state: 'all',
    per_page: 100,
  })
  // Anybody can copy a marker into an issue of their own.
  const ours = all.filter((one) => !one.pull_request && isByBot(one, policy.apps.gate.bot))
  const found = ours.find((one) => isIt(one.body ?? '', one.state === 'open'))
  if (found) return { number: found.number, url: found.html_url, body: found.body ?? '' }
  const assignees = [...new Set(issue.assignees)].slice(0, 10)
  const data = await openOwnIssue(github, repo, policy.apps.gate.bot, { title, body, labels, assignees })
  return { number: data.number, url: data.html_url, body }
}
