import { type GitHub, repoRef } from '../github/client.js'
import { hasStatus } from '../github/errors.js'
import type { UpstreamChange } from './merges.js'

/**
 * Of those who merged these changes, who may not merge there any more: logins in lower case. Where that cannot be seen, nobody has
 * left: it takes a token of the upstream repository itself.
 *
 * @param repo `owner/name` of the upstream repository
 */
export async function withoutWriteAccess(
  upstream: GitHub,
  repo: string,
  merges: UpstreamChange[],
): Promise<Set<string>> {
  const mergers = merges.flatMap(({ mergedBy }) => (mergedBy && !mergedBy.bot ? mergedBy.login.toLowerCase() : []))
  const left = [...new Set(mergers)].map(async (username) => {
    try {
      const { data } = await upstream.rest.repos.getCollaboratorPermissionLevel({ ...repoRef(repo), username })
      return data.permission === 'none' || data.permission === 'read' ? [username] : []
    } catch (error) {
      if (hasStatus(error, 403, 404)) return []
      throw error
    }
  })
  return new Set((await Promise.all(left)).flat())
}
