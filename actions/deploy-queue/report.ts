import { type GitHub, repoRef } from '../../shared/github/client.js'
import { queueContext, type UpstreamHead } from './candidates.js'
import type { QueueStatus, QueueVerdict } from './types.js'

export interface EvaluatedHead {
  head: UpstreamHead
  verdict: QueueVerdict
}

/** GitHub lets an App write 500 things an hour: what is left over is written by the next run, and it says how many. */
const mostWrites = 400

export interface StatusesWritten {
  written: number
  left: number
}

/** Writes the statuses that changed; first those that stop a merge, which is what must not come late. */
export async function reportStatuses(github: GitHub, repo: string, judged: EvaluatedHead[]): Promise<StatusesWritten> {
  const changed = judged.filter(({ head, verdict }) => !isSameStatus(head.present, verdict))
  const urgent = changed.toSorted((a, b) => Number(isGreen(a)) - Number(isGreen(b)))
  for (const { head, verdict } of urgent.slice(0, mostWrites)) {
    const { state, description, url } = verdict
    await github.rest.repos.createCommitStatus({
      ...repoRef(repo),
      ...{ sha: head.sha, context: queueContext, state, description },
      ...(url === undefined ? {} : { target_url: url }),
    })
  }
  const written = Math.min(changed.length, mostWrites)
  return { written, left: changed.length - written }
}

const isGreen = ({ verdict }: EvaluatedHead): boolean => verdict.state === 'success'

export const isSameStatus = (present: QueueStatus | undefined, { state, description, url }: QueueStatus): boolean =>
  present?.state === state && present.description === description && (present.url ?? '') === (url ?? '')
