import type { Runtime } from '../../../shared/action/runtime.js'
import { MissingPermission } from '../../../shared/foundation/errors.js'
import { isByToken } from '../../../shared/github/bot.js'
import type { GitHub } from '../../../shared/github/client.js'
import { graphqlTypes } from '../../../shared/github/graphql.js'
import { firstInPages } from '../../../shared/github/pages.js'
import { pullsFrom } from '../../../shared/github/pulls-from.js'
import { upstreamRevertBody } from './describe-upstream.js'

export interface MergedUpstream {
  /** GitHub's node id. */
  id: string
  number: number
  title: string
  /** Its head's branch. */
  branch: string
  /** The branch that it was merged into, which is where its revert goes as well. */
  base: string
}

/** The revert; `waits` where its runs wait until somebody approves them. Or GitHub's own words why there is none. */
export type OpenedRevert = { number: number; url: string; isNew: boolean; waits: boolean } | { why: string }

export interface RevertWriters {
  world: Pick<Runtime, 'run' | 'log'>
  /** The job's own token: runs of what it opens wait for an approval (A26). */
  github: GitHub
  /** The bump App's, where it is installed here. */
  bump: GitHub | undefined
  /** Whom the job's own token stands for. */
  me: string
  /** Number of the issue that asks. */
  issue: number
}

/** What GitHub answers for other reasons than that it does not want to. */
const passing = ['NOT_FOUND', 'RATE_LIMITED', 'INTERNAL']

/**
 * Finds the revert of a pull request, or opens it: with the bump App's token, so that its runs start by themselves, else with the job's
 * own. Safe to repeat.
 *
 * @throws MissingPermission where the job's own token lacks one, and GitHub's errors other than a refusal
 */
export async function findOrOpenRevert(writers: RevertWriters, pull: MergedUpstream): Promise<OpenedRevert> {
  const { world, github, bump } = writers
  const present = await findRevert(writers, pull)
  if (present) return present
  let why = ''
  for (const writer of bump ? [bump, github] : [github]) {
    try {
      return await revert(writers, writer, pull)
    } catch (error) {
      const words = refusalIn(error)
      // What the App may not, the job may.
      if (words === undefined && (writer === github || !(error instanceof MissingPermission))) throw error
      why = words ?? String(error)
      world.log.info(why)
      // Somebody may have pressed the button at this moment, or an answer got lost.
      const found = await findRevert(writers, pull)
      if (found) return found
    }
  }
  return { why }
}

async function revert({ github, issue }: RevertWriters, writer: GitHub, pull: MergedUpstream): Promise<OpenedRevert> {
  const mutation = `mutation ($input: RevertPullRequestInput!) {
    revertPullRequest(input: $input) { revertPullRequest { number url } }
  }`
  const waits = writer === github
  const input = {
    pullRequestId: pull.id,
    title: `Revert "${pull.title}"`,
    body: upstreamRevertBody(pull.number, issue, waits),
  }
  try {
    const answer = await writer.graphql<{ revertPullRequest: { revertPullRequest: { number: number; url: string } } }>(
      mutation,
      { input },
    )
    return { ...answer.revertPullRequest.revertPullRequest, isNew: true, waits }
  } catch (error) {
    const isMissing = /not accessible by integration/i.test(String(error))
    if (!isMissing) throw error
    throw new MissingPermission('contents: write and pull-requests: write', `revert #${pull.number}`, error)
  }
}

/**
 * C22: GitHub refuses where the changes conflict, where jobs may open no pull requests, and where workflow files would change. Its words
 * and types for that are not known, so that every refusal is told as it is. Undefined for what is none.
 */
function refusalIn(error: unknown): string | undefined {
  const types = graphqlTypes(error)
  const isRefusal = types.length > 0 && !types.some((type) => passing.includes(type))
  return isRefusal && error instanceof Error ? error.message : undefined
}

/** GitHub itself names the branch of a revert so; nobody can choose another. */
async function findRevert(
  { github, world, me }: RevertWriters,
  pull: MergedUpstream,
): Promise<OpenedRevert | undefined> {
  const where = { branch: `revert-${pull.number}-${pull.branch}`, base: pull.base, state: 'all' as const }
  const [found] = await firstInPages(pullsFrom(github, world.run.repository, where), 1)
  return found && { number: found.number, url: found.html_url, isNew: false, waits: isByToken(me)(found) }
}
