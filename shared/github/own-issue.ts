import { checkWriter, isBot } from './bot.js'
import { type GitHub, repoRef } from './client.js'

export interface OwnIssue {
  title: string
  body: string
  labels: string[]
  assignees?: string[]
}

type Opened = Awaited<ReturnType<GitHub['rest']['issues']['create']>>['data']

/**
 * Opens an issue that is found again by its author, the gate App's bot, and by a marker in its text. Who a token writes as is known only
 * by what it has written: where that is not the bot, each run would open another. So it is closed at once, without its text and labels:
 * once the number is mended, nothing may take it for one that a person has closed.
 *
 * @param bot `apps.gate.bot` of the policy
 * @param request how to send it, e.g. without repetitions
 * @throws UserError `misconfigured` of `checkWriter`, after it was closed
 */
export async function openOwnIssue(
  github: GitHub,
  repo: string,
  bot: number,
  issue: OwnIssue,
  request: { retries?: number } = {},
): Promise<Opened> {
  const at = repoRef(repo)
  const { data } = await github.rest.issues.create({ ...at, ...issue, request })
  if (data.user && !isBot(data.user, bot)) await withdraw(github, repo, data.number)
  checkWriter(data.user, bot)
  return data
}

async function withdraw(github: GitHub, repo: string, number: number): Promise<void> {
  const body = 'Opened by another account than the deploy policy names as `apps.gate.bot`, so it has no effect.'
  const gone = { body, state: 'closed', state_reason: 'not_planned' } as const
  try {
    await github.rest.issues.update({ ...repoRef(repo), issue_number: number, ...gone, labels: [] })
  } catch {
    // Why it was withdrawn is what the job tells, and not that this failed.
  }
}
