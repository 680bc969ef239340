import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'

export type MergeMethodName = 'merge' | 'squash' | 'rebase'

const all: readonly MergeMethodName[] = ['merge', 'squash', 'rebase']

/**
 * The ways of merging into a branch that nothing forbids which this token may see, the preferred one first (C11). GitHub's words when it
 * refuses one are not known for rulesets (C10), so none are read. A token that may not write sees no settings (C34), and nobody's token
 * sees classic branch protection: a way that is listed here can still be refused.
 *
 * @throws GitHub's errors other than that something is hidden
 */
export async function mergeMethods(github: GitHub, repo: string, branch: string): Promise<readonly MergeMethodName[]> {
  const { data: settings } = await github.rest.repos.get({ ...repoRef(repo) })
  const rules = await rulesOf(github, repo, branch)
  const forbidden: Record<MergeMethodName, boolean> = {
    merge: settings.allow_merge_commit === false || rules.some(({ type }) => type === 'required_linear_history'),
    squash: settings.allow_squash_merge === false,
    rebase: settings.allow_rebase_merge === false,
  }
  const lists = rules.flatMap((rule) => {
    const allowed = rule.type === 'pull_request' ? rule.parameters?.allowed_merge_methods : undefined
    return allowed === undefined || allowed.length === 0 ? [] : [allowed as readonly string[]]
  })
  const left = all.filter((method) => !forbidden[method] && lists.every((list) => list.includes(method)))
  // Nothing is allowed: then GitHub says so in its own words.
  return left.length > 0 ? left : all
}

async function rulesOf(github: GitHub, repo: string, branch: string) {
  try {
    return await github.paginate(github.rest.repos.getBranchRules, { ...repoRef(repo), branch, per_page: 100 })
  } catch (error) {
    if (hasStatus(error, 403, 404)) return []
    throw error
  }
}
