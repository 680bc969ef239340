import { roleOf } from './accounts.js'
import type { Pull, Repo } from './state.js'

/** GitHub's message where a pull request lacks approvals that its base asks for: by the ruleset, or by classic protection. */
export function reviewViolation(repo: Repo, { base, reviews }: Pull): string | undefined {
  if (base !== repo.defaultBranch) return undefined
  const needed = Math.max(repo.reviewRequired ? 1 : 0, repo.classicProtection?.approvals ?? 0)
  const said = new Map(
    reviews.filter(({ state }) => state !== 'COMMENTED').map(({ author, state }) => [author.login, state]),
  )
  const approved = [...said].filter(([login, state]) => state === 'APPROVED' && roleOf(repo, login) !== 'read').length
  if (approved >= needed) return undefined
  return `At least ${needed} approving review is required by reviewers with write access.`
}
