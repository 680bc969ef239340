import { appCheckRuns } from '../github/app-check-runs.js'
import type { GitHub } from '../github/client.js'

/** By this check run the gate says that an operator accepts a commit that came in without it. It lets no pull request in. */
export const acceptCheckName = 'lockstep / accept'

export interface Acceptance {
  /** 40 hex digits. */
  commit: string
  /** The operator's login. */
  by: string
}

/** The check run's `external_id`. */
export const acceptanceId = ({ commit, by }: Acceptance): string => `lockstep-accept/1/${commit}/${by}`

/** The inverse of `acceptanceId`; undefined for every other text. */
export function parseAcceptanceId(text: string | null | undefined): Acceptance | undefined {
  const [, commit, by] = /^lockstep-accept\/1\/([0-9a-f]{40})\/([\w-]{1,100})$/.exec(text ?? '') ?? []
  return commit === undefined || by === undefined ? undefined : { commit, by }
}

/** Which operator accepted a commit. Only the gate App's own check counts, and only one that names this commit. */
export async function acceptedBy(
  github: GitHub,
  repo: string,
  commit: string,
  gateApp: number,
): Promise<string | undefined> {
  const runs = await appCheckRuns(github, { repo, commit, name: acceptCheckName, app: gateApp })
  const said = runs.flatMap(({ head_sha: sha, conclusion, external_id: id }) =>
    sha === commit && conclusion === 'success' ? (parseAcceptanceId(id) ?? []) : [],
  )
  return said.find((one) => one.commit === commit)?.by
}
