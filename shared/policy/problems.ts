import type { z } from 'zod'
import { type FilePlace, UserError } from '../foundation/errors.js'
import { didYouMean, nearestWord } from '../yaml/did-you-mean.js'
import type { YamlSource } from '../yaml/documents.js'
import { showPath } from '../yaml/path.js'
import { walkYaml } from '../yaml/walk.js'
import { jsonSchema } from './json-schema.js'

/** One mistake in the policy file. */
export interface PolicyProblem {
  message: string
  fix: string
  at: Required<FilePlace>
}

/** Where a mistake is: `key` points at the name, `value` at what stands behind it. */
export interface PolicySpot {
  path: readonly PropertyKey[]
  part: 'key' | 'value'
}

/** Line and column of a spot; where it is missing, of the nearest key above it. */
export function locateProblem(source: YamlSource, { path, part }: PolicySpot): Required<FilePlace> {
  const found = walkYaml(source, 0, path.map(keyOf))
  return source.place(found.kind === 'found' && part === 'value' ? found.node.range[0] : found.place)
}

/** What zod's issues say to a person who writes the file. A required key that is only misspelt is one problem, not two. */
export function problemsOf(found: readonly z.core.$ZodIssue[], source: YamlSource, data: unknown): PolicyProblem[] {
  const issues = found.flatMap(inList)
  const misspelt = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => showPath([...issue.path, nearestWord(key, knownKeys(issue.path)) ?? ''].map(keyOf)))
      : [],
  )
  return issues
    .filter((issue) => valueAt(data, issue.path) !== undefined || !misspelt.includes(showPath(issue.path.map(keyOf))))
    .flatMap((issue) => problemsOfIssue(issue, source, data))
}

/** What may be one or a list, and is a list with mistakes: the mistakes in its items say more. */
function inList(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  const branches = issue.code === 'invalid_union' ? issue.errors : []
  const items = branches.find((branch) => branch.length > 0 && branch.every(({ path }) => path.length > 0))
  return items ? items.map((item) => ({ ...item, path: [...issue.path, ...item.path] })) : [issue]
}

function problemsOfIssue(issue: z.core.$ZodIssue, source: YamlSource, data: unknown): PolicyProblem[] {
  const where = showPath(issue.path.map(keyOf))
  const problem = (message: string, fix: string, spot: PolicySpot): PolicyProblem => ({
    message,
    fix,
    at: locateProblem(source, spot),
  })
  const value = valueAt(data, issue.path)

  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path)
    return issue.keys.map((key) =>
      problem(`Unknown key "${key}"${where === '' ? '' : ` in ${where}`}.`, didYouMean(key, known) ?? 'Remove it.', {
        path: [...issue.path, key],
        part: 'key',
      }),
    )
  }
  if (issue.code === 'invalid_key') {
    const name = showPath(issue.path.slice(-1).map(keyOf))
    const expected = issue.issues[0]?.message ?? 'another name'
    return [
      problem(`"${name}" cannot be used as a name: it must be ${expected}.`, 'Rename it.', {
        path: issue.path,
        part: 'key',
      }),
    ]
  }
  if (issue.code === 'custom' && typeof issue.params?.fix === 'string') {
    return [problem(`${where} ${issue.message}.`, issue.params.fix, { path: issue.path, part: 'key' })]
  }
  const ofApp = fixOfApp(issue.path, value)
  if (value === undefined) {
    const fix = ofApp ?? `Add "${keyOf(issue.path.at(-1) ?? '')}:" there.`
    return [
      problem(`${where} is missing: it must be ${issue.message}.`, fix, {
        path: issue.path,
        part: 'key',
      }),
    ]
  }
  const words = issue.code === 'invalid_value' ? issue.values.map(String) : []
  const fix =
    ofApp ||
    (words.length > 1 && typeof value === 'string' && didYouMean(value, words)) ||
    `Correct ${where || 'the file'}.`
  return [
    problem(`${where || 'The file'} must be ${issue.message}, not ${brief(value)}.`, fix, {
      path: issue.path,
      part: 'value',
    }),
  ]
}

/** All problems as one error; the first of the file is its place. At most 10 are shown. */
export function policyInvalid(problems: readonly PolicyProblem[], file: string): UserError {
  const sorted = problems.toSorted((a, b) => a.at.line - b.at.line || a.at.column - b.at.column)
  const [first, second] = sorted
  if (!first || !second) {
    const { message, fix, at } = first ?? { message: `${file} is wrong.`, fix: 'Correct it.', at: { file } }
    return new UserError('policy-invalid', message, { fix, at })
  }
  const lines = sorted
    .slice(0, 10)
    .map(({ message, fix, at }) => `  line ${at.line}, column ${at.column}: ${message} ${fix}`)
  const more = sorted.length > 10 ? [`  and ${sorted.length - 10} more`] : []
  return new UserError('policy-invalid', [`${file} has ${sorted.length} errors:`, ...lines, ...more].join('\n'), {
    fix: 'Correct each of them.',
    at: first.at,
  })
}

const keyOf = (key: PropertyKey): string | number => (typeof key === 'symbol' ? String(key) : key)

const isMap = (value: unknown): value is Record<PropertyKey, unknown> => typeof value === 'object' && value !== null

const valueAt = (data: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (isMap(value) && Object.hasOwn(value, key) ? value[key] : undefined), data)

function brief(value: unknown): string {
  if (value === null) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (isMap(value)) return 'a map'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 80)}...` : text
}

/** The keys that the format knows at a place. The JSON Schema is made only for this message, never on the good path. */
function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = jsonSchema()
  for (const key of path) {
    if (!isMap(schema)) return []
    const properties = isMap(schema.properties) ? schema.properties : {}
    schema = properties[key] ?? schema[typeof key === 'number' ? 'items' : 'additionalProperties']
  }
  return isMap(schema) && isMap(schema.properties) ? Object.keys(schema.properties) : []
}

/** Where the number for `bot` comes from, for the errors of `apps`. */
const whereBot =
  "NUMBER is the user id of the App's bot, not the App ID: the doctor prints it, and so does `gh api '/users/SLUG[bot]' --jq .id`."

/** How to mend what stands at `path` of the policy, where that is a number of `apps` that is missing or alone. */
function fixOfApp(path: readonly PropertyKey[], value: unknown): string | undefined {
  const [top, app, key, ...more] = path
  if (top !== 'apps' || app === undefined || more.length > 0) return undefined
  if (key === undefined && typeof value === 'number') {
    return `Write "${String(app)}: { id: ${value}, bot: NUMBER }". ${whereBot}`
  }
  if (typeof value === 'string' && /^\d+$/.test(value)) return `Write it without quotes: "${String(key)}: ${value}".`
  return key === 'bot' ? `Write "bot: NUMBER" there. ${whereBot}` : undefined
}
