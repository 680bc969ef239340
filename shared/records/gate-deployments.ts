import type { z } from 'zod'
import { checkWriter, isBot } from '../github/bot.js'
import { type GitHub, repoRef } from '../github/client.js'
import { hasStatus } from '../github/errors.js'
import { firstInPages, listPages } from '../github/pages.js'

export interface RecordPlace {
  github: GitHub
  /** `owner/name` of the deploy repo. */
  repo: string
  /** User id of the gate App's bot. Only what it wrote is believed: anybody with write access can make a Deployment. */
  gateBot: number
}

export type RecordOutcome = 'success' | 'failure'

/** So many of its own records are looked at where nothing else ends the search. */
export const lookBack = 100

/** A Deployment that the gate App made, with its payload. */
export interface GateDeployment<T> {
  id: number
  payload: T
  sha: string
  environment: string
  /** ISO 8601 */
  at: string
}

interface Where {
  task: string
  environment?: string
  sha?: string
}

/**
 * The gate App's own deployments for a task, newest first, asked for as far as they are taken. Its own is what its bot made with
 * this task and such a payload. The bot alone proves nothing: a job with `environment:` makes Deployments in the name of whoever
 * started the run (I6), and the gate App merges.
 */
export async function* eachDeployment<T>(
  { github, repo, gateBot }: RecordPlace,
  where: Where,
  schema: z.ZodType<T>,
): AsyncGenerator<GateDeployment<T>> {
  const asked = { ...repoRef(repo), ...where, per_page: 100 }
  const about = where.environment === undefined ? '' : ` to the environment "${where.environment}"`
  const all = listPages(github.paginate.iterator(github.rest.repos.listDeployments, asked), {
    list: `deployments of ${repo} with the task "${where.task}"${about}`,
    fix: 'Delete those that the gate App did not make, and find out who makes them.',
  })
  for await (const one of all) yield* ownOf(one, gateBot, where.task, schema)
}

/** The gate App's own for a task among the newest 100 of whichever environment, newest first, by one request. It may have more. */
export async function newestDeployments<T>(
  { github, repo, gateBot }: RecordPlace,
  task: string,
  schema: z.ZodType<T>,
): Promise<GateDeployment<T>[]> {
  const { data } = await github.rest.repos.listDeployments({ ...repoRef(repo), task, per_page: 100 })
  return data.flatMap((one) => ownOf(one, gateBot, task, schema))
}

function ownOf<T>(
  { id, payload, sha, environment, task, created_at: at, creator }: ApiDeployment,
  gateBot: number,
  wanted: string,
  schema: z.ZodType<T>,
): GateDeployment<T>[] {
  const own = isBot(creator, gateBot) && task === wanted ? readPayload(payload, schema) : undefined
  return own === undefined ? [] : [{ id, payload: own, sha, environment, at }]
}

type ApiDeployment = Awaited<ReturnType<GitHub['rest']['repos']['listDeployments']>>['data'][number]

/** The same as a list: the newest. */
export const gateDeployments = <T>(place: RecordPlace, where: Where, schema: z.ZodType<T>, most = lookBack) =>
  firstInPages(eachDeployment(place, where, schema), most)

/** GitHub gives a payload back as the object it was, or as its text. Undefined where it is no such payload. */
export function readPayload<T>(payload: unknown, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(typeof payload === 'string' ? JSON.parse(payload) : payload).data
  } catch {
    return undefined
  }
}

export interface RecordState {
  state: string
  description: string
  /** ISO 8601 */
  at: string
}

/** Every state that the gate App gave a deployment, in GitHub's own order. */
async function* eachState(
  { github, repo, gateBot }: RecordPlace,
  id: number,
): AsyncGenerator<RecordState & { id: number }> {
  const asked = { ...repoRef(repo), deployment_id: id, per_page: 100 }
  const all = listPages(github.paginate.iterator(github.rest.repos.listDeploymentStatuses, asked), {
    list: `statuses of the deployment ${id} of ${repo}`,
    fix: `Find out who writes them. Set the deployment ${id} to inactive and delete it: its record is then gone, and the cluster may have to be adopted again.`,
  })
  for await (const { id: own, creator, state, description, created_at: at } of all) {
    if (isBot(creator, gateBot)) yield { id: own, state, description: description ?? '', at }
  }
}

/**
 * The state that the gate App gave a deployment last, by its number: no document says in which order they are listed (D18). GitHub itself
 * writes `inactive`, for whom is open (D10): it says nothing.
 */
export async function lastState(place: RecordPlace, id: number): Promise<RecordState | undefined> {
  const said = (await firstInPages(eachState(place, id))).filter(({ state }) => state !== 'inactive')
  return said.toSorted((one, other) => other.id - one.id)[0]
}

export interface NewRecordState {
  logUrl: string
  environmentUrl?: string | undefined
  /** Cut after 140 characters. */
  description: string
  /** Whether GitHub shows older deployments of the environment as inactive. */
  replaces?: boolean
}

export async function setRecordState(
  { github, repo }: RecordPlace,
  id: number,
  state: RecordOutcome,
  { logUrl, environmentUrl, description, replaces = true }: NewRecordState,
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

export interface NewDeployment {
  /** A branch of the deploy repo, or one of its commits. Whether a commit that only a fork has would do is open (D1). */
  ref: string
  task: string
  environment: string
  description: string
  payload: Record<string, unknown>
}

/** @throws UserError `misconfigured` where the token is not of the bot that the policy names. */
export async function createDeployment({ github, repo, gateBot }: RecordPlace, what: NewDeployment): Promise<number> {
  const { data } = await github.rest.repos.createDeployment({
    ...repoRef(repo),
    ...what,
    description: what.description.slice(0, 140),
    // The gate has decided already; GitHub must neither merge nor look at other checks.
    auto_merge: false,
    required_contexts: [],
    // True by itself where the environment is called "production", and then older records would stay active beside newer ones (D9).
    production_environment: false,
  })
  if (!('id' in data) || typeof data.id !== 'number') throw new Error('GitHub made no deployment')
  checkWriter(data.creator, gateBot)
  return data.id
}

/**
 * Writes down a word: a Deployment whose payload is all that counts, and that is over at once. Without a status GitHub shows it as
 * pending (D11), with `success` as what the environment runs.
 */
export async function writeStatement(place: RecordPlace, word: NewDeployment): Promise<void> {
  await endWord(place, await createDeployment(place, word), word.description)
}

/** What was cut off after the Deployment: gives a word the status that it lacks. Safe to repeat. */
export async function endStatementOnce(place: RecordPlace, id: number): Promise<void> {
  for await (const _ of eachState(place, id)) return
  await endWord(place, id, '')
}

async function endWord({ github, repo }: RecordPlace, id: number, description: string): Promise<void> {
  const status = { state: 'inactive', description: description.slice(0, 140) } as const
  try {
    await github.rest.repos.createDeploymentStatus({ ...repoRef(repo), deployment_id: id, ...status })
  } catch (error) {
    // D19: whether `inactive` may be the first status is open. Without it the word only shows as pending.
    if (!hasStatus(error, 422)) throw error
  }
}
