import { z } from 'zod'
import { parseDuration } from '../action/inputs.js'
import { parsePath } from '../yaml/path.js'
import { allWeekdays, type Weekday } from './types.js'
import { templateProblem } from './version-template.js'

// The `error` of every schema says what the value must be: problems.ts makes "... must be <error>, not ..." of it.

/** Text that follows a pattern; `expected` completes "must be ...". */
const text = (expected: string, pattern: RegExp) =>
  z.string({ error: expected }).regex(pattern, { error: expected, abort: true })

/** One of a few words. */
export const wordFormat = <const W extends readonly [string, ...string[]]>(words: W) =>
  z.enum(words, { error: `one of ${words.map((known) => `"${known}"`).join(', ')}` })

export const countFormat = z.int({ error: 'a whole number' }).min(1, { error: 'a number of at least 1' })

export const flagFormat = z.boolean({ error: 'true or false' })

/** Milliseconds, once parsed. */
export const durationFormat = text('a duration such as "90s", "20m" or "24h"', /^\d+(s|m|h)$/).transform(
  (value) => parseDuration(value) ?? 0,
)

const clock = (value: string): number => Number(value.slice(0, 2)) * 60 + Number(value.slice(3))

/** Minutes since midnight, once parsed. */
export const hoursFormat = text(
  'hours of one day, such as "09:00-17:00"',
  /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
)
  .transform((value): [from: number, to: number] => [clock(value.slice(0, 5)), clock(value.slice(6))])
  .refine(([from, to]) => from < to, { error: 'hours of one day, such as "09:00-17:00"' })

// Neither absolute nor out of the repository, and in one spelling only, so that paths can be compared.
const relative = String.raw`(?!/)(?!.*//)(?!.*/$)(?!(.*/)?\.{1,2}(/|$))`

const filePattern = new RegExp(String.raw`^${relative}[^\\{}*?\r\n]+$`)

const clusterFilePattern = new RegExp(String.raw`^${relative}([^\\{}*?\r\n]|\{cluster\})+$`)

export const filePath = text('a path relative to the top of the deploy repo, without "." and ".."', filePattern)

/** A file path with globs, brace lists and no placeholders: for upstream paths and kinds. */
export const globFormat = text('a relative path or glob, without ".."', new RegExp(String.raw`^${relative}[^\\\r\n]+$`))

/** The same, where `{cluster}` stands for the cluster's name. */
export const clusterGlob = text(
  'a relative path or glob, without ".."; its only placeholder is "{cluster}"',
  new RegExp(String.raw`^${relative}(?!.*\{(?!cluster\})[^,{}]*\})[^\\\r\n]+$`),
)

