import { type GitHub, repoRef } from '../../shared/github/client.js'
import { queryGraphQL } from '../../shared/github/graphql.js'
import { listPages } from '../../shared/github/pages.js'
import { fixedCommits, fixLabel } from './fixes.js'
import type { MergeCandidate, QueueStatus, UndeployedChange } from './types.js'

/** The status that upstream's ruleset requires, from any source. */
export const queueContext = 'lockstep / queue'

/** An open pull request, or what a merge queue is about to merge, with the status that it has. */
export interface UpstreamHead {
  /** The commit that the status belongs to, 40 hex digits. */
  sha: string
  pull: number
  ready: boolean
  queued: MergeCandidate['queued']
  title: string
  body: string
  labels: string[]
  present: QueueStatus | undefined
}

interface PullNode {
  number: number
  title: string
  body: string
  isDraft: boolean
  reviewDecision: 'APPROVED' | 'CHANGES_REQUESTED' | 'REVIEW_REQUIRED' | null
  headRefOid: string
  labels: { nodes: { name: string }[] }
  commits: { nodes: { commit: { status: { context: ContextNode | null } | null } }[] }
}

interface ContextNode {
  state: string
  description: string | null
  targetUrl: string | null
}

const pullFields = `
  fragment pull on PullRequest {
    number title body isDraft reviewDecision headRefOid
    labels(first: 20) { nodes { name } }
    commits(last: 1) { nodes { commit { status { context(name: "${queueContext}") { state description targetUrl } } } } }
  }`

const needs = (repo: string) => ({
  permission: 'pull_requests: read and statuses: read',
  to: `read the pull requests of ${repo}`,
})

/** One open pull request; undefined where it is closed, or goes elsewhere than to `base`. */
export async function readHead(
  github: GitHub,
  repo: string,
  number: number,
  base: string,
): Promise<UpstreamHead | undefined> {
  const query = `query ($owner: String!, $repo: String!, $number: Int!) {
    repository(owner: $owner, name: $repo) { pullRequest(number: $number) { state baseRefName ...pull } }
  }${pullFields}`
  const variables = { ...repoRef(repo), number }
  const { repository } = await queryGraphQL<{
    repository: { pullRequest: PullNode & { state: string; baseRefName: string } }
  }>(github, needs(repo), query, variables)
  const { pullRequest: pull } = repository
  return pull.state === 'OPEN' && pull.baseRefName === base ? headOf(pull) : undefined
}

/** Every open pull request into `base`: one request for each hundred. */
export async function readHeads(github: GitHub, repo: string, base: string): Promise<UpstreamHead[]> {
  const query = `query ($owner: String!, $repo: String!, $base: String!, $after: String) {
    repository(owner: $owner, name: $repo) {
      pullRequests(states: OPEN, baseRefName: $base, first: 100, after: $after) {
        nodes { ...pull } pageInfo { hasNextPage endCursor }
      }
    }
  }${pullFields}`
  const heads: UpstreamHead[] = []
  for (let after: string | null = null; ; ) {
    type Page = { nodes: PullNode[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } }
    const variables = { ...repoRef(repo), base, after }
    const answer: { repository: { pullRequests: Page } } = await queryGraphQL(github, needs(repo), query, variables)
    const { nodes, pageInfo } = answer.repository.pullRequests
    heads.push(...nodes.map(headOf))
    if (!pageInfo.hasNextPage) return heads
    after = pageInfo.endCursor
  }
}

function headOf({ number, title, body, isDraft, reviewDecision, headRefOid, labels, commits }: PullNode): UpstreamHead {
  const present = commits.nodes[0]?.commit.status?.context
  return {
    sha: headRefOid,
    pull: number,
    ready: isReadyToMerge({ isDraft, reviewDecision }),
    queued: undefined,
    title,
    body,
    labels: labels.nodes.map(({ name }) => name),
    present: present ? statusOf(present) : undefined,
  }
}

/** It may be merged as far as people are concerned. No decision: the repository asks for no review. */
export const isReadyToMerge = ({ isDraft, reviewDecision }: Pick<PullNode, 'isDraft' | 'reviewDecision'>): boolean =>
  !isDraft && (reviewDecision === null || reviewDecision === 'APPROVED')

const states: Record<string, QueueStatus['state']> = { SUCCESS: 'success', FAILURE: 'failure', ERROR: 'error' }

const statusOf = ({ state, description, targetUrl }: ContextNode): QueueStatus => ({
  state: states[state] ?? 'pending',
  description: description ?? '',
  url: targetUrl ?? undefined,
})

/** The status of a context that a commit has now. */
export async function readStatus(
  github: GitHub,
  repo: string,
  ref: string,
  context: string,
): Promise<QueueStatus | undefined> {
  const what = { list: `statuses of ${ref.slice(0, 7)} in ${repo}`, fix: 'Find out who writes them.' }
  for await (const one of listPages(statusPages(github, repo, ref), what)) {
    if (one.context === context) return statusOf({ ...one, state: one.state.toUpperCase(), targetUrl: one.target_url })
  }
  return undefined
}

/** Octokit's own paging takes the combined status for no list. */
async function* statusPages(github: GitHub, repo: string, ref: string) {
  for (let page = 1; ; page += 1) {
    const { data } = await github.rest.repos.getCombinedStatusForRef({ ...repoRef(repo), ref, per_page: 100, page })
    yield { data: data.statuses }
    if (data.statuses.length < 100) return
  }
}

/** A head as the decision sees it. `makes` is left open: see `readMakes`. */
export const candidateOf = (head: UpstreamHead, { undeployed, exceptions, repo }: QueueFacts): MergeCandidate => ({
  ready: head.ready,
  queued: head.queued,
  makes: undefined,
  exception: exceptions.find((label) => head.labels.includes(label)),
  repairs: fixedCommits(head, undeployed, repo),
  fix: head.labels.includes(fixLabel),
})

export interface QueueFacts {
  undeployed: UndeployedChange[]
  exceptions: string[]
  /** `owner/name` of the upstream repository. */
  repo: string
}
