import type { GitHub } from '../github/client.js'
import { readFile } from '../github/files.js'
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

/** The dates of a file of holidays: one a line, with comments. Undefined where a line is something else. */
export function readHolidays(text: string): string[] | undefined {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim())
  const dates = lines
    .filter((line) => line !== '')
    .map((line) => /^\d{4}-\d{2}-\d{2}$/.exec(line.split(/\s/)[0] ?? '')?.[0])
  return dates.every((date) => date !== undefined) ? dates : undefined
}
