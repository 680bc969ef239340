import { UserError } from '../action/errors.js'
import type { Source } from '../artifact/published.js'
import type { Component, Target } from '../policy/policy.js'
import { chartDependency } from '../yaml/chart-dependency.js'
import { parseImageRef, withTag } from '../yaml/image-ref.js'
import { type Path, showPath } from '../yaml/path.js'
import { readScalar } from '../yaml/scalar.js'
import { spliceScalar } from '../yaml/splice.js'

/** What a component's target says at some commit of the deploy repo. */
export interface Current {
  version: string
  /** The registry that versions come from: it is written beside the version. */
  source: Source
}

/**
 * Reads a component's target from its file's text.
 *
 * @throws UserError `target-missing` with file, line and fix.
 */
export function readTarget({ target }: Component, text: string): Current {
  return target.kind === 'chart' ? readChart(target, text) : readImage(target, text)
}

/** The file's text with another version in the target, and no other byte changed. `sha256` replaces a pinned digest. */
export function editTarget({ target }: Component, text: string, version: string, sha256: string): string {
  const { file } = target
  if (target.kind === 'chart') {
    return spliceScalar(text, chartDependency(text, target.dependency, file).path, version, file)
  }
  const current = valueAt(target, text)
  return spliceScalar(text, target.path, withTag(current, version, `sha256:${sha256}`), file)
}

function readChart(target: Extract<Target, { kind: 'chart' }>, text: string): Current {
  const { name, version, repository, line } = chartDependency(text, target.dependency, target.file)
  if (repository === undefined || !/^(https?|oci):\/\/[^\s/]/.test(repository)) {
    throw new UserError(
      'target-missing',
      `The dependency "${target.dependency}" has no chart repository: ${JSON.stringify(repository ?? '')}.`,
      { fix: 'Give it a "repository:" that starts with https:// or oci://', at: { file: target.file, line } },
    )
  }
  return { version, source: { kind: 'chart', repository, chart: name } }
}

function readImage(target: Extract<Target, { kind: 'image' }>, text: string): Current {
  const { file, path } = target
  const ref = parseImageRef(valueAt(target, text))
  const name = ref?.name ?? nameBeside(text, path, file)
  if (ref?.tag === undefined || name === undefined) {
    const missing = name === undefined ? 'is a tag without an image' : 'is no image with a tag'
    throw new UserError('target-missing', `${showPath(path)} ${missing}.`, {
      fix: 'Write the whole image there, such as "registry.example/team/name:1.2.3".',
      at: { file },
    })
  }
  return { version: ref.tag, source: { kind: 'image', name } }
}

/** The usual `{name: ..., tag: ...}` or `{registry: ..., repository: ..., tag: ...}`. */
function nameBeside(text: string, path: Path, file: string): string | undefined {
  const beside = (key: string): string | undefined => readScalar(text, [...path.slice(0, -1), key], file)?.value
  const name = beside('repository') ?? beside('name')
  const registry = beside('registry')
  return name !== undefined && registry !== undefined ? `${registry}/${name}` : name
}

function valueAt({ file, path }: Extract<Target, { kind: 'image' }>, text: string): string {
  const found = readScalar(text, path, file)
  if (found) return found.value
  // Splicing it explains what is there instead, and what may have been meant.
  spliceScalar(text, path, 'x', file)
  throw new UserError('target-missing', `${showPath(path)} in ${file} has no value.`, {
    fix: 'Write the present version there.',
  })
}
