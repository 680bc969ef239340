const markers = /-----(?:BEGIN|END) [A-Z\d ]+-----/g

/** Private keys in PEM in a text, or in the text that it is in base64, with that base64. A certificate beside it is public. */
export function privateKeysIn(text: string): string[] {
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
