import { createHash } from 'node:crypto'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import type { Policy } from '../../../shared/policy/policy.js'
import type { RecordPlace } from '../../../shared/records/gate-deployments.js'
import { trialsOn } from '../../../shared/records/staging-trials.js'

type Reviews = Awaited<ReturnType<GitHub['rest']['pulls']['listReviews']>>['data']

/** Every review of a pull request, the oldest first. */
export function listReviews(github: GitHub, repo: string, pull_number: number): Promise<Reviews> {
  return github.paginate(github.rest.pulls.listReviews, { ...repoRef(repo), pull_number, per_page: 100 })
}

/** The ids of the staging trials of a pull request. */
type Trials = (pull: number) => Promise<number[]>

/** Reads staging trials: one request for each staging cluster, however many pull requests there are. */
export function readTrials(place: RecordPlace, policy: Policy): Trials {
  const staging = policy.clusters.filter(({ wave }) => wave === 'staging')
  let all: Promise<{ id: number; pull: number }[][]> | undefined
  return async (pull) => {
    all ??= Promise.all(staging.map(({ name }) => trialsOn(place, name)))
    return (await all).flat().flatMap((trial) => (trial.pull === pull ? [trial.id] : []))
  }
}

/**
 * Of the evidence that may change without an event: reviews of a pull request from a fork, whose runs can wait for an approval
 * (A2), and staging trials, which a job's own token started (A4). If the digest differs, the check has to run again.
 *
 * @param reviews of the pull request, if they were read already
 * @returns 12 hex digits
 */
export async function evidenceDigest(
  { github, repo }: Pick<RecordPlace, 'github' | 'repo'>,
  trials: Trials,
  pull: number,
  reviews?: Reviews,
): Promise<string> {
  const said = (reviews ?? (await listReviews(github, repo, pull)))
    .filter(({ state }) => state !== 'PENDING' && state !== 'COMMENTED')
    .map(({ id, state }) => `review ${id} ${state}`)
  const all = [...said, ...(await trials(pull)).map((id) => `trial ${id}`)].sort()
  return createHash('sha256').update(all.join('\n')).digest('hex').slice(0, 12)
}
