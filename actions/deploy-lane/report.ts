import { type GitHub, repoRef } from '../../shared/github/client.js'
import { type Head, laneContext } from './candidates.js'
import type { Status, Verdict } from './types.js'

export interface Judged {
  head: Head
  verdict: Verdict
}

/** GitHub lets an App write 500 things an hour: what is left over is written by the next run, and it says how many. */
const mostWrites = 400

export interface Written {
  written: number
  left: number
}

/** Writes the statuses that changed; first those that stop a merge, which is what must not come late. */
export async function reportStatuses(github: GitHub, repo: string, judged: Judged[]): Promise<Written> {
  const changed = judged.filter(({ head, verdict }) => !isSame(head.present, verdict))
  const urgent = changed.toSorted((a, b) => Number(isGreen(a)) - Number(isGreen(b)))
  for (const { head, verdict } of urgent.slice(0, mostWrites)) {
    const { state, description, url } = verdict
    await github.rest.repos.createCommitStatus({
      ...repoRef(repo),
      ...{ sha: head.sha, context: laneContext, state, description },
      ...(url === undefined ? {} : { target_url: url }),
    })
  }
  const written = Math.min(changed.length, mostWrites)
  return { written, left: changed.length - written }
}

const isGreen = ({ verdict }: Judged): boolean => verdict.state === 'success'

export const isSame = (present: Status | undefined, { state, description, url }: Status): boolean =>
  present?.state === state && present.description === description && (present.url ?? '') === (url ?? '')
