import { checkNeeds, showNeeds } from '../../rehearsal/needs.js'
import { runInside } from '../../rehearsal/run-inside.js'
import type { Figure } from './figure.js'

/** Starts this same program once more where a cluster can be, for one benchmark; that one prints the figures. */
export async function insideOnly(bench: string): Promise<Figure[]> {
  const needs = await checkNeeds()
  if (needs.length > 0) process.stderr.write(`${bench} is skipped.\n${showNeeds(needs)}`)
  else process.exitCode = (await runInside(process.execPath, [process.argv[1] ?? '', bench])) || process.exitCode
  return []
}
