import { z } from 'zod'
import type { Run } from '../../shared/action/facts.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'

/** Somebody's `/go` under a pull request. */
export interface Go {
  /** The comment's id. */
  id: number
  login: string
  /** When it was said: ISO 8601, whole seconds. */
  at: string
  /** Whether it was changed since, or is gone. */
  edited: boolean
}

const payload = z.object({
  action: z.literal('created'),
  issue: z.object({ pull_request: z.object({}) }),
  comment: z.object({ id: z.int().positive(), body: z.string(), user: z.object({ login: z.string() }) }),
})

const isGo = (body: string | undefined): boolean => /^\/go[ \t]*$/.test(body?.split(/\r?\n/)[0] ?? '')

/** The `/go` that started the run; undefined where something else did. Who may say it is not judged here. */
export async function readGo(github: GitHub, run: Run): Promise<Go | undefined> {
  const { data } = payload.safeParse(run.event === 'issue_comment' ? run.payload : undefined)
  if (!data || !isGo(data.comment.body)) return undefined
  const { id, user } = data.comment
  // Anybody with write access can change somebody else's comment: what it says now must be what was said.
  const now = await readComment(github, run.repository, id)
  const edited = !now || now.updated_at !== now.created_at || !isGo(now.body) || now.user?.login !== user.login
  return { id, login: user.login, at: now?.created_at ?? '', edited }
}

async function readComment(github: GitHub, repo: string, id: number) {
  try {
    return (await github.rest.issues.getComment({ ...repoRef(repo), comment_id: id })).data
  } catch (error) {
    if (hasStatus(error, 404)) return undefined
    throw error
  }
}
