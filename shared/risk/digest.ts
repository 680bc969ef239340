import { sha256 } from '../foundation/digest.js'
import type { TreeChange } from '../github/trees.js'

/**
 * What a change is, as 64 hex digits: every path with its content and mode before and after. A rebase without effect keeps
 * it, any effect gives another one; and the merge of a pull request has the pull request's own.
 */
export const changeDigest = (changes: readonly TreeChange[]): string =>
  sha256(
    changes
      .map(({ path, base, head }) => JSON.stringify([path, base?.mode, base?.sha, head?.mode, head?.sha]))
      .toSorted()
      .join('\n'),
  )
