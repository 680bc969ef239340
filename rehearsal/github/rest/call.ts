import { z } from 'zod'
import { type FieldError, foundOr404, invalidError, notFound } from '../errors.js'
import { resolveCommit } from '../git.js'
import type { Account, Caller } from '../identities.js'
import type { OperationId } from '../permissions.js'
import type { Issue, Pull, Repo, State } from '../state.js'

/** One request, as an operation's handler sees it: the caller is known and may do it. */
export interface Call {
  state: State
  caller: Caller
  /** Who acts; GitHub's ghost where nobody is signed in. */
  actor: Account
  /** The repository of the path; operations without one must not ask. */
  repo: Repo
  params: Record<string, string>
  query: Record<string, string>
  body: unknown
  accept: string
  /** Path without the query. */
  path: string
  /** The token itself, for what ends it. */
  token: string | undefined
}

export interface Reply {
  status: number
  /** Sent as JSON, bytes as they are; undefined sends nothing. */
  body?: unknown
  headers?: Record<string, string>
}

export type Handler = (call: Call) => Promise<Reply> | Reply
export type Handlers = Record<OperationId, Handler>

export const okReply = (body: unknown): Reply => ({ status: 200, body })
export const createdReply = (body: unknown): Reply => ({ status: 201, body })
export const acceptedReply = (body: unknown = {}): Reply => ({ status: 202, body })
export const noContent = (): Reply => ({ status: 204 })

const count = (text: string | undefined, fallback: number, max: number): number => {
  const value = Number.parseInt(text ?? '', 10)
  return Number.isFinite(value) && value > 0 ? Math.min(value, max) : fallback
}

export interface Page {
  perPage: number
  page: number
}

export const pageOf = (call: Call, perPage = 30): Page => ({
  perPage: count(call.query.per_page, perPage, 100),
  page: count(call.query.page, 1, Number.MAX_SAFE_INTEGER),
})

/** The page of `items` that was asked for, and `Link` with the way to the others. */
export function pagedReply<T>(
  call: Call,
  items: readonly T[],
  shape: (item: T) => unknown,
): { body: unknown[]; headers: Record<string, string> } {
  const { perPage, page } = pageOf(call)
  const start = (page - 1) * perPage
  return {
    body: items.slice(start, start + perPage).map(shape),
    headers: linkHeader(call, page, Math.ceil(items.length / perPage)),
  }
}

export function listReply<T>(call: Call, items: readonly T[], shape: (item: T) => unknown): Reply {
  return { status: 200, ...pagedReply(call, items, shape) }
}

/** A list in an object with its total, such as `{ total_count, check_runs }`. */
export function listIn<T>(call: Call, key: string, items: readonly T[], shape: (item: T) => unknown): Reply {
  const { body, headers } = pagedReply(call, items, shape)
  return { status: 200, body: { total_count: items.length, [key]: body }, headers }
}

export function linkHeader(call: Call, page: number, last: number): Record<string, string> {
  const to = (target: number, rel: string): string => {
    const query = new URLSearchParams({ ...call.query, page: String(target) })
    return `<${call.state.url}${call.path}?${query}>; rel="${rel}"`
  }
  const links = [
    ...(page > 1 ? [to(page - 1, 'prev')] : []),
    ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : []),
    ...(page > 1 ? [to(1, 'first')] : []),
  ]
  return links.length > 0 ? { link: links.join(', ') } : {}
}

/** The body in its shape. @throws Refusal 422 with one entry in `errors` for every wrong field. */
export function readBody<T>(call: Call, resource: string, schema: z.ZodType<T>): T {
  const result = schema.safeParse(call.body ?? {})
  if (result.success) return result.data
  throw invalidError(
    ...result.error.issues.map((issue): FieldError => {
      const field = issue.path.join('.')
      const missing = issue.path.length > 0 && !((issue.path[0] as string) in ((call.body ?? {}) as object))
      return { resource, field, code: missing ? 'missing_field' : 'invalid' }
    }),
  )
}

/** A number of the path, such as an id. @throws Refusal 404 */
export function numberParam(call: Call, name: string): number {
  const text = call.params[name] ?? ''
  if (!/^\d+$/.test(text)) throw notFound()
  return Number(text)
}

export const issueOf = (call: Call): Issue => foundOr404(call.repo.issues.get(numberParam(call, 'issue_number')))

export function pullOfCall(call: Call): { issue: Issue; pull: Pull } {
  const issue = foundOr404(call.repo.issues.get(numberParam(call, 'pull_number')))
  return { issue, pull: foundOr404(issue.pull) }
}

/** The commit that a path names. @throws Refusal 422 with GitHub's message where there is none. */
export async function commitOf(call: Call, name: string): Promise<string> {
  const sha = await resolveCommit(call.repo.gitDir, name)
  if (!sha) throw invalidSha(name)
  return sha
}

const invalidSha = (name: string): Error =>
  invalidError({ resource: 'Commit', code: 'custom', field: 'sha', message: `No commit found for SHA: ${name}` })

export const shaSchema = z.string().regex(/^[0-9a-f]{40}$/)
