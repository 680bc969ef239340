import { z } from 'zod'
import { type GitHub, repoRef } from './client.js'

/** One move of a branch, as the repository's activity has it: a push, or the merge of a pull request. */
export interface Push {
  before: string
  after: string
  /** Undefined where GitHub does not say. */
  by: Pusher | undefined
}

export interface Pusher {
  login: string
  /** A bot pushes for somebody else, and nobody can tell for whom. */
  bot: boolean
}

const pageSchema = z.array(
  z.object({
    before: z.string(),
    after: z.string(),
    actor: z.object({ login: z.string(), type: z.string() }).nullish(),
  }),
)
const mostPages = 20

/**
 * How a branch moved, newest first; at most its last 2,000 moves. Needs `contents: read`.
 *
 * L15: how long GitHub keeps them is not known. What the list does not reach is nobody's push: `pushersOf` is then undefined.
 */
export async function pushesTo(github: GitHub, repo: string, branch: string): Promise<Push[]> {
  const pushes: Push[] = []
  const query = { ...repoRef(repo), ref: `refs/heads/${branch}`, per_page: 100 }
  let pages = 0
  for await (const { data } of github.paginate.iterator(github.rest.repos.listActivities, query)) {
    for (const { before, after, actor } of pageSchema.parse(data)) {
      pushes.push({ before, after, by: actor ? { login: actor.login, bot: actor.type !== 'User' } : undefined })
    }
    pages += 1
    if (pages === mostPages) break
  }
  return pushes
}

/**
 * Who brought a commit to a branch: the first move that ended on the commit or on one of those above it, and did not begin
 * there. Several where the branch was taken away and brought back. Undefined where that cannot be told.
 *
 * @param line the commit, and the branch's commits above it, by first parents, oldest first
 */
export function pushersOf(line: string[], pushes: Push[]): Pusher[] | undefined {
  const end = line.find((sha) => pushes.some(({ after }) => after === sha))
  const found = pushes.filter(({ before, after }) => after === end && !line.includes(before))
  const known = found.flatMap(({ by }) => by ?? [])
  return known.length > 0 && known.length === found.length ? known : undefined
}
