import { type GitHub, repoRef } from '../github/client.js'

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
  const { data } = await github.rest.checks.listForRef({
    ...repoRef(repo),
    ref: commit,
    check_name: acceptCheckName,
    app_id: gateApp,
    filter: 'all',
    per_page: 100,
  })
  const said = data.check_runs.flatMap(({ app, name, head_sha: sha, conclusion, external_id: id }) => {
    const ours = app?.id === gateApp && name === acceptCheckName && sha === commit && conclusion === 'success'
    return ours ? (parseAcceptanceId(id) ?? []) : []
  })
  return said.find((one) => one.commit === commit)?.by
}
