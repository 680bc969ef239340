import { secretParts } from '../exec/redact.js'
import { parseKubeconfig } from './kubeconfig.js'

/** Keys, options and environment variables whose value is a secret; `token-key` and `tokenFile` are not. */
const secretName =
  /(?:token|passw(?:or)?d|passphrase|secret|api[-_]?key|access[-_]?key|private[-_]?key|client-key-data|credentials?)$/i

/** Shorter texts are found in ordinary words, and would garble every log and drop every output. */
const shortestPart = 6

export interface KubeconfigSecrets {
  /** Whole, and line by line. */
  parts: string[]
  /** There is one that cannot be hidden: it is too short, or a name that outputs and errors need. */
  weak: boolean
}

/**
 * The secrets in a kubeconfig, however it is written (YAML in any style, JSON): tokens, passwords, private keys. Names of
 * contexts, users, clusters and namespaces, addresses and certificates of authorities are none: outputs and errors need them.
 *
 * Of a text that is no kubeconfig every long word counts.
 */
export function kubeconfigSecrets(content: string): KubeconfigSecrets {
  const parsed = parseKubeconfig(content)
  if (typeof parsed !== 'object' || parsed === null) return { parts: secretParts(content), weak: false }
  const names = namesIn(parsed)
  const secrets = secretsIn(parsed)
  const canBeHidden = (part: string): boolean => part.length >= shortestPart && !names.includes(part)
  const parts = secrets.flatMap((secret) => [secret, ...secret.split('\n').map((line) => line.trim())])
  return {
    parts: [...new Set(parts)].filter((part) => canBeHidden(part) && !part.startsWith('-----')),
    weak: secrets.some((secret) => !canBeHidden(secret)),
  }
}

function namesIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string')
    return ['name', 'namespace', 'user', 'cluster', 'current-context'].includes(key) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([inside, item]) => namesIn(item, inside))
}

/** A file's path is no secret. */
const isPath = (text: string): boolean => /^[~.]{0,2}\//.test(text)

function secretsIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string')
    return secretName.test(key) && !isPath(value) ? [value, ...keyIn(value)] : insideOf(value)
  if (typeof value === 'number') return secretName.test(key) ? [String(value)] : []
  if (Array.isArray(value)) return [...value.flatMap((item) => secretsIn(item)), ...afterOptions(value)]
  if (typeof value !== 'object' || value === null) return []
  const { name, value: given } = value as { name?: unknown; value?: unknown }
  // An environment variable of a program that logs in.
  const variable = typeof name === 'string' && typeof given === 'string' ? secretsIn(given, name) : []
  return [...variable, ...Object.entries(value).flatMap(([inside, item]) => secretsIn(item, inside))]
}

/** `--token x`, as a program that logs in has it among its arguments. */
const afterOptions = (list: unknown[]): string[] =>
  list.flatMap((item, index) => {
    const option = list[index - 1]
    const isAsked = typeof option === 'string' && option.startsWith('-') && secretName.test(option)
    return isAsked && typeof item === 'string' && !item.startsWith('-') && !isPath(item) ? [item] : []
  })

/** Secrets inside a value that is none by its name: a private key, `--token=x`, the password of an address. */
function insideOf(text: string): string[] {
  const [, option = '', given = ''] = /^(-[\w-]+)=(.+)$/.exec(text) ?? []
  const [, password] = /:\/\/[^/@\s:]*:([^/@\s]+)@/.exec(text) ?? []
  return [
    ...keyIn(text),
    ...(secretName.test(option) && !isPath(given) ? [given] : []),
    ...(password === undefined ? [] : [password, decodeSafely(password)]),
  ]
}

/** A private key in PEM, as it is or in base64, with that base64. Beside it a certificate is public. */
function keyIn(text: string): string[] {
  const plain = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('latin1')
  const keys = plain.match(/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g) ?? []
  return keys.length > 0 && plain !== text ? [text, ...keys] : keys
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
