import { type GitHub, repoRef } from '../github/client.js'
import { firstInPages } from '../github/pages.js'
import { pullsWithCommit } from '../github/pulls-with-commit.js'

/** A person or bot, as GraphQL has them. */
export type RestActor = { __typename: string; login: string } | null

/** A pull request with a commit, as GraphQL has it. */
export interface PullNode {
  number: number
  url: string
  title: string
  merged: boolean
  mergeCommit: { oid: string } | null
  author: RestActor
  authorAssociation: string
  mergedBy: RestActor
  /** The last that approved, alone. */
  reviews: { nodes: { author: RestActor }[] }
  mergedAt: string | null
}

/** The merged pull requests with a commit. P8: where GraphQL does not show the repository; three requests for each. */
export async function pullsByRest(github: GitHub, repo: string, commit: string): Promise<PullNode[]> {
  const data = await firstInPages(pullsWithCommit(github, repo, commit))
  return Promise.all(
    data.filter(({ merged_at: mergedAt }) => mergedAt !== null).map(({ number }) => node(github, repo, number)),
  )
}

async function node(github: GitHub, repo: string, number: number): Promise<PullNode> {
  const at = { ...repoRef(repo), pull_number: number }
  const [{ data: pull }, reviews] = await Promise.all([
    github.rest.pulls.get(at),
    github.paginate(github.rest.pulls.listReviews, { ...at, per_page: 100 }),
  ])
  const approval = reviews.findLast(({ state }) => state === 'APPROVED')
  return {
    ...{ number, url: pull.html_url, title: pull.title, merged: pull.merged, mergedAt: pull.merged_at },
    mergeCommit: pull.merge_commit_sha ? { oid: pull.merge_commit_sha } : null,
    author: actor(pull.user),
    authorAssociation: pull.author_association,
    mergedBy: actor(pull.merged_by),
    reviews: { nodes: approval ? [{ author: actor(approval.user) }] : [] },
  }
}

const actor = (user: { type: string; login: string } | null): RestActor =>
  user && { __typename: user.type, login: user.login }
