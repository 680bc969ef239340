/**
 * Version templates: how a published version names the upstream commit it was made from, such as
 * `1.0.0-0.dev.git.{n}.h{commit}`.
 *
 * `{commit}` is 7 to 40 hex digits, `{tag}` an upstream git tag without its "v", `{n}` a number, `{any}` any text;
 * everything else stands for itself.
 */
const patterns = { commit: '([0-9a-f]{7,40})', tag: 'v?([0-9][0-9A-Za-z.+-]*)', n: '[0-9]+', any: '.+' } as const

/**
 * What a component without templates understands: everything that chartpress has ever written (`0.1.0-<hash>`,
 * `0.2.0-n12.h<hash>`, `1.0.0-0.dev.git.12.h<hash>`, and with a pre-release before it), `git describe` with `-` or, after
 * `.devN`, without, a commit alone, and releases named by their tag.
 */
export const defaultTemplates: readonly string[] = [
  '{any}.git.{n}.h{commit}',
  '{any}-n{n}.h{commit}',
  '{any}.n{n}.h{commit}',
  '{any}.g{commit}',
  '{any}-g{commit}',
  '{any}.{n}.{commit}',
  '{any}-{n}.{commit}',
  '{any}-{commit}',
  '{commit}',
  '{tag}',
]

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
  if (unknown !== undefined) return `{${unknown}} is unknown; the placeholders are {commit}, {tag}, {n} and {any}`
  const [commits, tags] = ['commit', 'tag'].map((known) => names.filter((name) => name === known).length)
  if (tags === 1 && names.length === 1) return undefined
  if (tags !== 0) return '{tag} cannot be combined with another placeholder'
  if (commits !== 1) return `it must contain {commit} exactly once, not ${commits} times`

  // A hex digit beside {commit} could belong to it or to {n} and {any}: which commit it is must never be a guess.
  const at = parts.findIndex((part) => 'placeholder' in part && part.placeholder === 'commit')
  const open = [parts.slice(0, at).toReversed(), parts.slice(at + 1)].some((side) => {
    const next = side.findIndex((part) => 'placeholder' in part)
    const between = side.slice(0, next).map((part) => ('literal' in part ? part.literal : ''))
    return next >= 0 && !/[^0-9a-f]/.test(between.join(''))
  })
  return open
    ? 'put a character that is not a hex digit, such as "-" or "h", between {commit} and {n} or {any}'
    : undefined
}

/** What a version says of the commit it was made from: its first digits (7 to 40), or a tag's name without "v". */
export type TemplateVersion = { commit: string; tag?: undefined } | { tag: string; commit?: undefined }

/** Undefined where the template does not fit the whole of `version`. */
function namedBy(template: string, version: string): TemplateVersion | undefined {
  const parts = partsOf(template)
  const pattern = parts.map((part) =>
    'literal' in part ? escapeRegExp(part.literal) : (patterns[part.placeholder as keyof typeof patterns] ?? '(?!)'),
  )
  const found = new RegExp(`^${pattern.join('')}$`).exec(version)?.[1]
  if (found === undefined) return undefined
  return parts.some((part) => 'placeholder' in part && part.placeholder === 'tag') ? { tag: found } : { commit: found }
}

/** The first of `templates` that fits, and what it finds. */
export function matchVersion(
  templates: readonly string[],
  version: string,
): ({ template: string } & TemplateVersion) | undefined {
  // Nearly everything could be a tag's name: what spells out a commit comes first.
  const byTag = (template: string): boolean => template.includes('{tag}')
  for (const template of [...templates.filter((one) => !byTag(one)), ...templates.filter(byTag)]) {
    const named = namedBy(template, version)
    if (named) return { template, ...named }
  }
  return undefined
}

const escapeRegExp = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')
