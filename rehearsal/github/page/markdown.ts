import { html, raw } from 'hono/html'
import type { Html } from './parts.js'

/**
 * The little Markdown that comments here are made of, as HTML: headings, bold, code, tables, links to this GitHub's own pull
 * requests, issues and runs, and escapes. Everything else stays the text it is. The text is escaped first, so nothing in it
 * can become HTML.
 */
export function readableMarkdown(text: string): Html {
  const visible = text.replace(/<!--[\s\S]*?-->\n?/g, '').trim()
  const escaped = visible.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
  // What our own reports escaped for GitHub (`&lt;`) is now `&#38;lt;`: shown as the letter it means.
  const known = escaped.replace(/&#38;(amp|lt|gt);/g, '&$1;')
  const marked = known
    // Escaped letters first, out of the way of what is marked up; they come back at the end.
    .replace(/\\([\\`*_{}[\]()#+!|~$^-])/g, (_, letter: string) => `\u0001${letter.charCodeAt(0)};`)
    .replace(/^#{1,6} (.*)\n*/gm, '<h3>$1</h3>')
    .replace(/\*\*([^*\n]+)\*\*/g, '<b>$1</b>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
    .replace(/\[([^\]\n]+)\]\((https?:\/\/[^\s()]+)\)/g, (_, words: string, url: string) => linked(words, url))
    .replace(/(?:^\|.*\|$\n?)+/gm, table)
  return html`<div class="text">${raw(marked.replaceAll('\u0001', '&#'))}</div>`
}

/** Only a path that this GitHub shows: whoever looks from outside reaches it by another address. */
function linked(words: string, url: string): string {
  const path = /^http:\/\/127\.0\.0\.1:\d+(\/[\w./-]+\/(?:pull|issues|actions\/runs)\/\d+)$/.exec(url)?.[1]
  return path === undefined ? words : `<a href="${path}">${words}</a>`
}

function table(lines: string): string {
  const rows = lines
    .trim()
    .split('\n')
    .filter((line) => !/^[|\s:-]+$/.test(line))
    .map(
      (line) =>
        `<tr>${line
          .slice(1, -1)
          .split('|')
          .map((cell) => `<td>${cell.trim()}</td>`)
          .join('')}</tr>`,
    )
  return `<table>${rows.join('')}</table>\n`
}
