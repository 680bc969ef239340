import { runnerMasks, withoutMasked } from '../../rehearsal/runner/masks.js'
import type { Started } from './start-action.js'

/** What a job passes on of a step's outputs: the runner drops those with anything masked, by its secrets and by the step's commands. */
export function jobOutputs({ outputs, log }: Started, secrets: string[]): Record<string, string> {
  const masks = runnerMasks()
  for (const secret of secrets) masks.addSecret(secret)
  for (const [, data = ''] of log.matchAll(/^::add-mask::(.*)$/gm)) masks.addMask(unescaped(data))
  return withoutMasked(outputs, masks).outputs
}

const unescaped = (data: string): string => data.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%')
