import { secretRedactor } from '../../shared/exec/redact.js'
import type { Log } from '../../shared/foundation/log.js'

/** Takes secrets out of everything that is shown: also those that only come up during the test, as a launched server's token. */
export interface Redaction {
  add(secret: string): void
  hide(text: string): string
}

/** Shorter texts are no secrets, and would garble every line. */
const shortest = 4

const shapes: [RegExp, string][] = [
  [/([?&#;](?:[\w-]*token|api_?key|code|password|secret|signature|sig)=)[^&\s"'<>#]+/gi, '$1***'],
  [/(:\/\/)[^\s/@]+@/g, '$1***@'],
  [/\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*)[^\r\n]+/gi, '$1$2***'],
  [/\b(bearer|token)(\s+)(?=[^\s\d]*\d)[\w.~+/=-]{16,}/gi, '$1$2***'],
  [/("[\w-]*token"\s*:\s*)"[^"]*"/gi, '$1"***"'],
]

export function redactionOf(secrets: readonly string[]): Redaction {
  const known = new Set<string>()
  let hideKnown = secretRedactor([])
  const add = (secret: string): void => {
    for (const form of [secret, encodeURIComponent(secret)]) if (form.length >= shortest) known.add(form)
    hideKnown = secretRedactor([...known])
  }
  secrets.forEach(add)
  return {
    add,
    hide: (text) => shapes.reduce((shown, [shape, instead]) => shown.replace(shape, instead), hideKnown(text)),
  }
}

/** A log that shows no secrets. */
export const hidingLog = (log: Log, { hide }: Redaction): Log => ({
  info: (message) => log.info(hide(message)),
  warning: (message) => log.warning(hide(message)),
  group: (title, body) => log.group(hide(title), body),
})
