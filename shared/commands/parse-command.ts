import { z } from 'zod'
import type { RunFacts } from '../foundation/run-facts.js'
import { type GitHub, repoRef } from '../github/client.js'
import { editedComments } from '../github/edited.js'
import { hasStatus } from '../github/errors.js'

/** A command that somebody wrote as a comment. */
export interface CommandComment {
  /** The comment's id, and the number of the issue or pull request. */
  id: number
  number: number
  /** Whether that is a pull request. */
  onPull: boolean
  /** The comment's first line, without trailing blanks. */
  line: string
  login: string
  /** When it was written: ISO 8601, whole seconds. */
  at: string
  /** Whether it was edited since, or deleted. */
  edited: boolean
}

const payload = z.object({
  action: z.literal('created'),
  issue: z.object({ number: z.int().positive(), pull_request: z.object({}).optional() }),
  comment: z.object({ id: z.int().positive(), body: z.string(), user: z.object({ login: z.string() }) }),
})

const firstLine = (body: string | undefined): string => (body?.split(/\r?\n/)[0] ?? '').trimEnd()

/** The comment that started the run, if it is a command; undefined if something else did. Does not check who wrote it. */
export async function parseCommand(
  github: GitHub,
  run: RunFacts,
  isCommand: RegExp,
): Promise<CommandComment | undefined> {
  const { data } = payload.safeParse(run.event === 'issue_comment' ? run.payload : undefined)
  const line = firstLine(data?.comment.body)
  if (!data || !isCommand.test(line)) return undefined
  const { id, user } = data.comment
  // Anybody with write access can edit somebody else's comment: its text now must be the original one.
  const now = await readComment(github, run.repository, id)
  const edited =
    !now ||
    firstLine(now.body) !== line ||
    now.user?.login !== user.login ||
    (await editedComments(github, [now])).size > 0
  const { number, pull_request: pull } = data.issue
  return { id, number, onPull: pull !== undefined, line, login: user.login, at: now?.created_at ?? '', edited }
}

async function readComment(github: GitHub, repo: string, id: number) {
  try {
    return (await github.rest.issues.getComment({ ...repoRef(repo), comment_id: id })).data
  } catch (error) {
    if (hasStatus(error, 404)) return undefined
    throw error
  }
}
