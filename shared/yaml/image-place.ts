import { parseImageRef, withTag } from './image-ref.js'
import type { Path } from './path.js'
import { findText, readScalar } from './scalar.js'
import { spliceScalar } from './splice.js'

/** An image as a values file spells it: whole in one value, or in several values beside each other. */
export interface ImagePlace {
  /** With registry and port; undefined where the value is a tag or a digest, and nothing beside it names an image. */
  name: string | undefined
  tag: string | undefined
  /** With its `sha256:`. */
  digest: string | undefined
}

const digestPattern = /^sha256:[0-9a-f]{64}$/

/** Of some charts the key takes only the hex digits. */
const digestBesidePattern = /^(sha256:)?[0-9a-f]{64}$/

/**
 * Reads the image that the value at `path` is, or is a part of.
 *
 * @throws UserError `target-missing` where there is no value, or none that belongs to an image.
 */
export function readImagePlace(text: string, path: Path, file: string): ImagePlace {
  const value = findText(text, path, file)
  const spelling = spellingOf(value, path)
  const beside = (keys: string[]) => valueBeside(text, path, file, keys)
  switch (spelling) {
    case 'digest':
      return { name: nameBeside(text, path, file), tag: beside(['tag'])?.value, digest: value }
    case 'tag': {
      const [tag, pinned] = value.split('@')
      const digest = pinned ?? digestBeside(text, path, file)?.value.replace(/^(?!sha256:)/, 'sha256:')
      return { name: nameBeside(text, path, file), tag, digest }
    }
    default:
      return parseImageRef(value) ?? { name: undefined, tag: undefined, digest: undefined }
  }
}

/**
 * The text with another version of the image: the value at `path`, and a digest or tag that stands beside it, which would
 * otherwise name the old version still. No other byte changes; what is not pinned by digest does not become so.
 *
 * @param digest with its `sha256:`.
 */
export function editImagePlace(text: string, path: Path, file: string, tag: string, digest: string): string {
  const value = findText(text, path, file)
  const splice = (now: string, at: Path, to: string): string => spliceScalar(now, at, to, file)
  switch (spellingOf(value, path)) {
    case 'digest': {
      const beside = valueBeside(text, path, file, ['tag'])
      const pinned = splice(text, path, digest)
      return beside ? splice(pinned, beside.path, withTag(beside.value, tag)) : pinned
    }
    case 'tag': {
      const tagged = splice(text, path, value.includes('@') ? `${withTag('x', tag)}@${digest}` : withTag(value, tag))
      const beside = digestBeside(text, path, file)
      if (!beside) return tagged
      return splice(tagged, beside.path, beside.value.startsWith('sha256:') ? digest : digest.slice('sha256:'.length))
    }
    default:
      return splice(text, path, withTag(value, tag, digest))
  }
}

function spellingOf(value: string, path: Path): 'reference' | 'tag' | 'digest' {
  if (digestPattern.test(value)) return 'digest'
  const ref = parseImageRef(value)
  if (ref && ref.name === undefined) return 'tag'
  // `tag: 1.2@sha256:...`: the chart writes the name and a colon before it.
  const looksLikeName = ref?.tag === undefined && ref?.digest !== undefined
  return looksLikeName && !ref.name?.includes('/') && /tag$/i.test(String(path.at(-1))) ? 'tag' : 'reference'
}

/** The usual `{name: ..., tag: ...}` or `{registry: ..., repository: ..., tag: ...}`. */
function nameBeside(text: string, path: Path, file: string): string | undefined {
  const name = valueBeside(text, path, file, ['repository', 'name'])?.value
  const registry = valueBeside(text, path, file, ['registry'])?.value
  return name !== undefined && registry !== undefined ? `${registry}/${name}` : name
}

function digestBeside(text: string, path: Path, file: string): { path: Path; value: string } | undefined {
  const found = valueBeside(text, path, file, ['digest', 'sha'])
  return found && digestBesidePattern.test(found.value) ? found : undefined
}

/** The first of `keys` that has a value in the same map. */
function valueBeside(
  text: string,
  path: Path,
  file: string,
  keys: string[],
): { path: Path; value: string } | undefined {
  const paths = keys.map((key) => [...path.slice(0, -1), key])
  return paths
    .map((at) => ({ path: at, value: readScalar(text, at, file)?.value ?? '' }))
    .find(({ value }) => value !== '')
}
