import type { Clock } from '../foundation/clock.js'
import { type GitHub, repoRef } from './client.js'
import { hasStatus } from './errors.js'
import { mergeMethods } from './merge-methods.js'

/** What came of it: the new commit on the base branch, or GitHub's own word why not. */
export type MergeResult = { merged: true } | { merged: false; why: string }

export interface MergeablePull {
  /** `owner/name` */
  repo: string
  number: number
  /** The commit that it must be at. */
  head: string
  /** Whether it must not be merged any more, asked before each further try; never unless given. */
  isStale?: () => Promise<boolean>
}

/** So often the same is tried again, and in between it waits, in milliseconds. */
const patience = 3
const pause = 2_000

/**
 * Merges a pull request if its head still is this commit, in the first way that the repository allows. Safe to repeat.
 *
 * Whatever GitHub refuses with 405 is tried again for some seconds, without a look at its words: "Base branch was modified" passes by
 * itself (C9), and so may a check that has just turned green (C8).
 *
 * @throws GitHub's errors other than a refusal to merge
 */
export async function mergePullRequest(
  github: GitHub,
  { clock }: { clock: Pick<Clock, 'sleep'> },
  { repo, number, head, isStale = async () => false }: MergeablePull,
): Promise<MergeResult> {
  const at = { ...repoRef(repo), pull_number: number }
  const { data: pull } = await github.rest.pulls.get(at)
  if (pull.merged) return { merged: true }
  if (pull.head.sha !== head) return { merged: false, why: 'Its head has changed.' }
  let [why, left] = ['', patience]
  for (const merge_method of await mergeMethods(github, repo, pull.base.ref)) {
    for (;;) {
      try {
        await github.rest.pulls.merge({ ...at, sha: head, merge_method })
        return { merged: true }
      } catch (error) {
        if (!hasStatus(error, 405, 409)) throw error
        // An answer can get lost, or somebody may have pressed the button at this moment.
        if ((await github.rest.pulls.get(at)).data.merged) return { merged: true }
        why = error instanceof Error ? error.message : String(error)
        // Another head than was judged.
        if (hasStatus(error, 409)) return { merged: false, why }
      }
      if (await isStale()) return { merged: false, why }
      // One patience for all: where the first way was refused for long, the next is not told to wait as well.
      if (left-- <= 0) break
      await clock.sleep(pause)
      if (await isStale()) return { merged: false, why }
    }
  }
  return { merged: false, why }
}
