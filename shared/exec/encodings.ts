/**
 * The forms of a secret that the runner masks beside the secret itself (A15).
 *
 * Read in actions/runner at commit 258d6c8 (2026-08-17): HostContext.cs (which encoders), ValueEncoders.cs (what they do). What
 * goes past the runner's masks in an encoding of ours has to be freed of the same forms.
 */
export const maskedForms = (secret: string): string[] =>
  [...new Set([secret, ...encoders.map((encode) => encode(secret))])].filter((form) => form !== '')

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

/** PowerShell's halves count from six characters on. */
const longEnough: Encoder = (value) => (value.length >= 6 ? value : '')

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
