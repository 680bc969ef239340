import { UserError } from '../foundation/errors.js'

/** `registry:5000/team/name:tag@sha256:...` in its parts; `name` holds everything before the tag, registry and port too. */
export interface ImageRef {
  name: string | undefined
  tag: string | undefined
  /** With its `sha256:`. */
  digest: string | undefined
}

const tagPattern = /^\w[\w.-]{0,127}$/

// A colon before the first slash belongs to a port, the one after the last slash to the tag.
const refPattern = /^((?:[\w.-]+(?::\d+)?\/)?[\w.-]+(?:\/[\w.-]+)*)(?::(\w[\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/

/** Reads an image reference, or a tag alone (a text without `/`, `:` and `@`); undefined where it is neither. */
export function parseImageRef(text: string): ImageRef | undefined {
  if (tagPattern.test(text)) return { name: undefined, tag: text, digest: undefined }
  const [, name, tag, digest] = refPattern.exec(text) ?? []
  return name === undefined ? undefined : { name, tag, digest }
}

/** The tag of an image reference, or the text itself where it is only a tag. */
export const tagOf = (text: string): string | undefined => parseImageRef(text)?.tag

/**
 * `current` with its tag replaced: registry and name stay. A reference pinned by digest gets the digest of the new tag.
 *
 * @throws UserError `target-missing` where `current` is no image reference, where it is pinned and no `digest` is given,
 * or where `tag` cannot be a tag.
 */
export function withTag(current: string, tag: string, digest?: string): string {
  const ref = parseImageRef(current)
  if (!ref) {
    throw new UserError('target-missing', `${JSON.stringify(current)} is neither an image reference nor a tag.`, {
      fix: 'Set the component\'s "image" to the path of a value with an image reference, such as "registry.example/team/name:1.2.3".',
    })
  }
  if (!tagPattern.test(tag)) {
    throw new UserError('target-missing', `${JSON.stringify(tag)} cannot be the tag of an image.`, {
      fix: 'A tag may contain only letters, digits, "_", "." and "-". Check the component\'s "version" and what was published.',
    })
  }
  if (ref.digest !== undefined && digest === undefined) {
    throw new UserError(
      'target-missing',
      `${JSON.stringify(current)} is pinned by digest, which a new tag alone would not change.`,
      {
        fix: `Remove "@${ref.digest}": the lock file pins the digest of every version.`,
      },
    )
  }
  if (ref.name === undefined) return tag
  // Pinned by digest alone stays so: the tag is in the lock file.
  if (ref.tag === undefined && ref.digest !== undefined) return `${ref.name}@${digest}`
  return `${ref.name}:${tag}${ref.digest === undefined ? '' : `@${digest}`}`
}
