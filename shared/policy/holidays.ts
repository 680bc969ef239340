import type { GitHub } from '../github/client.js'
import { readFile } from '../github/files.js'
import { readHolidays } from '../infra/window.js'
import type { Policy } from './policy.js'
import type { Tier } from './types.js'

/** Of each tier whose window has a file of holidays, its dates; undefined where that cannot be read. */
export async function holidaysOf(
  github: GitHub,
  repo: string,
  { deployWindows }: Policy,
  branch: string,
): Promise<{ [T in Tier]?: readonly string[] | undefined }> {
  const dates: Record<string, readonly string[] | undefined> = {}
  for (const [tier, window] of Object.entries(deployWindows)) {
    if (window?.holidays === undefined) continue
    const text = await readFile(github, repo, window.holidays, branch)
    dates[tier] = text === undefined ? undefined : readHolidays(text)
  }
  return dates
}
