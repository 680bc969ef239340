import { z } from 'zod'
import type { JobEndings } from '../../../shared/action/needs.js'
import { parseJson } from '../../../shared/foundation/parse-json.js'
import { parseResult, type Result } from '../../../shared/foundation/result.js'
import { isBlamed } from '../../../shared/records/rollback-causes.js'
import { sameRun } from '../../../shared/records/verified.js'

/**
 * Why the clusters are rolled back, by what the run itself knows; undefined where nothing of it is the change's fault. For a time when
 * GitHub does not tell what was recorded. Each wave is a job whose outputs `failure` and `verified` are the results of a
 * cluster that failed and of one that did not: of several, the last one's, so that others may have failed as well.
 *
 * A14: a cluster that failed may say nothing at all, since GitHub may pass on the outputs of those only that succeeded. So a
 * wave that failed and does not say why counts, and so does one of which only another cluster is known to be verified: nobody
 * knows what is there. One that failed although its only cluster is verified does not: what failed is the record.
 *
 * @param run `<run id>/<attempt>`
 * @param optional clusters whose failure asks for nothing.
 */
export function causeFromJobs(jobs: JobEndings, run: string, optional: string[]): string | undefined {
  const clustersOf = (wave: string): string[] => namesIn(jobs.plan?.outputs[wave])
  const waves = Object.entries(jobs).filter(
    ([name, { result }]) => name !== 'plan' && ['failure', 'cancelled'].includes(result),
  )
  for (const [name, { outputs }] of waves) {
    const clusters = clustersOf(name)
    if (clusters.length > 0 && clusters.every((cluster) => optional.includes(cluster))) continue
    const [failure, verified] = [resultIn(outputs.failure, run), resultIn(outputs.verified, run)]
    if (failure && isBlamed(failure.reason) && !optional.includes(failure.cluster ?? '')) return failure.message
    if (!failure && verified?.decision !== 'verified') return `The wave "${name}" failed for an unknown reason.`
    // Nothing is known of the others where one that failed says nothing, or is optional and hides them.
    const hidden = clusters.filter((cluster) => !optional.includes(cluster) && cluster !== verified?.cluster)
    const isOptional = failure?.cluster !== undefined && optional.includes(failure.cluster)
    if ((!failure || (isOptional && isBlamed(failure.reason))) && hidden.length > 0)
      return `The wave "${name}" failed, and it is unknown how ${hidden.join(', ')} ended.`
  }
  return undefined
}

function namesIn(text: string | undefined): string[] {
  return z.array(z.string()).safeParse(parseJson(text ?? '')).data ?? []
}

function resultIn(text: string | undefined, run: string): Result | undefined {
  const result = parseResult(text ?? '')
  return result && sameRun(result.run, run) ? result : undefined
}
