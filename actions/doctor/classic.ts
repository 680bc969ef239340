import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Seen } from './check.js'
import type { Classic } from './facts.js'
import { lookAt } from './look.js'

/**
 * Classic branch protection of a branch, which no list of rulesets has; undefined where it is off.
 *
 * What it asks for GitHub shows to admins only; that it is off, everybody sees. C32: where a ruleset alone is told as
 * protection, that cannot be seen without the settings' token.
 */
export async function classicProtection(
  { github, settings }: { github: GitHub; settings: GitHub | undefined },
  repo: string,
  branch: string,
): Promise<Seen<Classic | undefined>> {
  const at = { ...repoRef(repo), branch }
  if (settings) return lookAt(() => asAdmin(settings, at))
  const on = await lookAt(async () => (await github.rest.repos.getBranch(at)).data.protection.enabled)
  if (!('value' in on)) return on
  return on.value === false ? { value: undefined } : { unseen: 'GitHub shows its requirements only to admins.' }
}

async function asAdmin(client: GitHub, at: { owner: string; repo: string; branch: string }) {
  try {
    const { data } = await client.rest.repos.getBranchProtection(at)
    const reviews = data.required_pull_request_reviews
    return {
      approvals: reviews?.required_approving_review_count ?? 0,
      codeOwners: reviews?.require_code_owner_reviews ?? false,
    }
  } catch (error) {
    // Any other 404 says that the token may not see it.
    if (error instanceof Error && /^Branch not protected\b/.test(error.message)) return undefined
    throw error
  }
}
