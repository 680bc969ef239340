import { appCheckRuns } from '../github/app-check-runs.js'
import type { GitHub } from '../github/client.js'

/** By this check run the gate says that an operator accepts a commit that came in without it. It lets no pull request in. */
export const commitApprovalCheckName = 'lockstep / approve'

export interface CommitApproval {
  /** 40 hex digits. */
  commit: string
  /** The operator's login. */
  by: string
}

/** The check run's `external_id`. */
export const commitApprovalId = ({ commit, by }: CommitApproval): string => `lockstep-accept/1/${commit}/${by}`

/** The inverse of `acceptanceId`; undefined for every other text. */
export function parseCommitApprovalId(text: string | null | undefined): CommitApproval | undefined {
  const [, commit, by] = /^lockstep-accept\/1\/([0-9a-f]{40})\/([\w-]{1,100})$/.exec(text ?? '') ?? []
  return commit === undefined || by === undefined ? undefined : { commit, by }
}

/** Which operator accepted a commit. Only the gate App's own check counts, and only one that names this commit. */
export async function approvedBy(
  github: GitHub,
  repo: string,
  commit: string,
  gateApp: number,
): Promise<string | undefined> {
  const runs = await appCheckRuns(github, { repo, commit, name: commitApprovalCheckName, app: gateApp })
  const said = runs.flatMap(({ head_sha: sha, conclusion, external_id: id }) =>
    sha === commit && conclusion === 'success' ? (parseCommitApprovalId(id) ?? []) : [],
  )
  return said.find((one) => one.commit === commit)?.by
}
