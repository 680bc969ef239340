import { takesEverything, touchesComponent } from '../bump/touches.js'
import { type GitHub, repoRef } from '../github/client.js'
import { type ComparedCommit, changesOf } from '../github/compare.js'
import { orHidden, queryGraphQL } from '../github/graphql.js'
import type { Component } from '../policy/policy.js'
import { type PullNode, pullsByRest, type RestActor } from './merges-by-rest.js'

/** A person or bot. */
export interface MergeAccount {
  login: string
  bot: boolean
}

/** One change that came into the upstream's default branch. Title and logins are strangers' text. */
export interface UpstreamChange {
  /** The commit on the default branch, 40 hex digits. */
  commit: string
  /** Undefined for a direct push. */
  pull: { number: number; url: string } | undefined
  title: string
  author: MergeAccount | undefined
  /** Whether its author is a stranger there, who may not merge anything. */
  byStranger?: boolean
  /** Undefined for a direct push. */
  mergedBy: MergeAccount | undefined
  /** Who approved it last; undefined where nobody did. */
  approver?: MergeAccount | undefined
  /** ISO 8601; undefined for a direct push. */
  mergedAt: string | undefined
}

/** So many are looked up; the pull request says that there are more. */
const limit = 30

/**
 * The changes behind the default branch's own commits (`firstParents`, newest first) that belong to the component,
 * oldest first.
 */
export async function mergesOf(
  upstream: GitHub,
  component: Component,
  commits: ComparedCommit[],
): Promise<{ merges: UpstreamChange[]; more: number }> {
  const looked = commits.slice(0, limit)
  // Of a single commit it is known already that it changes the component.
  const belonging = await Promise.all(looked.map(({ sha }) => looked.length === 1 || belongs(upstream, component, sha)))
  const own = looked.filter((_, index) => belonging[index])
  const merges = new Map<string, UpstreamChange>()
  for (const merge of await readMerges(upstream, component.upstream, own)) {
    merges.set(merge.pull ? `#${merge.pull.number}` : merge.commit, merge)
  }
  return { merges: [...merges.values()].reverse(), more: Math.max(0, commits.length - limit) }
}

async function belongs(upstream: GitHub, component: Component, sha: string): Promise<boolean> {
  if (takesEverything(component)) return true
  const { data } = await upstream.rest.repos.getCommit({ ...repoRef(component.upstream), ref: sha })
  return touchesComponent(component, changesOf(data))
}

interface Pulls {
  associatedPullRequests: { pageInfo: { hasNextPage: boolean }; nodes: PullNode[] }
}
type Answer = { repository: Record<string, Pulls | null> }

/** All in one request: REST takes two for each, since its list does not say who merged. */
async function readMerges(upstream: GitHub, repo: string, commits: ComparedCommit[]): Promise<UpstreamChange[]> {
  if (commits.length === 0) return []
  const ofCommits = commits.map(({ sha }, index) => `c${index}: object(oid: "${sha}") { ...pulls }`)
  const query = `query ($owner: String!, $repo: String!) {
    repository(owner: $owner, name: $repo) { ${ofCommits.join(' ')} }
  }
  fragment pulls on Commit {
    associatedPullRequests(first: 10) { pageInfo { hasNextPage } nodes {
      number url title merged mergedAt mergeCommit { oid } author { __typename login } authorAssociation mergedBy { __typename login }
      reviews(last: 1, states: [APPROVED]) { nodes { author { __typename login } } }
    } }
  }`
  const needs = { permission: 'pull_requests: read', to: `find out who merged what in ${repo}` }
  const found = await queryGraphQL<Answer>(upstream, needs, query, { ...repoRef(repo) }).catch(orHidden)
  return Promise.all(
    commits.map(async (one, index) => {
      const pulls = found?.repository[`c${index}`]?.associatedPullRequests
      // Anybody can open more pull requests that have the commit.
      const isWhole = found && !pulls?.pageInfo.hasNextPage
      return mergeOf(one, isWhole ? (pulls?.nodes ?? []) : await pullsByRest(upstream, repo, one.sha))
    }),
  )
}

function mergeOf(commit: ComparedCommit, pulls: PullNode[]): UpstreamChange {
  const merged = pulls.filter((pull) => pull.merged)
  const found = merged.find(({ mergeCommit }) => mergeCommit?.oid === commit.sha) ?? merged[0]
  if (!found) {
    const author = commit.author === undefined ? undefined : { login: commit.author, bot: isBot(commit.author) }
    const [title = ''] = commit.message.split('\n')
    return { commit: commit.sha, pull: undefined, title, author, mergedBy: undefined, mergedAt: undefined }
  }
  const { number, url, title, author, authorAssociation, mergedBy, reviews, mergedAt, mergeCommit } = found
  return {
    commit: mergeCommit?.oid ?? commit.sha,
    pull: { number, url },
    title,
    author: accountOf(author),
    byStranger: !insiders.includes(authorAssociation),
    mergedBy: accountOf(mergedBy),
    approver: accountOf(reviews.nodes[0]?.author ?? null),
    mergedAt: mergedAt ?? undefined,
  }
}

/** GitHub's words for who belongs to a repository. */
const insiders: readonly string[] = ['COLLABORATOR', 'MEMBER', 'OWNER']

/** GraphQL leaves out the end of a bot's login. */
const accountOf = (actor: RestActor): MergeAccount | undefined => {
  if (!actor) return undefined
  const bot = actor.__typename === 'Bot'
  const login = bot ? `${actor.login.replace(/\[bot\]$/, '')}[bot]` : actor.login
  return { login, bot: bot || isBot(login) }
}

const isBot = (login: string): boolean => login.endsWith('[bot]') || login === 'web-flow'
