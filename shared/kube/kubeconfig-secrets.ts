import { secretParts } from '../exec/redact.js'
import { parseJson } from '../foundation/parse-json.js'
import { argumentsIn, guessedIn } from './exec-secrets.js'
import { type KubeconfigText, writtenIn } from './kubeconfig-text.js'
import { isRandom } from './opaque.js'
import { linesOf, privateKeysIn } from './private-keys.js'
import { isSecretOption, looseSecrets, namesSecret, secretGiven } from './secret-names.js'

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
