import { maskedForms } from './encodings.js'

/** Shorter words than this would be found in ordinary text, and garble every log. */
const shortest = 20

/**
 * What of a secret input must never be shown: the runner masks line by line, so every line by itself; and every long word,
 * since a kubeconfig's token stands behind `token:`. Addresses are no secrets, and errors need them.
 */
export function secretParts(secret: string): string[] {
  const lines = secret.split('\n').map((line) => line.trim())
  const words = lines.flatMap((line) => line.split(/[\s"']+/)).filter((word) => !word.includes('://'))
  const alone = lines.length === 1 ? lines.filter((line) => line.length > 6) : []
  return [...new Set([...alone, ...words.filter((word) => word.length >= shortest)])]
}

/**
 * Replaces every part of a secret in a text, and its encodings: those that the runner masks. Where a text goes on in an
 * encoding of ours the runner finds none of them (A15).
 */
export function secretRedactor(parts: string[]): (text: string) => string {
  const longestFirst = [...new Set(parts.flatMap(maskedForms))].toSorted((a, b) => b.length - a.length)
  return (text) => longestFirst.reduce((shown, part) => shown.replaceAll(part, '***'), text)
}
