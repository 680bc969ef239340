import { z } from 'zod'
import { parseJson } from '../foundation/parse-json.js'

const jobSchema = z.object({ result: z.string(), outputs: z.record(z.string(), z.string()).default({}) })

/** How the jobs before this one ended, as `toJSON(needs)` tells it: `result` is `success`, `failure`, `cancelled` or `skipped`. */
export type JobEndings = Record<string, z.infer<typeof jobSchema>>

/** Undefined where that cannot be read. */
export function readNeeds(text: string): JobEndings | undefined {
  return z.record(z.string(), jobSchema).safeParse(parseJson(text)).data
}

/**
 * What to do about a job that succeeded and whose result did not arrive (A15): unknown is neither success nor failure.
 *
 * @param what whose result it is, as it begins a sentence.
 */
export const resultLost = (what: string): string => `${what}: the job succeeded and its result did not arrive.`

export const resultLostFix =
  'GitHub drops an output that contains a line of any secret of that job: its log has the warning "Skip output". Pass the output "encoded-result" from job to job, and use no secret with a line of one or two characters; then re-run all jobs.'
