/**
 * What the real runner masks, and so which outputs of a job it drops.
 *
 * Row A15. Read in actions/runner at commit 258d6c8 (2026-08-17): Worker.cs InitializeSecretMasker (a secret whole, and each of
 * its lines), ActionCommandManager.cs AddMaskCommandExtension (the same for `::add-mask::`), HostContext.cs (the encoders),
 * ValueEncoders.cs, SecretMasker.cs (anywhere in the text, and of any length: a line `{` masks every JSON), JobExtension.cs
 * (an output that holds anything masked is skipped with a warning, as is an empty one).
 */
export interface Masks {
  /** A secret that the job was given. */
  addSecret(value: string): void
  /** The data of `::add-mask::`. */
  addMask(data: string): void
  isMasked(text: string): boolean
}

export function runnerMasks(): Masks {
  const originals = new Set<string>()
  const values = new Set<string>()
  const add = (value: string): void => {
    if (value === '' || originals.has(value)) return
    originals.add(value)
    for (const form of [value, ...encoders.map((encode) => encode(value))]) if (form !== '') values.add(form)
  }
  const addLines = (text: string): void => text.split(/[\r\n]/).forEach((line) => void add(line.trim()))
  return {
    addSecret(value) {
      add(value.trim())
      addLines(value)
    },
    addMask(data) {
      if (data.trim() === '') return
      add(data)
      addLines(data)
    },
    isMasked: (text) => [...values].some((value) => text.includes(value)),
  }
}

/** The outputs that arrive, and the warnings about those that do not. */
export function withoutMasked(
  outputs: Record<string, string>,
  masks: Masks,
): { outputs: Record<string, string>; warnings: string[] } {
  const full = Object.entries(outputs).filter(([, value]) => value !== '')
  return {
    outputs: Object.fromEntries(full.filter(([, value]) => !masks.isMasked(value))),
    warnings: full.flatMap(([name, value]) =>
      masks.isMasked(value) ? [`Skip output '${name}' since it may contain secret.`] : [],
    ),
  }
}

type Encoder = (value: string) => string

/** Of the bytes from `shift` on; of fewer bytes than that, of all. */
const base64 =
  (shift: number): Encoder =>
  (value) => {
    const bytes = Buffer.from(value)
    return bytes.subarray(bytes.length > shift ? shift : 0).toString('base64')
  }

const percent = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
const unicode = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
const entities: Record<string, string> = { '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;', '&': '&amp;' }

const encoders: Encoder[] = [
  base64(0),
  base64(1),
  base64(2),
  (value) => value.replaceAll('"', '\\"'),
  (value) => value.replaceAll("'", "''"),
  (value) =>
    JSON.stringify(value)
      .slice(1, -1)
      .replace(/[\u0085\u2028\u2029]/g, unicode),
  (value) => encodeURIComponent(Buffer.from(value).toString()).replace(/[!'()*]/g, percent),
  (value) => value.replace(/[<>"'&]/g, (character) => entities[character] ?? character),
  (value) => (value.length > 8 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : ''),
  (value) =>
    longEnough(
      value.includes('&+') ? value.slice(0, value.indexOf('&+') + 2) : value.slice(0, value.lastIndexOf('&') + 1),
    ),
  (value) => {
    if (value.includes('&+')) return longEnough(value.slice(value.indexOf('&+') + 3))
    return value.includes('&') ? longEnough(value.slice(value.lastIndexOf('&') + 1)) : ''
  },
]

/** PowerShell's halves count from six characters on. */
const longEnough: Encoder = (value) => (value.length >= 6 ? value : '')
