import type { Merge } from './merges.js'

/**
 * Who must see these changes through: whoever merged each of them; where a bot merged, or nobody did (a direct push),
 * its author. In the order of the changes, each once.
 */
export function onDuty(merges: Merge[]): string[] {
  const people = merges.flatMap(
    ({ mergedBy, author }) => [mergedBy, author].find((account) => account && !account.bot) ?? [],
  )
  return [...new Set(people.map(({ login }) => login))]
}
