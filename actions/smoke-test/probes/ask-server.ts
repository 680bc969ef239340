import { z } from 'zod'
import { parseJson } from '../../../shared/foundation/parse-json.js'
import type { HubCode } from '../../../shared/policy/smoke-types.js'
import { networkTrouble } from '../network.js'
import type { CheckFound } from '../repeat.js'
import { authorizationHeader, type NotebookServer, runCode } from './kernel.js'
import { matchesText } from './matches.js'

/** Asks a user's server for its version and its status, and runs code in it. */
export async function askServer(
  http: typeof fetch,
  server: NotebookServer,
  code: HubCode | undefined,
  signal: AbortSignal,
  left: number,
): Promise<CheckFound> {
  try {
    const version = await ask(http, server, 'api', z.object({ version: z.string() }), signal)
    // The first answers without a token, too: only this one shows that the token is taken.
    await ask(http, server, 'api/status', z.object({ kernels: z.number() }), signal)
    const came = `the server has version ${version.version}`
    if (!code) return { is: 'right', came }
    const { output, error } = await runCode(http, server, code.run, signal)
    const printed = `the code printed ${JSON.stringify(output.slice(0, 200))}`
    if (error !== undefined) return { is: 'wrong', came: `the code raised ${error}` }
    if (!matchesText(code.output, output))
      return { is: 'wrong', came: `${printed}, which does not match ${code.output}` }
    return { is: 'right', came: `${came}, ${printed}` }
  } catch (error) {
    if (error instanceof Refusal) return { is: 'wrong', came: error.message }
    return { is: 'wrong', came: `the server: ${networkTrouble(error, left).text}` }
  }
}

class Refusal extends Error {}

async function ask<T>(
  http: typeof fetch,
  server: NotebookServer,
  path: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const response = await http(`${server.url}${path}`, {
    headers: authorizationHeader(server),
    redirect: 'manual',
    signal,
  })
  const body = await response.text()
  if (response.status !== 200) throw new Refusal(`the server answers ${response.status} at ${path}`)
  const parsed = schema.safeParse(parseJson(body))
  if (!parsed.success) throw new Refusal(`the server answers at ${path}, but not as a Jupyter server`)
  return parsed.data
}
