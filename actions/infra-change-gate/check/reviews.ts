import type { GitHub } from '../../../shared/github/client.js'
import { compareCommits } from '../../../shared/github/compare.js'
import { hasStatus } from '../../../shared/github/errors.js'
import { treeChanges } from '../../../shared/github/trees.js'
import type { ReviewFacts } from '../../../shared/requirements/decide.js'
import type { Standing } from '../../../shared/requirements/person.js'
import { changeDigest } from '../../../shared/risk/digest.js'
import type { listReviews } from './evidence-digest.js'

export interface ReviewContext {
  github: GitHub
  /** `owner/name` of the deploy repo. */
  repo: string
  pull: { number: number; head: string; into: string }
  /** Its reviews, the oldest first. */
  reviews: Awaited<ReturnType<typeof listReviews>>
  /** Of the change as it is at `head`. */
  digest: string
  standingOf(login: string): Promise<Standing>
}

/** Approvals are read at no more than so many other commits: each takes three requests. */
const maxCommits = 5

/**
 * The latest review of each person: an approval or a request for changes. A dismissed review does not count, and neither
 * does a comment.
 */
export async function readReviews(context: ReviewContext): Promise<ReviewFacts[]> {
  const { pull, standingOf } = context
  const latest = new Map<string, ReviewContext['reviews'][number]>()
  for (const review of context.reviews) {
    if (review.user && review.state !== 'COMMENTED' && review.state !== 'PENDING') latest.set(review.user.login, review)
  }
  const said = [...latest].filter(([, { state }]) => state === 'APPROVED' || state === 'CHANGES_REQUESTED')
  const digests = new Map<string, string | undefined>([[pull.head, context.digest]])
  const reviews: ReviewFacts[] = []
  for (const [login, { state, commit_id: commit }] of said) {
    const standing = await standingOf(login)
    const says = state === 'APPROVED' ? 'approved' : 'changes-requested'
    // No requests for reviews of people who are no operators.
    if (commit && standing !== 'other' && !digests.has(commit) && digests.size <= maxCommits) {
      digests.set(commit, await digestAt(context, commit))
    }
    reviews.push({ login, standing, says, digest: commit ? digests.get(commit) : undefined })
  }
  return reviews
}

/** The digest of the change when that commit was its newest; undefined if the commit is gone. */
async function digestAt({ github, repo, pull }: ReviewContext, commit: string): Promise<string | undefined> {
  try {
    const { mergeBase } = await compareCommits(github, repo, pull.into, commit)
    const changes = await treeChanges(github, repo, mergeBase, commit)
    return changes && changeDigest(changes)
  } catch (error) {
    if (hasStatus(error, 404, 422)) return undefined
    throw error
  }
}
