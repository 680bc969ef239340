/** One document of what `helm template` prints. */
export interface RenderedDocument {
  /** Without the marker and Helm's comment above it. */
  text: string
  /** The template it comes from, as `chart/templates/file.yaml`. */
  source: string | undefined
}

const marker = /^---(?=[ \t\r\n]|$).*(?:\n|$)/gm
const sourceLine = /^# Source: (.*?)\s*(?:\n|$)/
const onlyComments = /^(?:[ \t\r]*(?:#.*)?\n)*[ \t\r]*(?:#.*)?$/

/**
 * Splits rendered manifests at the lines that begin with `---`, without parsing them: inside a block text such a line is
 * indented. Documents that hold nothing but comments are left out.
 *
 * The texts are slices of the whole, so that they cost no memory of their own.
 */
export function* documentsIn(rendered: string): Generator<RenderedDocument> {
  let start = 0
  for (const { index, 0: line } of rendered.matchAll(marker)) {
    yield* document(rendered.slice(start, index))
    start = index + line.length
  }
  yield* document(rendered.slice(start))
}

function* document(text: string): Generator<RenderedDocument> {
  const source = sourceLine.exec(text)
  const body = source ? text.slice(source[0].length) : text
  // Most documents begin with a letter, and need no look at all of their lines.
  if (!/^[a-z]/i.test(body) && onlyComments.test(body)) return
  yield { text: body.trimEnd(), source: source?.[1] }
}
