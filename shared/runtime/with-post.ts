import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { getState, info, saveState } from '@actions/core'
import { readRun } from '../foundation/run-facts.js'
import { revokeTokens } from './revoke-tokens.js'

/** Folders with credentials or decrypted values, which whoever made them removes unless it is killed. */
const ours = /^lockstep-(kube|deploy|dry-run|plan)-/

/**
 * An action whose stub the runner calls once more after the job, whatever became of the job: then the temporary folders go
 * that a killed step left, and the tokens end that it made.
 *
 * @param tidyMore what else a killed step can leave.
 */
export const withPost =
  (start: () => Promise<void>, tidyMore = async (): Promise<void> => {}) =>
  async (): Promise<void> => {
    if (getState('started') === '') {
      saveState('started', 'true')
      return start()
    }
    const run = readRun(process.env)
    await tidyTemp(run.temp)
    await revokeTokens(run.apiUrl)
    return tidyMore()
  }

/** @param temp the runner's folder for temporary files. */
async function tidyTemp(temp: string): Promise<void> {
  const left = (await readdir(temp)).filter((name) => ours.test(name))
  for (const name of left) await rm(join(temp, name), { recursive: true, force: true })
  if (left.length > 0) info(`Removed ${left.length} temporary folders with credentials that a killed step left behind.`)
}
