import type { KubeconfigText } from './kubeconfig-text.js'
import { isNamingLetter, isOpaque, isPublicName, isRandom } from './opaque.js'

/** What programs that log in are given, wherever in the kubeconfig, and looks like a secret though its name does not say so. */
export function guessedIn(value: KubeconfigText): string[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap(guessedIn)
  const { exec } = value
  const own =
    typeof exec === 'object' && !Array.isArray(exec) ? [...inVariables(exec['env']), ...inArguments(exec['args'])] : []
  return [...own, ...Object.values(value).flatMap(guessedIn)]
}

function inVariables(env: KubeconfigText): string[] {
  if (!Array.isArray(env)) return []
  return env.flatMap((variable) => {
    if (typeof variable !== 'object' || Array.isArray(variable)) return []
    const { name, value } = variable
    if (typeof name !== 'string' || typeof value !== 'string' || isPublicName(name)) return []
    return isOpaque(value) ? [value] : argumentsIn(value).filter(isRandom)
  })
}

function inArguments(args: KubeconfigText): string[] {
  if (!Array.isArray(args)) return []
  const words = args.flatMap((arg) => (typeof arg === 'string' ? argumentsIn(arg) : []))
  return words.flatMap((word, index) => {
    const [, name, given] = /^(-{0,2}[a-z][\w.-]*)=(.+)$/i.exec(word) ?? []
    if (name !== undefined && given !== undefined) return !isPublicName(name) && isOpaque(given) ? [given] : []
    // `-pSECRET`
    const [, attached] = /^-[a-z](.+)$/i.exec(word) ?? []
    if (word.startsWith('-')) return attached !== undefined && isRandom(attached) ? [attached] : []
    const before = words[index - 1] ?? ''
    if (!before.startsWith('-') || before.includes('=') || isNamingLetter(before)) return isRandom(word) ? [word] : []
    return !isPublicName(before) && isOpaque(word) ? [word] : []
  })
}

/** A script for a shell is one argument. */
export const argumentsIn = (text: string): string[] => text.split(/[\s"']+/).filter((word) => word !== '')
