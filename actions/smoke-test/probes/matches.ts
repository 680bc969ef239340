import { runInNewContext } from 'node:vm'

/** A regular expression sees so many characters, for so many milliseconds: some of them take years on a long text. */
const longest = 100_000
const time = 1_000

/** Whether a text matches a pattern of the policy. In a context of its own, which can be stopped; taking too long means no. */
export function matchesText(pattern: string, text: string): boolean {
  try {
    const facts = { pattern, text: text.slice(0, longest) }
    return runInNewContext('new RegExp(pattern, "u").test(text)', facts, { timeout: time }) === true
  } catch {
    return false
  }
}
