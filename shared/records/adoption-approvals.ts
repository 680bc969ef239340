import { z } from 'zod'
import { lastSuccessOn } from './deployments.js'
import { eachDeployment, endStatementOnce, type RecordPlace, writeStatement } from './gate-deployments.js'

const payloadSchema = z.object({
  schema: z.literal(1),
  cluster: z.string(),
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  /** Login of the operator who asked. */
  operator: z.string(),
  /** `<run id>/<attempt>` in which they did. */
  run: z.string(),
})

/** That one operator wants a cluster adopted at a commit: a GitHub Deployment of the gate App. */
export type NewAdoptionApproval = z.infer<typeof payloadSchema>

export interface AdoptionApproval extends NewAdoptionApproval {
  id: number
  given: Date
}

/** Not the records' own task: nothing that looks for what was deployed sees a word. */
const task = 'adopt'

/**
 * The words for a cluster, newest first, that were given since then and not used yet. A word is used up by the next success that is
 * recorded on its cluster: then that is adopted, or was never in need of it.
 */
export async function readAdoptionApprovals(
  place: RecordPlace,
  cluster: string,
  since: Date,
): Promise<AdoptionApproval[]> {
  const words: AdoptionApproval[] = []
  for await (const { id, payload, sha, at } of eachDeployment(place, { task, environment: cluster }, payloadSchema)) {
    const given = new Date(at)
    if (given <= since) break
    if (payload.cluster === cluster && payload.commit === sha) words.push({ ...payload, id, given })
  }
  if (words.length === 0) return []
  const success = await lastSuccessOn(place, cluster)
  // GitHub's clock has seconds: what was said in the second of the success counts as used.
  return success === undefined ? words : words.filter(({ given }) => given > new Date(success.at))
}

/** @param word its commit is one of the deploy repo's default branch. */
export const recordAdoptionApproval = (place: RecordPlace, word: NewAdoptionApproval): Promise<void> =>
  writeStatement(place, {
    ref: word.commit,
    task,
    environment: word.cluster,
    description: `${word.operator} asks to adopt ${word.cluster}.`,
    payload: { ...word },
  })

/** What a run that was cut off left: the words of `operator` get the status that they lack. */
export async function endAdoptionApprovals(
  place: RecordPlace,
  words: readonly AdoptionApproval[],
  operator: string,
): Promise<void> {
  const own = words.filter((word) => word.operator.toLowerCase() === operator.toLowerCase())
  for (const { id } of own) await endStatementOnce(place, id)
}
