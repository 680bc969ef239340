import { parse } from 'yaml'
import { z } from 'zod'
import { UserError } from '../foundation/errors.js'
import { lockFile } from '../policy/policy.js'

/** Which bytes a component's version stands for. */
export interface LockEntry {
  component: string
  /** The full version, or the image's tag. */
  version: string
  /** 64 hex digits: of the chart's archive, or of the image's manifest. */
  sha256: string
}

const header = `# Which bytes each version stands for: bumps write it, the gate and every deploy check it.
`

const schema = z.strictObject({
  version: z.literal(1),
  // Null is what `components:` without an entry says.
  components: z
    .record(z.string(), z.strictObject({ version: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/) }))
    .nullable(),
})

/**
 * The entries of the lock file by component; none where there is no file yet.
 *
 * @throws UserError `target-missing` where it is not what `lockWith` writes.
 */
export function readLock(text: string | undefined, file = lockFile): Map<string, LockEntry> {
  const data = text === undefined ? null : yamlOf(text)
  // No file, or nothing but comments.
  if (data === null) return new Map()
  const parsed = schema.safeParse(data)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : ''
    throw new UserError('target-missing', `${file} is not a lock file${where}: ${issue?.message ?? 'unreadable'}.`, {
      fix: `Restore ${file} from the last correct commit ("git log ${file}").`,
      at: { file },
    })
  }
  const { components } = parsed.data
  return new Map(Object.entries(components ?? {}).map(([component, entry]) => [component, { component, ...entry }]))
}

/** The lock file's text with `entry` in it: the same text for the same entries, whatever it looked like before. */
export function lockWith(text: string | undefined, entry: LockEntry): string {
  const entries = readLock(text)
  entries.set(entry.component, entry)
  // Not by locale: two machines must write the same bytes.
  const sorted = [...entries.values()].sort((a, b) => (a.component < b.component ? -1 : 1))
  const lines = sorted.map(
    ({ component, version, sha256 }) =>
      `  ${JSON.stringify(component)}:\n    version: ${JSON.stringify(version)}\n    sha256: "${sha256}"\n`,
  )
  return `${header}version: 1\ncomponents:\n${lines.join('')}`
}

function yamlOf(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error', maxAliasCount: 0 })
  } catch {
    return undefined
  }
}
