import type { Merge } from './merges.js'

/**
 * Who must see these changes through: whoever merged each of them; where a bot or a merge queue did, nobody did (a direct
 * push), or that person has left, its author; where that is a bot too, who approved it last. In the order of the changes,
 * each once. I15: whom GitHub names where a queue or auto-merge merged is not known, so that a bot is nobody. Nobody is left where only bots had a hand in it: then it is the operators'.
 *
 * @param left logins, in lower case, of those who may not merge there any more.
 */
export function onDuty(merges: Merge[], left: ReadonlySet<string> = new Set()): string[] {
  const people = merges.flatMap(({ mergedBy, author, approver }) => {
    const merger = mergedBy && !left.has(mergedBy.login.toLowerCase()) ? mergedBy : undefined
    return [merger, author, approver].find((account) => account && !account.bot) ?? []
  })
  return [...new Set(people.map(({ login }) => login))]
}
