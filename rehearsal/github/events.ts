import { needsApproval } from './approvals.js'
import type { Account, Caller } from './identities.js'
import { repositoryShape } from './rest/repository-shape.js'
import { userShape } from './rest/shapes.js'
import type { Issue, Pull, Repo, State } from './state.js'

/** The only events that a job's own token may start workflows with. */
const dispatches = new Set(['workflow_dispatch', 'repository_dispatch'])

export interface Occurrence {
  name: string
  action?: string
  ref: string
  sha: string
  actor: Account
  payload: Record<string, unknown>
  /** The pull request that it is about. */
  about?: { issue: Issue; pull: Pull }
  /** Starts no workflow, whoever caused it. */
  silent?: boolean
}

/** Records and delivers what `caller` did; `caller` undefined is GitHub itself. */
export function emitEvent(state: State, repo: Repo, caller: Caller | undefined, occurrence: Occurrence): void {
  const { name, action, ref, sha, actor, payload, about, silent } = occurrence
  state.deliver({
    name,
    ...(action !== undefined && { action }),
    repo: repo.fullName,
    ref,
    sha,
    actor: actor.login,
    payload: {
      ...(action !== undefined && { action }),
      ...payload,
      repository: repositoryShape(state, repo),
      sender: userShape(state, actor),
    },
    startsWorkflows: !silent && (caller?.kind !== 'job' || dispatches.has(name)),
    ...(about && needsApproval(repo, caller, occurrence, about) ? { needsApproval: true } : {}),
  })
}
