import { z } from 'zod'
import { UserError } from '../../shared/action/errors.js'
import type { Run } from '../../shared/action/facts.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'

export interface Pull {
  number: number
  open: boolean
  draft: boolean
  /** Who opened it; empty where that account is gone. */
  author: string
  /** The head commit, 40 hex digits. */
  head: string
  /** The branch that it goes into, and that branch's tip as the pull request knows it. */
  into: string
  base: string
  defaultBranch: string
}

const numbered = z.object({ number: z.int().positive() })

/** Which pull request an event is about. `workflow_run` names none where it came from a fork. */
const payload = z.object({
  pull_request: numbered.optional(),
  issue: numbered.optional(),
  workflow_run: z.object({ pull_requests: z.array(numbered) }).optional(),
})

/** From which branch of which repository a run came. */
const cameFrom = z.object({
  workflow_run: z.object({
    head_branch: z.string(),
    head_repository: z.object({ owner: z.object({ login: z.string() }), full_name: z.string() }),
  }),
})

/**
 * The same, also for a review of a pull request from a fork, which GitHub does not name: then it is the open one of that branch.
 *
 * @throws UserError `input-invalid` where there is none.
 */
export async function findPullNumber(github: GitHub, input: string, run: Run): Promise<number> {
  const { data } = cameFrom.safeParse(input === '' && run.event === 'workflow_run' ? run.payload : undefined)
  if (!data) return pullNumber(input, run)
  const { head_branch: branch, head_repository: from } = data.workflow_run
  const head = `${from.owner.login}:${branch}`
  const { data: pulls } = await github.rest.pulls.list({ ...repoRef(run.repository), state: 'open', head })
  const theirs = pulls.find((pull) => pull.head.repo?.full_name.toLowerCase() === from.full_name.toLowerCase())
  return theirs?.number ?? pullNumber(input, run)
}

/** @throws UserError `input-invalid` where neither the input nor the event names one. */
export function pullNumber(input: string, run: Run): number {
  if (/^[1-9]\d{0,9}$/.test(input)) return Number(input)
  const { data } = payload.safeParse(run.payload)
  const number = data?.pull_request?.number ?? data?.issue?.number ?? data?.workflow_run?.pull_requests[0]?.number
  if (input === '' && number !== undefined) return number
  const message =
    input === ''
      ? `The event "${run.event}" is about no pull request.`
      : `Input "pull-request" is ${JSON.stringify(input)}; it must be a number.`
  throw new UserError('input-invalid', message, { fix: 'Give the number of the pull request as "pull-request".' })
}

export async function readPull(github: GitHub, repo: string, number: number): Promise<Pull> {
  const { data } = await github.rest.pulls.get({ ...repoRef(repo), pull_number: number })
  return {
    number,
    open: data.state === 'open',
    draft: data.draft === true,
    author: data.user?.login ?? '',
    head: data.head.sha,
    into: data.base.ref,
    base: data.base.sha,
    defaultBranch: data.base.repo.default_branch,
  }
}
