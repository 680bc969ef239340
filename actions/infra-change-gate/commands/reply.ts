import type { CommandComment } from '../../../shared/commands/parse-command.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { escapeMarkdown, mentionLogin } from '../../../shared/report/markdown.js'

export interface CommandReply {
  /** For whoever said it; undefined where there is nothing to do for them. */
  tell: string | undefined
  reaction: 'rocket' | 'eyes' | 'confused'
}

/** Answers a comment by a reaction, and in words only where there is something to do. */
export async function replyToCommand(
  github: GitHub,
  repo: string,
  number: number,
  word: Pick<CommandComment, 'id' | 'login' | 'edited'>,
  { tell, reaction }: CommandReply,
): Promise<void> {
  const at = repoRef(repo)
  // The words come first: where the run is cut off between the two, it is better said twice than not at all.
  if (tell) {
    const body = `${mentionLogin(word.login)} ${escapeMarkdown(tell, 2_000)}`
    await github.rest.issues.createComment({ ...at, issue_number: number, body })
  }
  // One that is gone takes no reaction.
  if (word.edited) return
  await github.rest.reactions.createForIssueComment({ ...at, comment_id: word.id, content: reaction })
}
