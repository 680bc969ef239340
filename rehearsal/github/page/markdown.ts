import { html, raw } from 'hono/html'
import type { Html } from './parts.js'

/**
 * The little Markdown that comments here are made of, as HTML: headings, bold, code, and escapes. Everything else, links
 * and tables as well, stays the text it is. The text is escaped first, so nothing in it can become HTML.
 */
export function readable(text: string): Html {
  const visible = text.replace(/<!--[\s\S]*?-->\n?/g, '').trim()
  const escaped = visible.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`)
  // What our own reports escaped for GitHub (`&lt;`) is now `&#38;lt;`: shown as the letter it means.
  const known = escaped.replace(/&#38;(amp|lt|gt);/g, '&$1;')
  const marked = known
    // Escaped letters first, out of the way of what is marked up; they come back at the end.
    .replace(/\\([\\`*_{}[\]()#+!|~$^-])/g, (_, letter: string) => `\u0001${letter.charCodeAt(0)};`)
    .replace(/^#{1,6} (.*)$/gm, '<h3>$1</h3>')
    .replace(/\*\*([^*\n]+)\*\*/g, '<b>$1</b>')
    .replace(/`([^`\n]+)`/g, '<code>$1</code>')
  return html`<div class="text">${raw(marked.replaceAll('\u0001', '&#'))}</div>`
}
