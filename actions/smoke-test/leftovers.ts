import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { parseJson } from '../../shared/foundation/parse-json.js'

/** Something that a check made outside and that must be gone again. Holds what is needed for that, secrets included. */
const leftoverSchema = z.discriminatedUnion('kind', [
  /** A server that BinderHub launched. */
  z.object({ kind: z.literal('launched'), url: z.string(), token: z.string() }),
  /** A test user's server on a JupyterHub; `api` ends with /hub/api. `made`: the user was made for the test as well. */
  z.object({
    kind: z.literal('hub'),
    api: z.string(),
    user: z.string(),
    server: z.string(),
    token: z.string(),
    made: z.boolean(),
  }),
  /** A branch for an image that was never built. */
  z.object({ kind: z.literal('branch'), repo: z.string(), branch: z.string(), token: z.string() }),
])
export type Leftover = z.infer<typeof leftoverSchema>

/** What is to be removed if this process is killed before it can: a file that the `post` step of the job reads. */
export interface Leftovers {
  /** Written down before this returns. The answer takes it off the list again. */
  note(leftover: Leftover): Promise<() => Promise<void>>
}

const fileIn = (temp: string): string => join(temp, 'lockstep-smoke-test-leftovers.json')

/** @param temp the runner's folder for temporary files, which only this job's user reads. */
export function leftoversIn(temp: string): Leftovers {
  const open = new Set<Leftover>()
  let written: Promise<unknown> = Promise.resolve()
  const write = (): Promise<unknown> => {
    written = written.then(() => writeFile(fileIn(temp), JSON.stringify([...open]), { mode: 0o600 }))
    return written
  }
  return {
    async note(leftover) {
      open.add(leftover)
      await write()
      return async () => {
        open.delete(leftover)
        await write()
      }
    },
  }
}

/** What a killed process left behind; the list is gone afterwards. */
export async function takeLeftovers(temp: string): Promise<Leftover[]> {
  const text = await readFile(fileIn(temp), 'utf8').catch(() => '[]')
  await rm(fileIn(temp), { force: true })
  // A process that was killed while it wrote leaves half a list.
  return z.array(leftoverSchema).catch([]).parse(parseJson(text))
}
