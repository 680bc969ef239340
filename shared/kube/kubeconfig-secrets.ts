import { secretParts } from '../exec/redact.js'
import { parseJson } from '../foundation/parse-json.js'
import { argumentsIn, guessedIn } from './exec-secrets.js'
import { type KubeconfigText, writtenIn } from './kubeconfig-text.js'
import { isPath, isRandom } from './opaque.js'

/** Shorter texts are found in ordinary words, and would garble every log and drop every output. */
const shortestPart = 6

export interface KubeconfigSecrets {
  /** Whole, and line by line. */
  parts: string[]
  /** There is one that cannot be hidden: it is too short, or a name that outputs and errors need. */
  weak: boolean
}

/**
 * The secrets in a kubeconfig, however it is written (YAML in any style, JSON): tokens, passwords, private keys, and what is
 * given to a program that logs in and looks like one. Names of contexts, users, clusters and namespaces, addresses and
 * certificates of authorities are none: outputs and errors need them.
 *
 * Of a text that is no kubeconfig every long word counts.
 */
export function kubeconfigSecrets(content: string): KubeconfigSecrets {
  const { data, wrong } = writtenIn(content)
  const isData = data.some((one) => typeof one === 'object')
  const names = namesIn(data)
  const secrets = [...secretsIn(data), ...(wrong ? looseSecrets(content) : [])].filter((secret) => secret.trim() !== '')
  const canBeHidden = (part: string): boolean => part.length >= shortestPart && !names.includes(part)
  const partsOf = (secret: string): string[] => {
    const whole = secret.trim()
    const parts = linesOf(secret).filter(canBeHidden)
    // The runner hides every line of what it is to hide, however short.
    return whole.split(/[\r\n]+/).every((line) => canBeHidden(line.trim())) ? [whole, ...parts] : parts
  }
  // A name that a guess takes for a secret stands in the names of the kubeconfig, be it as the end of an ARN.
  const guessed = guessedIn(data).filter((guess) => !names.some((name) => name.includes(guess)))
  const words = wrong || !isData ? secretParts(content).filter((word) => !names.includes(word)) : []
  return {
    parts: [...new Set([...secrets.flatMap(partsOf), ...guessed.flatMap(partsOf), ...words])],
    weak: secrets.some((secret) => partsOf(secret).length === 0),
  }
}

function namesIn(value: KubeconfigText, key = ''): string[] {
  if (typeof value === 'string')
    return ['name', 'namespace', 'user', 'cluster', 'current-context', 'server'].includes(key) ? [value] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([inside, item]) => namesIn(item, Array.isArray(value) ? key : inside))
}

function secretsIn(value: KubeconfigText, key = ''): string[] {
  if (typeof value === 'string') {
    const inside = parseJson(value)
    return [
      ...(namesSecret(key) ? secretGiven(key, value) : []),
      ...insideOf(value),
      ...(typeof inside === 'object' ? secretsIn(inside as KubeconfigText) : []),
    ]
  }
  if (Array.isArray(value)) return [...value.flatMap((item) => secretsIn(item, key)), ...afterOptions(value)]
  if (typeof value !== 'object' || value === null) return []
  const { name, value: given } = value
  // An environment variable of a program that logs in.
  const variable =
    typeof name === 'string' && typeof given === 'string' && isSecretOption(name) ? secretGiven(name, given) : []
  return [...variable, ...Object.entries(value).flatMap(([inside, item]) => secretsIn(item, inside))]
}

/** `--token x`, as a program that logs in has it among its arguments. */
const afterOptions = (list: KubeconfigText[]): string[] =>
  list.flatMap((item, index) => {
    const option = list[index - 1]
    const isAsked = typeof option === 'string' && option.startsWith('-') && isSecretOption(option)
    if (!isAsked || typeof item !== 'string' || (item.startsWith('-') && !isRandom(item))) return []
    return secretGiven(option, item)
  })

/** Secrets inside a value that is none by its name: a private key, `--token=x`, the password of an address, a script. */
function insideOf(text: string): string[] {
  const [, option = '', given = ''] = /^(-{0,2}[\w-]+)=(?!=?$)(.+)$/.exec(text) ?? []
  const [, password] = /:\/\/[^/@\s:]*:([^/@\s]+)@/.exec(text) ?? []
  const words = argumentsIn(text)
  return [
    ...privateKeysIn(text),
    ...(isSecretOption(option) ? secretGiven(option, given) : []),
    ...(password === undefined ? [] : [password, decodeSafely(password)]),
    ...(words.length > 1 && !text.includes('-----BEGIN')
      ? [...afterOptions(words), ...words.flatMap((word) => insideOf(word))]
      : []),
  ]
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const markers = /-----(?:BEGIN|END) [A-Z\d ]+-----/g

/** Private keys in PEM in a text, or in the text that it is in base64, with that base64. A certificate beside it is public. */
function privateKeysIn(text: string): string[] {
  const plain = text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString('latin1')
  const keys =
    plain.match(/-----BEGIN [A-Z\d ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z\d ]*PRIVATE KEY-----|$)/g) ?? []
  return keys.length > 0 && plain !== text ? [text, ...keys] : keys
}

/**
 * A secret's lines. Of a key in PEM the base64 of each line, without the marks of its begin and end: also of one that is in a
 * single line, its line ends written as `\n` (the key of a service account in JSON) or as spaces (YAML that was folded).
 */
export function linesOf(secret: string): string[] {
  const lines = secret.includes('-----BEGIN')
    ? secret
        .replaceAll(markers, '\n')
        .split(/[\r\n]|\\+[rn]/)
        .flatMap((line) => (line.includes(':') ? [line] : line.split(' ')))
    : secret.split(/[\r\n]/)
  return lines.map((line) => line.trim()).filter((line) => line !== '')
}

/** Keys, options and environment variables whose value is a secret; `token-key` and `tokenFile` are not. */
const secretName =
  /(?:token|passw(?:or)?d|[-_]pwd|(?:^|[-_])pass|passphrase|secret|api[-_]?key|access[-_]?key|secret[-_]?key|private[-_]?key|client-key-data|credentials?)$/i

/** Under these a program takes a file as well as what would be in it. */
const maybeFile = /(?:credentials?|(?<!(?:api|access|secret)[-_]?)key)$/i

const namesSecret = (name: string): boolean => secretName.test(name)

/** Options and variables (not keys of a kubeconfig) may be short: `SA_KEY`, `--key`. */
const isSecretOption = (name: string): boolean => namesSecret(name) || /(?:^|[-_])key$/i.test(name)

/** The secret under such a name. A token or a password may begin with `/`, as 1 of 64 in base64 does. */
const secretGiven = (name: string, value: string): string[] => (maybeFile.test(name) && isPath(value) ? [] : [value])

/** `token: x` and the like in a text that is no YAML: it may be wrong in another place. */
const looseSecrets = (text: string): string[] =>
  [...text.matchAll(/(?<![\w-])([\w-]+)["']?[ \t]*[:=][ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,}\]"']+))/g)].flatMap(
    ([, name = '', ...values]) => {
      const value = values.find((one) => one !== undefined) ?? ''
      return namesSecret(name) ? [value] : []
    },
  )
