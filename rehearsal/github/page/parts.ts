import { html } from 'hono/html'

/** Escaped HTML; hono's templates escape every value that is not one. */
export type Html = ReturnType<typeof html>

/** A page with the way back above its title. `trail`: address and text of each step. */
export const pageLayout = (title: string, trail: [string, string][], body: Html): Html => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="stylesheet" href="/_/style.css">
<nav>${trail.map(([href, text]) => html`<a href="${href}">${text}</a> / `)}</nav>
<h1>${title}</h1>
${body}
</html>`

/** A titled card with one row a thing, or a word that there is none. */
export const sectionPart = (title: string, rows: Html[], none = 'None yet.'): Html => html`
<h2>${title}</h2>
<div class="card">${rows.length > 0 ? rows : html`<div class="empty">${none}</div>`}</div>`

const moods: Record<string, string> = {
  success: 'good',
  pass: 'good',
  merged: 'good',
  failure: 'bad',
  error: 'bad',
  fail: 'bad',
  refused: 'bad',
  queued: 'busy',
  in_progress: 'busy',
  pending: 'busy',
  flaky: 'busy',
  inconclusive: 'busy',
}

/** A state as a small coloured word. */
export const markPart = (state: string, word = state.replaceAll('_', ' '), more = ''): Html =>
  html`<span class="mark ${moods[state] ?? ''} ${more}">${word}</span>`

/** `22:14:03`, with the whole moment on demand. All times are UTC. */
export const momentPart = (iso: string): Html => html`<small title="${iso}">${iso.slice(11, 19)}</small>`

export const shortSha = (sha: string): string => sha.slice(0, 7)

/** How long something took; empty while it is not over. */
export function durationPart(from: string | null, to: string | null): string {
  if (from === null || to === null) return ''
  const seconds = Math.round((Date.parse(to) - Date.parse(from)) / 1000)
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}
