/**
 * Version templates: how upstream writes a commit into a published version, such as `1.0.0-0.dev.git.{n}.h{commit}`.
 *
 * `{commit}` is 7 to 40 hex digits, `{n}` a number, `{any}` any text; everything else stands for itself.
 */
const patterns = { commit: '([0-9a-f]{7,40})', n: '[0-9]+', any: '.+' } as const

const placeholders = /\{([^{}]*)\}/

type Part = { literal: string } | { placeholder: string }

/** Literals and placeholders in turn: splitting at a captured group gives them at even and odd places. */
const partsOf = (template: string): Part[] =>
  template
    .split(placeholders)
    .map((text, index) => (index % 2 === 0 ? { literal: text } : { placeholder: text }))
    .filter((part) => 'placeholder' in part || part.literal !== '')

/** What is wrong with a template, or undefined where it is right. */
export function templateProblem(template: string): string | undefined {
  const parts = partsOf(template)
  const names = parts.flatMap((part) => ('placeholder' in part ? [part.placeholder] : []))
  const unknown = names.find((name) => !(name in patterns))
  if (unknown !== undefined) return `{${unknown}} is none of {commit}, {n}, {any}`
  const commits = names.filter((name) => name === 'commit').length
  if (commits !== 1) return `it must contain {commit} exactly once, not ${commits} times`

  // A hex digit beside {commit} could belong to it or to {n} and {any}: which commit it is must never be a guess.
  const at = parts.findIndex((part) => 'placeholder' in part && part.placeholder === 'commit')
  const open = [parts.slice(0, at).toReversed(), parts.slice(at + 1)].some((side) => {
    const next = side.findIndex((part) => 'placeholder' in part)
    const between = side.slice(0, next).map((part) => ('literal' in part ? part.literal : ''))
    return next >= 0 && !/[^0-9a-f]/.test(between.join(''))
  })
  return open
    ? 'something that is no hex digit, such as "-" or "h", must stand between {commit} and {n} or {any}'
    : undefined
}

/** The commit (7 to 40 hex digits) in `version`, or undefined where the template does not fit the whole of it. */
export function commitOf(template: string, version: string): string | undefined {
  const pattern = partsOf(template).map((part) =>
    'literal' in part ? escapeRegExp(part.literal) : (patterns[part.placeholder as keyof typeof patterns] ?? '(?!)'),
  )
  return new RegExp(`^${pattern.join('')}$`).exec(version)?.[1]
}

/** The first of `templates` that fits, and the commit in it. */
export function matchVersion(
  templates: readonly string[],
  version: string,
): { template: string; commit: string } | undefined {
  for (const template of templates) {
    const commit = commitOf(template, version)
    if (commit !== undefined) return { template, commit }
  }
  return undefined
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
