import { type Fields, isFields } from '../yaml/get-path.js'

/** Gives the same number for the same hidden value, so that a reader sees whether it changed, and nothing else. */
export function valueRedactor(): (value: string) => string {
  const known = new Map<string, number>()
  return (value) => {
    const number = known.get(value) ?? known.size + 1
    known.set(value, number)
    return `(hidden ${number})`
  }
}

type Hide = (value: string) => string

const sensitiveWord =
  /^(?:pass|pwd|salt|dsn|bearer|auth|authorization|credentials?|cookies?|htpasswd|.*(?:password|passwd|passphrase|secret|token|apikey)s?)$/
// "key" alone is too common (`key: app`), and is told by the word before it.
const sensitivePair =
  /\b(?:api|access|private|signing|encryption|crypt|account|storage|hmac|license) keys?\b|\bconnection string\b/

// These name a place where a secret lies, or say something about it.
const about =
  /^(?:names?|refs?|mounts?|paths?|files?|dirs?|types?|ttl|expir\w*|audiences?|seconds|timeout|rotation|enabled|create|existing|policy|volumes?|provider|class|urls?|endpoints?)$/

/** Whether a key says that its value is not for everybody's eyes. Unsure is yes. */
export function isSensitiveKey(key: string): boolean {
  const words = wordsOf(key)
  if (words.length === 0 || /^(?:automount|existing)$/.test(words[0] ?? '') || about.test(words.at(-1) ?? ''))
    return false
  return words.some((word) => sensitiveWord.test(word)) || sensitivePair.test(words.join(' '))
}

/** `accessToken`, `ACCESS_TOKEN` and `access-token` are the same words. */
const wordsOf = (key: string): string[] =>
  key
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean)

/**
 * The same object without what must not be shown: values of sensitive keys, environment variables and arguments with such
 * names, and what looks like a credential inside any text. Booleans and numbers below sensitive keys stay.
 */
export function redactValue(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return redactText(value, hide)
  if (Array.isArray(value)) return redactedList(value, hide)
  if (!isFields(value)) return value
  // An environment variable, or anything else that gives a name and a value side by side.
  const named = ['name', 'key'].some((key) => typeof value[key] === 'string' && isSensitiveKey(value[key]))
  return mapFields(value, (key, inside) => {
    if ((named && key === 'value') || isSensitiveKey(key)) return hidden(inside, hide)
    return redactValue(inside, hide)
  })
}

const mapFields = (fields: Fields, change: (key: string, value: unknown) => unknown): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, change(key, value)]))

/** Every text below; structure stays, since `secret: { secretName: x }` is a volume. */
function hidden(value: unknown, hide: Hide): unknown {
  if (typeof value === 'string') return value === '' ? '' : hide(value)
  if (typeof value === 'number') return hide(String(value))
  if (Array.isArray(value)) return value.map((item) => hidden(item, hide))
  if (!isFields(value)) return value
  return mapFields(value, (key, inside) => (isAbout(key) ? redactValue(inside, hide) : hidden(inside, hide)))
}

const isAbout = (key: string): boolean => about.test(wordsOf(key).at(-1) ?? '')

/** Arguments: `--token=x` and `--token x`. */
function redactedList(list: unknown[], hide: Hide): unknown[] {
  return list.map((item, index) => {
    const flag = list[index - 1]
    const isValue = typeof flag === 'string' && /^--?[\w.-]+$/.test(flag) && isSensitiveKey(flag)
    if (isValue && typeof item === 'string' && !item.startsWith('-')) return hide(item)
    return redactValue(item, hide)
  })
}

// Not `://`, which is an address.
const assignment = /(["']?)([\w./-]{2,80})\1[ \t]*(?::=|=>|[:=])(?!\/\/)[ \t]*/g
const credentials = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g,
  /\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{30,}|sk-[\w-]{20,})/g,
  /(?<=\b(?:Bearer|Basic)\s+)[\w+/=._~-]{12,}/gi,
  // user:password in an address
  /(?<=\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s/:@]{0,80}:)[^\s/@]+(?=@)/gi,
  // 64 hex digits: JupyterHub's tokens and cookie secrets. A checksum looks the same, and the number says if it changed.
  /\b[\da-f]{64,}\b/gi,
]

// Every sensitive key holds one of these: most texts need no look at each line.
const mention = /pass|pwd|secret|token|key|cookie|salt|dsn|bearer|auth|credential|connection/i

/** A text, perhaps a whole configuration file, without the values of sensitive keys and without credentials. */
export function redactText(text: string, hide: Hide): string {
  const shown = credentials.reduce((left, pattern) => left.replace(pattern, hide), text)
  if (!mention.test(shown)) return shown
  let below: number | undefined
  return shown
    .split('\n')
    .map((line) => {
      const indent = line.search(/\S/)
      // What is indented below a sensitive key, such as `password: |`.
      if (below !== undefined && (indent > below || indent === -1)) {
        return indent === -1 ? line : line.slice(0, indent) + hide(line.slice(indent))
      }
      below = undefined
      const start = secretStart(line)
      if (start === undefined) return line
      const value = line.slice(start)
      if (/^(?:[|>][-+\d]*)?\s*$/.test(value)) {
        below = indent
        return line
      }
      return value.startsWith('(hidden ') ? line : line.slice(0, start) + hide(value)
    })
    .join('\n')
}

/** Where the value of the first sensitive key begins; all that follows on its line is hidden, for want of a grammar. */
function secretStart(line: string): number | undefined {
  for (const match of line.matchAll(assignment)) {
    if (isSensitiveKey(match[2] ?? '')) return match.index + match[0].length
  }
  return undefined
}
