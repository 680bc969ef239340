import { runKey } from '../../shared/action/facts.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { type Hold, holdLabel, readHold } from '../../shared/holds/holds.js'
import {
  conflictBody,
  conflictMarker,
  conflictTitle,
  holdBody,
  holdTitle,
  upstreamBody,
  upstreamMarker,
  upstreamTitle,
} from './describe.js'
import { type BadVersion, type Failure, type GitContext, readCarried } from './git-facts.js'

export interface Issue {
  number: number
  url: string
}

const revertLabel = 'deploy-revert'

/** Holds the bad version: no later run deploys what contains it. One that is there, open or closed, is not made again. */
export async function placeHold(context: GitContext, failure: Failure, bad: BadVersion): Promise<Issue> {
  const { world, github } = context
  const hold: Hold = {
    schema: 1,
    component: bad.component.name,
    version: bad.from,
    ...(bad.commit === undefined ? {} : { commit: bad.commit }),
    cause: failure.cause.slice(0, 400),
    run: runKey(world.run),
  }
  const repo = world.run.repository
  return findOrOpen(github, repo, context, {
    label: holdLabel,
    title: holdTitle(bad),
    body: holdBody(hold, bad, world.run),
    assignees: failure.pulls.flatMap(({ assignees }) => assignees),
    isIt: (body, open) => {
      const found = readHold(body)
      const same = found?.component === hold.component && found.version === hold.version
      // One that an operator has closed was about an earlier failure, unless it is this run's own.
      return same && (open || found.run.split('/')[0] === String(world.run.id))
    },
  })
}

/**
 * Tells those who merged it upstream. Nothing there needs a key of ours but the issue itself.
 *
 * @throws GitHub's error where the upstream repository cannot be read, or the token may not write there.
 */
export async function tellUpstream(
  context: GitContext,
  failure: Failure,
  bad: BadVersion,
  hold: Issue | undefined,
): Promise<Issue> {
  const { run } = context.world
  const carried = await readCarried(context, bad)
  const body = upstreamBody(bad, carried, failure, hold, run)
  return findOrOpen(context.upstream, bad.component.upstream, context, {
    label: holdLabel,
    title: upstreamTitle(bad),
    body,
    assignees: carried.merges.flatMap(({ mergedBy }) => (mergedBy && !mergedBy.bot ? [mergedBy.login] : [])),
    // One that was closed was about an earlier failure, unless it is this run's own.
    isIt: (text, open) => text.includes(upstreamMarker(bad)) && (open || text.includes(`/actions/runs/${run.id}/`)),
  })
}

/** Where the revert cannot be computed, a person decides. */
export async function tellConflict(context: GitContext, failure: Failure, conflicts: string[]): Promise<Issue> {
  const { world, github } = context
  return findOrOpen(github, world.run.repository, context, {
    label: revertLabel,
    title: conflictTitle(failure),
    body: conflictBody(failure, conflicts, world.run),
    assignees: failure.pulls.flatMap(({ assignees }) => assignees),
    isIt: (text) => text.includes(conflictMarker(failure)),
  })
}

interface NewIssue {
  label: string
  title: string
  body: string
  assignees: string[]
  /** Whether an issue of ours with this text is the one. */
  isIt(body: string, open: boolean): boolean
}

async function findOrOpen(github: GitHub, repo: string, { policy }: GitContext, issue: NewIssue): Promise<Issue> {
  const { label, title, body, isIt } = issue
  const all = await github.paginate(github.rest.issues.listForRepo, {
    ...repoRef(repo),
    labels: label,
    state: 'all',
    per_page: 100,
  })
  // Anybody can copy a marker into an issue of their own.
  const ours = all.filter((one) => !one.pull_request && one.performed_via_github_app?.id === policy.apps.gate)
  const found = ours.find((one) => isIt(one.body ?? '', one.state === 'open'))
  if (found) return { number: found.number, url: found.html_url }
  const assignees = [...new Set(issue.assignees)].slice(0, 10)
  const { data } = await github.rest.issues.create({ ...repoRef(repo), title, body, labels: [label], assignees })
  return { number: data.number, url: data.html_url }
}
