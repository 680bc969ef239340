/** A command under a pull request, in the first line of a new comment. */
export type Command =
  | { kind: 'ack'; numbers: number[] }
  | { kind: 'standby' }
  | { kind: 'start' }
  | { kind: 'unhold' }
  | { kind: 'try-staging' }
  | { kind: 'dry-run' }
  | { kind: 'backup'; id: string; made: string }
  | { kind: 'announced'; link: string }
  | { kind: 'hold'; reason: string }
  | { kind: 'break-glass'; link: string; reason: string }

/** A command in the wrong format. */
export interface Unclear {
  kind: 'unclear'
  /** The right format. */
  usage: string
}

export const isCommand = /^\/(ack|standby|start|try-staging|dry-run|hold|unhold|evidence|announced|break-glass)(?:\s|$)/

const bare: readonly string[] = ['standby', 'start', 'try-staging', 'dry-run', 'unhold']
const address = /^https:\/\/[^\s<>"]+$/

/** @param line of a comment; undefined if it is none of these commands. */
export function readCommand(line: string): Command | Unclear | undefined {
  const name = isCommand.exec(line)?.[1]
  if (name === undefined) return undefined
  const rest = line.slice(name.length + 1).trim()
  const words = rest === '' ? [] : rest.split(/\s+/)
  if (bare.includes(name)) {
    return words.length === 0 ? ({ kind: name } as Command) : { kind: 'unclear', usage: `/${name}` }
  }
  return readers[name]?.(words) ?? { kind: 'unclear', usage: usages[name] ?? `/${name}` }
}

const usages: Record<string, string> = {
  ack: '/ack NUMBER ..., for example "/ack 1 2"',
  evidence: '/evidence backup ID TIME, for example "/evidence backup hub-db-17 2026-03-02T09:30Z"',
  announced: '/announced LINK',
  hold: '/hold REASON',
  'break-glass': '/break-glass LINK REASON, where LINK is the incident',
}

const readers: Record<string, (words: string[]) => Command | undefined> = {
  ack(words) {
    const numbers = words.map((word) => word.replace(/,$/, ''))
    return numbers.length > 0 && numbers.every((one) => /^[1-9]\d{0,3}$/.test(one))
      ? { kind: 'ack', numbers: numbers.map(Number) }
      : undefined
  },
  evidence: ([named, ...rest]) => (named === 'backup' ? readBackup(rest) : undefined),
  announced: ([link, ...more]) =>
    link !== undefined && address.test(link) && more.length === 0 ? { kind: 'announced', link } : undefined,
  hold: (words) => (words.length > 0 ? { kind: 'hold', reason: words.join(' ').slice(0, 300) } : undefined),
  'break-glass': ([link, ...reason]) =>
    link !== undefined && address.test(link) && reason.length > 0
      ? { kind: 'break-glass', link, reason: reason.join(' ').slice(0, 300) }
      : undefined,
}

/** `ID TIME`: which backup it is, and when it was made, ISO 8601 with a time zone. */
export function readBackup([id, time, ...more]: readonly string[]): Extract<Command, { kind: 'backup' }> | undefined {
  const form = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})$/
  const made = time !== undefined && form.test(time) ? Date.parse(time) : Number.NaN
  if (id === undefined || Number.isNaN(made) || more.length > 0) return undefined
  return { kind: 'backup', id: id.slice(0, 100), made: new Date(made).toISOString() }
}
