import type { z } from 'zod'
import { type GitHub, repoRef } from '../github/client.js'

export interface Place {
  github: GitHub
  /** `owner/name` of the deploy repo. */
  repo: string
  /** Only what this App wrote is believed: anybody with write access can make a Deployment. */
  gateApp: number
}

export type Outcome = 'success' | 'failure'

/** How many deployments GitHub is asked for at once; more are never looked at. */
export const lookBack = 100

/** A Deployment that the gate App made. */
export interface GateDeployment {
  id: number
  /** GitHub gives it back as the object it was, or as its text: read it with `readPayload`. */
  payload: unknown
  sha: string
  environment: string
  /** ISO 8601 */
  at: string
}

/** The gate App's own deployments for a task, newest first; at most 100. */
export async function gateDeployments(
  { github, repo, gateApp }: Place,
  where: { task: string; environment?: string; sha?: string },
): Promise<GateDeployment[]> {
  const { data } = await github.rest.repos.listDeployments({ ...repoRef(repo), ...where, per_page: lookBack })
  return data
    .filter((deployment) => deployment.performed_via_github_app?.id === gateApp)
    .toSorted((a, b) => b.id - a.id)
    .map(({ id, payload, sha, environment, created_at: at }) => ({ id, payload, sha, environment, at }))
}

/** Undefined where it is no such payload. */
export function readPayload<T>(payload: unknown, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(typeof payload === 'string' ? JSON.parse(payload) : payload).data
  } catch {
    return undefined
  }
}

export interface State {
  state: string
  description: string
  /** ISO 8601 */
  at: string
}

/** Every state that the gate App gave a deployment, newest first, without the `inactive` that GitHub gives older ones. */
export async function statesOf({ github, repo, gateApp }: Place, id: number): Promise<State[]> {
  const { data } = await github.rest.repos.listDeploymentStatuses({
    ...repoRef(repo),
    deployment_id: id,
    per_page: 100,
  })
  return data
    .filter((status) => status.performed_via_github_app?.id === gateApp && status.state !== 'inactive')
    .toSorted((a, b) => b.id - a.id)
    .map(({ state, description, created_at: at }) => ({ state, description: description ?? '', at }))
}

export interface NewState {
  logUrl: string
  environmentUrl?: string | undefined
  /** Cut after 140 characters. */
  description: string
  /** Whether GitHub shows older deployments of the environment as inactive. */
  replaces?: boolean
}

export async function setState(
  { github, repo }: Place,
  id: number,
  state: Outcome,
  { logUrl, environmentUrl, description, replaces = true }: NewState,
): Promise<void> {
  await github.rest.repos.createDeploymentStatus({
    ...repoRef(repo),
    deployment_id: id,
    state,
    log_url: logUrl,
    description: description.slice(0, 140),
    auto_inactive: replaces,
    ...(environmentUrl === undefined ? {} : { environment_url: environmentUrl }),
  })
}

export async function createDeployment(
  { github, repo }: Place,
  what: { ref: string; task: string; environment: string; description: string; payload: Record<string, unknown> },
): Promise<number> {
  const { data } = await github.rest.repos.createDeployment({
    ...repoRef(repo),
    ...what,
    description: what.description.slice(0, 140),
    // The gate has decided already; GitHub must neither merge nor look at other checks.
    auto_merge: false,
    required_contexts: [],
  })
  if ('id' in data && typeof data.id === 'number') return data.id
  throw new Error('GitHub made no deployment')
}
