import type { MiddlewareHandler } from 'hono'
import { type OperationChecks, readDescription } from './description.js'

/**
 * Holds an operation's requests and answers against GitHub's own description, and adds what differs to `violations`.
 *
 * A request counts where the emulator accepted it: a refused one may be as wrong as it likes.
 */
export function checkConformity(violations: Set<string>): (id: string) => MiddlewareHandler {
  let description: ReturnType<typeof readDescription> | undefined
  return (id) => async (context, next) => {
    await next()
    description ??= readDescription()
    const checks = (await description)(id)
    const { status } = context.res
    const accepted = status >= 200 && status < 300
    const said = context.req.method === 'GET' ? '' : await context.req.text()
    const wrong = [
      ...(accepted ? requestViolations(checks, context.req.query(), said) : []),
      ...(await responseViolations(checks, context.res.clone())),
    ]
    for (const one of wrong) violations.add(`${id} ${one}`)
  }
}

function requestViolations(checks: OperationChecks, query: Record<string, string>, body: string): string[] {
  const wrongQuery = checks.query({ ...query }).map((why) => `query: ${why}`)
  if (body === '') return checks.bodyRequired ? [...wrongQuery, 'request: a body is required'] : wrongQuery
  return [...wrongQuery, ...checks.body(JSON.parse(body)).map((why) => `request: ${why}`)]
}

async function responseViolations(checks: OperationChecks, response: Response): Promise<string[]> {
  const { status } = response
  const check = checks.response(status)
  if (!check) return [`answer ${status}: GitHub has no such answer`]
  if (!response.headers.get('content-type')?.includes('json') || status === 204) return []
  // The raw media type is the file itself, whatever it holds.
  if (response.headers.get('content-type')?.includes('raw')) return []
  return check(await response.json()).map((why) => `answer ${status}: ${why}`)
}
