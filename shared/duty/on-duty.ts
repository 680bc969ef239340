import type { UpstreamChange } from './merges.js'

/**
 * Who must see these changes through: whoever merged each of them; where a bot did, nobody did (a direct push), or that person has
 * left, its author; where that is a bot too, who approved it last, who also comes before an author that may not merge there. Whom GitHub
 * names for auto-merge and merge queues, the person, a bot or nobody, is not known (I15). In the order of the changes, each once. Nobody is left where only bots had a hand in it: then it is the operators'.
 *
 * @param left logins, in lower case, of those who may not merge there any more.
 */
export function onDuty(merges: UpstreamChange[], left: ReadonlySet<string> = new Set()): string[] {
  const people = merges.flatMap(({ mergedBy, author, byStranger, approver }) => {
    const merger = mergedBy && !left.has(mergedBy.login.toLowerCase()) ? mergedBy : undefined
    const others = byStranger ? [approver, author] : [author, approver]
    return [merger, ...others].find((account) => account && !account.bot) ?? []
  })
  return [...new Set(people.map(({ login }) => login))]
}
