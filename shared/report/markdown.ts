/** GitHub refuses comments and pull request bodies over 65,536 characters, and summaries over 1 MiB. */
export const commentLimit = 65_536
export const summaryLimit = 1_048_576

/**
 * A stranger's text (a title, a file name, a registry's answer) as one line of plain Markdown text: it formats nothing,
 * links nothing, mentions nobody, closes no table, and holds no HTML comment. Cut after `limit` characters.
 */
export function escapeMarkdown(text: string, limit = 200): string {
  return (
    oneLine(text, limit)
      .replace(/&/g, '&amp;')
      .replace(/</g, '&lt;')
      .replace(/>/g, '&gt;')
      .replace(/[\\`*_{}[\]()#+!|~$^-]/g, '\\$&')
      // GitHub links mentions, references and addresses after it has removed the backslashes: only a letter between helps.
      .replace(/[@#]/g, '$&\u200b')
      .replace(/\b(https?|ftp|mailto|xmpp):/gi, '$1:\u200b')
      .replace(/\bwww\./gi, 'www\u200b.')
      .replace(/\bGH\\-/gi, '$&\u200b')
  )
}

/** A stranger's text as one line, for where GitHub shows text as it is (a check's title). Cut after `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const line = text.replace(invisible, '').replace(/\s+/g, ' ').trim()
  const letters = [...line]
  return letters.length > limit ? `${letters.slice(0, limit - 1).join('')}…` : line
}

/** A stranger's text in code type, also one with backticks in it. */
export function markdownCode(text: string, limit = 200): string {
  const line = oneLine(text, limit)
  const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padded = line.startsWith('`') || line.endsWith('`') || line === '' ? ` ${line} ` : line
  // A table ends a cell at a pipe even inside code.
  return `${fence}${padded.replaceAll('|', '\\|').replaceAll('<!--', '<\u200b!--')}${fence}`
}

/** A link whose text is a stranger's; anything but a web address stays text. */
export const markdownLink = (text: string, url: string): string =>
  /^https?:\/\/[^\s()<>"|\\]+$/.test(url) ? `[${escapeMarkdown(text)}](${url})` : escapeMarkdown(text)

/** A mention of a person, or of nobody where that is no login. */
export const mentionLogin = (login: string): string =>
  /^[\w-]+(\[bot\])?$/.test(login) ? `@${login}` : escapeMarkdown(login)

/** At most `limit` bytes, cut at a line's end, with a word that something is missing. */
export function truncateMarkdown(text: string, limit = commentLimit): string {
  if (Buffer.byteLength(text) <= limit) return text
  const note = '\n\n*This text was too long; the rest is left out.*'
  const cut = Buffer.from(text)
    .subarray(0, limit - Buffer.byteLength(note))
    .toString('utf8')
  const end = cut.lastIndexOf('\n')
  return (end > 0 ? cut.slice(0, end) : cut.replace(/\ufffd+$/, '')) + note
}

// Control characters, and those that are invisible or turn the direction of writing.
const invisible = /[\p{Cc}\p{Cf}](?<![\n\r\t])/gu
