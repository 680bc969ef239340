/**
 * Which lists are edited by a change of a script inside the values, such as Python configuration: where every changed line is
 * a text literal (or a comment, or empty), the names of the lists that these lines stand in. Undefined where anything else
 * changes: then the script itself does something else.
 */
export function listsEdited(before: string, after: string): string[] | undefined {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  const names = [...onlyIn(old, fresh), ...onlyIn(fresh, old)].map(({ lines, index }) => listAround(lines, index))
  const known = names.filter((name) => name !== undefined)
  return names.length > 0 && known.length === names.length
    ? [...new Set(known)].filter((name) => name !== '')
    : undefined
}

/** Lines that one text has more often than the other: what was only moved is in neither. */
function onlyIn(lines: readonly string[], others: readonly string[]): { lines: readonly string[]; index: number }[] {
  const left = new Map<string, number>()
  for (const line of others) left.set(line.trim(), (left.get(line.trim()) ?? 0) + 1)
  return lines.flatMap((line, index) => {
    const more = left.get(line.trim()) ?? 0
    left.set(line.trim(), more - 1)
    return more > 0 ? [] : [{ lines, index }]
  })
}

const literal = /^(r|b|u|f)?(['"]).*\2\s*,?\s*(#.*)?$/
const comment = /^(#.*)?$/
const assignment = /^(?:[\w.]+\.)?(\w+)\s*(?:\+?=|\.(?:extend|append)\()\s*[[({]/

/** The list that a line's literal stands in; empty for a comment; undefined where the line is something else. */
function listAround(lines: readonly string[], index: number): string | undefined {
  const line = lines[index]?.trim() ?? ''
  if (comment.test(line)) return ''
  // Nobody writes longer ones, and the pattern takes its time.
  if (line.length > 10_000 || !literal.test(line)) return undefined
  for (const above of lines.slice(0, index).toReversed()) {
    const text = above.trim()
    const name = assignment.exec(text)?.[1]
    if (name !== undefined) return name
    if (!literal.test(text) && !comment.test(text)) return undefined
  }
  return undefined
}