/** A Kubernetes name, part of which may be `{cluster}`. */
export const nameWithCluster = text(
  'a Kubernetes name (lower-case letters, digits, "-"), or one with "{cluster}" in it',
  /^(?=[a-z0-9{])([a-z0-9-]|\{cluster\})*(?<!-)$/,
)

const dns = '(lower-case letters, digits and "-")'

/** Names that become parts of Kubernetes names, environments and values files. Not only digits: such keys lose their order. */
export const kubernetesName = text(`a name ${dns}`, /^(?!\d+$)(?!lockstep$)[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$/)

/** Names that become parts of branch names. */
export const componentName = text(
  'a name (letters, digits, "-", "_", ".")',
  /^(?!\d+$)[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/,
)

/** The same, without a word that means something else. */
export const nameExcept = (word: string, meaning: string) =>
  componentName.refine((name) => name !== word, { error: `another name, because "${word}" means ${meaning}` })

export const repositoryFormat = text('a repository as "owner/name"', /^[\w-]+\/(?!\.{1,2}$)[\w.-]+$/)

export const valuesPath = text('a path such as "a.b.0"', /^[^\s.#]+(\.[^\s.#]+)*$/).transform(parsePath)

/** `FILE#NAME`, as its two halves; `{cluster}` in the file stands for the cluster's name. */
const fileTarget = (name: string) =>
  text(`"FILE#${name}", with a path relative to the top of the deploy repo`, /^[^#]+#[^#\s]+$/)
    .refine((value) => clusterFilePattern.test(value.split('#')[0] ?? ''), {
      error: 'a path without "." and ".." before the "#"; its only placeholder is "{cluster}"',
    })
    .transform((value) => {
      const [file = '', inside = ''] = value.split('#')
      return { file, inside }
    })

/** One `FILE#NAME`, or a list of them. */
export const fileTargets = (name: string) => {
  const one = fileTarget(name)
  const expected = `"FILE#${name}", or a list of them`
  return z.union([one.transform((target) => [target]), z.array(one, { error: expected }).min(1, { error: expected })], {
    // Of the two ways to be wrong, the one that was meant.
    error: ({ input, errors }) => {
      const [asOne] = (errors as z.core.$ZodIssue[][] | undefined) ?? []
      return typeof input === 'string' ? (asOne?.[0]?.message ?? expected) : expected
    },
  })
}

export const hostName = text(
  'a host name such as "mybinder.org"',
  /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d+)?$/,
)

/** An absolute URL, or a path on the cluster's own host. Placeholders: `{host}`, `{cluster}`. */
export const serviceUrl = text(
  'a URL, or a path that starts with "/"; its placeholders are "{host}" and "{cluster}"',
  /^(?!.*\{(?!(host|cluster)\}))(https?:\/\/[^\s/]+|(?=\/))\S*$/,
)

export const pageUrl = text('a URL that starts with "https://" or "http://"', /^https?:\/\/[^\s/]+\S*$/)

export const headerName = text('the name of an HTTP header', /^[\w-]+$/)

const placeholders = '"{host}", "{cluster}", "{namespace}", "{values.a.path}" and "{secrets.NAME}"'

export const httpUrl = text(
  `a URL that starts with "https://", "http://" or "{values.a.path}"; its placeholders are ${placeholders}`,
  /^(?!.*\{(?!(host|cluster|namespace|values\.[^\s{}]+|secrets\.\w+)\}))(https?:\/\/[^\s/]+|\{values\.[^\s{}]+\})\S*$/,
)

/** A regular expression of JavaScript, with the flag `u`. */
export const patternFormat = z
  .string({ error: 'a regular expression' })
  .refine(isPattern, { error: 'a regular expression' })

function isPattern(source: string): boolean {
  try {
    new RegExp(source, 'u')
    return true
  } catch {
    return false
  }
}

export const versionTemplate = z
  .string({ error: 'a version template such as "1.0.0-0.dev.git.{n}.h{commit}"' })
  .check((context) => {
    const problem = templateProblem(context.value)
    if (problem === undefined) return
    const message = `a version template: ${problem}`
    context.issues.push({ code: 'custom', input: context.value, message })
  })

export const timezoneFormat = z
  .string({ error: 'a time zone such as "Etc/UTC"' })
  .refine(isTimezone, { error: 'a time zone such as "Etc/UTC" or "Europe/Berlin"' })

function isTimezone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const day = `(${allWeekdays.join('|')})`

/** `mon-thu`, or `mon,wed-fri`; a range may go over the week's end. */
export const daysFormat = text(
  'days such as "mon-thu" or "mon,wed"',
  new RegExp(`^${day}(-${day})?(,${day}(-${day})?)*$`),
).transform((value): Weekday[] => {
  const names: readonly string[] = allWeekdays
  const chosen = value.split(',').flatMap((range) => {
    const [from = '', to = from] = range.split('-')
    const start = names.indexOf(from)
    const length = (names.indexOf(to) - start + 7) % 7
    return [...names, ...names].slice(start, start + length + 1)
  })
  return allWeekdays.filter((name) => chosen.includes(name))
})

export const teamFormat = text('a team as "@org/team"', /^@[\w-]+\/[\w.-]+$/)
export const loginFormat = text('a GitHub login', /^@?[A-Za-z0-9-]+(\[bot\])?$/)
