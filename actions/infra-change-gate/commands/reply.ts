import type { CommandComment } from '../../../shared/commands/parse-command.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { escapeMarkdown, mentionLogin } from '../../../shared/report/markdown.js'

export interface CommandReply {
  /** For the author of the command; undefined if they have nothing to do. */
  tell: string | undefined
  reaction: 'rocket' | 'eyes' | 'confused'
}

/** Reacts to a comment, and replies only if its author has something to do. */
export async function replyToCommand(
  github: GitHub,
  repo: string,
  number: number,
  comment: Pick<CommandComment, 'id' | 'login' | 'edited'>,
  { tell, reaction }: CommandReply,
): Promise<void> {
  const at = repoRef(repo)
  // The reply comes first: if the run is cut off between the two, a reply twice is better than none.
  if (tell) {
    const body = `${mentionLogin(comment.login)} ${escapeMarkdown(tell, 2_000)}`
    await github.rest.issues.createComment({ ...at, issue_number: number, body })
  }
  // A deleted comment takes no reaction.
  if (comment.edited) return
  await github.rest.reactions.createForIssueComment({ ...at, comment_id: comment.id, content: reaction })
}
