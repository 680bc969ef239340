/** One document of what `helm template` prints. */
export interface RenderedDocument {
  /** Without the marker and Helm's comment above it; a view into the whole. */
  bytes: Buffer
  /** The same as a text. */
  text: string
  /** The template it comes from, as `chart/templates/file.yaml`. */
  source: string | undefined
}

const marker = '---'
const newline = 0x0a
const spaces: readonly (number | undefined)[] = [newline, 0x20, 0x09, 0x0d]
const sourceLine = /^# Source: (.*)\n?/
const onlyComments = /^(?:[ \t\r]*(?:#.*)?\n)*[ \t\r]*(?:#.*)?$/

/**
 * Splits rendered manifests at the lines that begin with `---`, without parsing them: inside a block text such a line is
 * indented. Documents that hold nothing but comments are left out.
 *
 * Only one document at a time is made into a text: as texts, the whole would be in memory a second time.
 */
export function* documentsIn(rendered: Buffer): Generator<RenderedDocument> {
  let start = 0
  for (let at = rendered.indexOf(marker); at !== -1; at = rendered.indexOf(marker, at + 1)) {
    const after = at + marker.length
    if (at > 0 && rendered[at - 1] !== newline) continue
    if (after < rendered.length && !spaces.includes(rendered[after])) continue
    yield* document(rendered.subarray(start, at))
    start = lineEnd(rendered, at)
  }
  yield* document(rendered.subarray(start))
}

function* document(whole: Buffer): Generator<RenderedDocument> {
  const trimmed = whole.subarray(0, contentEnd(whole))
  const all = trimmed.toString()
  const source = sourceLine.exec(all)
  const text = source ? all.slice(source[0].length) : all
  // Most documents begin with a letter, and need no look at all of their lines.
  if (!/^[a-z]/i.test(text) && onlyComments.test(text)) return
  const bytes = source ? trimmed.subarray(lineEnd(trimmed, 0)) : trimmed
  yield { bytes, text, source: source?.[1]?.trim() }
}

function lineEnd(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(newline, from)
  return end === -1 ? bytes.length : end + 1
}

function contentEnd(bytes: Buffer): number {
  let end = bytes.length
  while (end > 0 && spaces.includes(bytes[end - 1])) end -= 1
  return end
}
