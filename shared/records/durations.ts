import { type GitHub, repoRef } from '../github/client.js'
import { ask } from '../github/graphql.js'

interface Deployment {
  task: string
  commitOid: string
  commit: { committedDate: string } | null
  creator: { __typename: string } | null
  statuses: { nodes: { state: string; createdAt: string }[] } | null
}

const query = `query ($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    deployments(first: 100, orderBy: { field: CREATED_AT, direction: DESC }) { nodes {
      task commitOid commit { committedDate } creator { __typename } statuses(first: 10) { nodes { state createdAt } }
    } }
  }
}`

/** So many deploys tell how long the next one takes. */
const count = 20

/**
 * How long the last deploys took: milliseconds from the merge to the last cluster's success, newest first. In one request,
 * and only good for telling people: GraphQL does not say which App wrote a record.
 */
export async function deployDurations(github: GitHub, repo: string): Promise<number[]> {
  const needs = { permission: 'deployments: read', to: `read the deployments of ${repo}` }
  const { repository } = await ask<{ repository: { deployments: { nodes: Deployment[] } } }>(github, needs, query, {
    ...repoRef(repo),
  })
  return durationsOf(repository.deployments.nodes)
}

/** The same of deployments, newest first. A commit that failed anywhere tells nothing. */
export function durationsOf(deployments: Deployment[]): number[] {
  const ours = deployments.filter(({ task, creator }) => task === 'deploy' && creator?.__typename === 'Bot')
  const commits = [...new Set(ours.map(({ commitOid }) => commitOid))]
  return commits
    .flatMap((commit) => durationOf(ours.filter(({ commitOid }) => commitOid === commit)) ?? [])
    .slice(0, count)
}

function durationOf(deployments: Deployment[]): number | undefined {
  const merged = Date.parse(deployments[0]?.commit?.committedDate ?? '')
  const ends = deployments.map(({ statuses }) => statuses?.nodes.find(({ state }) => state === 'SUCCESS')?.createdAt)
  const failed = deployments.some(({ statuses }) => statuses?.nodes.some(({ state }) => /FAILURE|ERROR/.test(state)))
  const last = Math.max(...ends.map((at) => Date.parse(at ?? '')))
  return failed || Number.isNaN(last - merged) ? undefined : Math.max(0, last - merged)
}

/** The middle one; undefined of none. */
export function median(numbers: number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

/** What nine of ten stay below; undefined of none. */
export function slow(numbers: number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.9) - 1]
}
