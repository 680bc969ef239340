import { z } from 'zod'
import { gitMaybe, gitText } from '../github/git.js'
import type { RepositoryEvent } from '../github/types.js'
import type { Occasion } from './trigger-match.js'

/** One way in which an event starts workflows: a pull request's does so twice, for the merge and for the target branch. */
export interface WorkflowStart {
  occasion: Occasion
  /** `github.ref` and `github.sha`; the workflow files are read from there. */
  ref: string
  sha: string
  /** What the run is shown at: `owner/name`, branch and commit. */
  headRepo: string
  headBranch: string
  headSha: string
  pullRequests: number[]
  /** What the event is about, in words; undefined where that is nothing but the workflow. */
  title: string | undefined
  actor: string
  payload: Record<string, unknown>
  repo: string
  /** The run waits until somebody approves it. */
  needsApproval?: boolean
}

const side = z.object({ ref: z.string(), sha: z.string(), repo: z.object({ full_name: z.string() }) })
const payloadSchema = z.object({
  before: z.string().optional(),
  number: z.number().optional(),
  head_commit: z.object({ message: z.string() }).nullish(),
  pull_request: z.object({ title: z.string(), number: z.number(), head: side, base: side }).optional(),
  workflow_run: z.object({ name: z.string().nullish(), head_branch: z.string().nullish() }).optional(),
  // The path of a dispatched workflow; in a workflow_run an object about the one that ran.
  workflow: z.union([z.string(), z.object({}).transform(() => undefined)]).optional(),
})

const zeros = /^0+$/

/** The ways in which this event may start workflows of its repository. */
export async function startsOf(
  event: RepositoryEvent,
  gitDir: string,
  defaultBranch: string,
): Promise<WorkflowStart[]> {
  const payload = payloadSchema.parse(event.payload)
  const { needsApproval = false } = event
  if (event.name !== 'workflow_dispatch' && !event.startsWorkflows && !needsApproval) return []
  if (zeros.test(event.sha)) return []

  const base = { actor: event.actor, payload: event.payload, repo: event.repo, ref: event.ref, sha: event.sha }
  const occasion: Occasion = {
    event: event.name,
    action: event.action,
    branch: undefined,
    tag: undefined,
    workflow: undefined,
    changed: undefined,
    message: undefined,
  }
  const pull = payload.pull_request
  if (pull && event.name.startsWith('pull_request')) {
    const headRepo = pull.head.repo.full_name
    // GitHub names no pull request where the run came from a fork.
    const pullRequests = headRepo === event.repo ? [pull.number] : []
    const at = { headRepo, headBranch: pull.head.ref, headSha: pull.head.sha, pullRequests, title: pull.title }
    const changed = await changedPaths(gitDir, `${pull.base.sha}...${pull.head.sha}`)
    const of = { ...occasion, branch: pull.base.ref, changed }
    const merge: WorkflowStart[] =
      // Where the two conflict there is no merge commit, and GitHub starts nothing.
      event.ref.endsWith('/head')
        ? []
        : [{ ...base, ...at, needsApproval, occasion: { ...of, message: await message(gitDir, pull.head.sha) } }]
    if (event.name !== 'pull_request' || !event.startsWorkflows) return merge
    const tip = await gitText(gitDir, ['rev-parse', `refs/heads/${defaultBranch}`])
    const target = { ...base, ...at, ref: `refs/heads/${defaultBranch}`, sha: tip }
    return [...merge, { ...target, occasion: { ...of, event: 'pull_request_target' } }]
  }

  const branch = /^refs\/heads\/(.+)$/.exec(event.ref)?.[1]
  const tag = /^refs\/tags\/(.+)$/.exec(event.ref)?.[1]
  const at = { headRepo: event.repo, headBranch: branch ?? tag ?? '', headSha: event.sha }
  const start = { ...base, ...at, title: payload.head_commit?.message.split('\n')[0], pullRequests: [] }
  if (event.name === 'push') {
    const before = payload.before && !zeros.test(payload.before) ? payload.before : undefined
    const changed = before ? await changedPaths(gitDir, `${before}..${event.sha}`) : undefined
    return [{ ...start, occasion: { ...occasion, branch, tag, changed, message: payload.head_commit?.message } }]
  }
  if (event.name === 'workflow_run') {
    const run = payload.workflow_run
    return [
      { ...start, occasion: { ...occasion, branch: run?.head_branch ?? undefined, workflow: run?.name ?? undefined } },
    ]
  }
  return [{ ...start, occasion: { ...occasion, branch, workflow: payload.workflow } }]
}

async function changedPaths(gitDir: string, range: string): Promise<string[] | undefined> {
  const text = await gitMaybe(gitDir, ['diff', '--name-only', '-z', range, '--'])
  return text?.split('\0').filter(Boolean)
}

const message = (gitDir: string, sha: string): Promise<string | undefined> =>
  gitMaybe(gitDir, ['log', '-1', '--format=%B', sha])

const directory = '.github/workflows'

/** The workflow files of a commit: path and text. */
export async function workflowFilesAt(gitDir: string, sha: string): Promise<{ path: string; content: string }[]> {
  const listed = (await gitMaybe(gitDir, ['ls-tree', '--name-only', '-z', `${sha}:${directory}`])) ?? ''
  const names = listed.split('\0').filter((name) => /\.ya?ml$/.test(name))
  return Promise.all(
    names.map(async (name) => ({
      path: `${directory}/${name}`,
      content: await readAt(gitDir, sha, `${directory}/${name}`),
    })),
  )
}

/** A file as it is in a commit. @throws where it is not there. */
export const readAt = (gitDir: string, revision: string, path: string): Promise<string> =>
  gitText(gitDir, ['show', '--end-of-options', `${revision}:${path}`])
