import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'

/** What came of it: the new commit on the base branch, or GitHub's own word why not. */
export type Merged = { merged: true } | { merged: false; why: string }

const methods = ['merge', 'squash', 'rebase'] as const

/**
 * Merges a pull request if its head still is this commit, in the first way that the repository allows. Safe to repeat.
 *
 * @throws GitHub's errors other than a refusal to merge
 */
export async function mergePull(github: GitHub, repo: string, number: number, head: string): Promise<Merged> {
  const at = { ...repoRef(repo), pull_number: number }
  let why = ''
  for (const merge_method of methods) {
    try {
      await github.rest.pulls.merge({ ...at, sha: head, merge_method })
      return { merged: true }
    } catch (error) {
      if (!hasStatus(error, 405, 409)) throw error
      // An answer can get lost, or somebody may have pressed the button at this moment.
      if ((await github.rest.pulls.get(at)).data.merged) return { merged: true }
      why = error instanceof Error ? error.message : String(error)
      if (!/(merge|merges|merging|commits) .*not allowed/i.test(why)) break
    }
  }
  return { merged: false, why }
}
