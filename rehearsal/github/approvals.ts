import { actionsApp, hasAccess } from './accounts.js'
import type { Account, Caller } from './identities.js'
import type { Issue, Pull, Repo } from './state.js'

/** What a job's own token does to a pull request leaves runs that wait for a person (A26); with all else it starts none. */
const waiting = ['opened', 'synchronize', 'reopened']

/**
 * Whether the runs that this event would start of the pull request's own workflow files stop at `action_required`, until
 * somebody with write access approves each of them (A2, A26).
 */
export function needsApproval(
  repo: Repo,
  caller: Caller | undefined,
  event: { name: string; action?: string; actor: Account },
  { issue, pull }: { issue: Issue; pull: Pull },
): boolean {
  if (caller?.kind === 'job') return event.name === 'pull_request' && waiting.includes(event.action ?? '')
  if (pull.fork === undefined) return false
  // GitHub looks at both, the author and whoever caused the event.
  return [issue.author, event.actor].some((account) => isStranger(repo, account))
}

function isStranger(repo: Repo, { login }: Account): boolean {
  const rule = repo.approveRunsOf ?? 'first-time'
  if (rule === 'nobody' || hasAccess(repo, login)) return false
  return (
    rule === 'outside' || ![...repo.issues.values()].some(({ author, pull }) => author.login === login && pull?.merged)
  )
}

/** The account that every job's own token stands for. */
const jobsAccount = `${actionsApp.slug}[bot]`

/** Whether a job's own token dispatched a run or started it again: then nothing hears of it (A4). */
export const isByJob = ({ actor, triggeringActor }: { actor: string; triggeringActor: string }): boolean =>
  [actor, triggeringActor].includes(jobsAccount)
