import { execa } from 'execa'
import type { Context } from 'hono'
import { accountOf } from './accounts.js'
import { Refusal } from './errors.js'
import { cleanEnvironment, gitText, readRef } from './git.js'
import type { Caller } from './identities.js'
import { authorizeOperation, contentsOperation } from './permissions.js'
import type { RefUpdate } from './records.js'
import { afterUpdate, refUpdate, ruleViolation } from './refs.js'
import type { Repo, State } from './state.js'

/**
 * Answers git itself by way of `git http-backend`.
 *
 * @param endpoint what follows the repository's name: `/info/refs`, `/git-upload-pack` or `/git-receive-pack`.
 * @throws Refusal
 */
export async function answerGit(
  state: State,
  caller: Caller,
  repo: Repo | undefined,
  endpoint: string,
  context: Context,
): Promise<Response> {
  const url = new URL(context.req.url)
  const pushes = endpoint === '/git-receive-pack' || url.searchParams.get('service') === 'git-receive-pack'
  if (!repo) throw caller.kind === 'none' ? askForToken() : new Refusal(404, 'Repository not found.')
  // Git sends its token only when it is asked for one.
  if (caller.kind === 'none' && (pushes || repo.private)) throw askForToken()
  allow(repo, caller, pushes)

  const body = Buffer.from(await context.req.arrayBuffer())
  const request = { endpoint, query: url.search.slice(1), body, context, repo, caller }
  if (endpoint !== '/git-receive-pack') return backend(state, request, {})
  return state.exclusively(repo.fullName, () => receive(state, request))
}

const askForToken = (): Refusal =>
  new Refusal(401, 'Requires authentication', { headers: { 'www-authenticate': 'Basic realm="GitHub"' } })

function allow(repo: Repo, caller: Caller, pushes: boolean): void {
  try {
    authorizeOperation(repo, caller, contentsOperation(pushes ? 'write' : 'read'), false)
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 403) throw error
    const login = accountOf(caller)?.login ?? 'anonymous'
    throw new Refusal(403, `Permission to ${repo.fullName}.git denied to ${login}.`, { headers: error.headers })
  }
}

interface GitRequest {
  endpoint: string
  query: string
  body: Buffer
  context: Context
  repo: Repo
  caller: Caller
}

/** Takes a push: judges every ref first, lets git move those that are allowed, then tells what has moved. */
async function receive(state: State, request: GitRequest): Promise<Response> {
  const { repo, caller, body } = request
  const { commands, pack } = readCommands(body)
  // The rules look at commits that only the push brings.
  if (pack.length > 0) await gitText(repo.gitDir, ['index-pack', '--stdin', '--fix-thin'], { input: pack })
  const updates: RefUpdate[] = []
  for (const command of commands) updates.push(await refUpdate(repo, command))
  const refused: { ref: string; why: string }[] = []
  for (const update of updates) {
    const why = await ruleViolation(repo, caller, update)
    if (why) refused.push({ ref: update.ref, why })
  }
  const response = await backend(state, request, {
    REFUSED_REFS: ` ${refused.map(({ ref }) => ref).join(' ')} `,
    REFUSED_WHY: refused.map(({ ref, why }) => `error: GH013: ${ref}: ${why.trim()}`).join('\n'),
  })
  for (const update of updates) {
    const moved = readRef(repo.gitDir, update.ref) === update.after
    if (moved) await afterUpdate(state, repo, caller, update)
  }
  return response
}

/** The commands at the start of a push: lines of `<old> <new> <ref>`, each with its length before it; then the pack. */
export function readCommands(body: Buffer): { commands: Omit<RefUpdate, 'forced'>[]; pack: Buffer } {
  const commands: Omit<RefUpdate, 'forced'>[] = []
  let at = 0
  for (;;) {
    const length = Number.parseInt(body.subarray(at, at + 4).toString(), 16)
    if (!(length > 4)) break
    const [line = ''] = body
      .subarray(at + 4, at + length)
      .toString()
      .split('\0')
    const [before = '', after = '', ref = ''] = line.trimEnd().split(' ')
    const sha = (text: string): string | undefined => (/^0+$/.test(text) ? undefined : text)
    if (ref) commands.push({ ref, before: sha(before), after: sha(after) })
    at += length
  }
  return { commands, pack: body.subarray(at + 4) }
}

/** Runs git's own CGI program, and turns its answer into one of ours. */
async function backend(state: State, request: GitRequest, env: Record<string, string>): Promise<Response> {
  const { endpoint, query, body, context, repo, caller } = request
  const header = (name: string): string => context.req.header(name) ?? ''
  const { stdout } = await execa('git', ['http-backend'], {
    input: body,
    encoding: 'buffer',
    extendEnv: false,
    env: {
      ...cleanEnvironment(),
      ...env,
      GIT_PROJECT_ROOT: state.dir,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_PROTOCOL: header('git-protocol'),
      PATH_INFO: `/${repo.fullName}.git${endpoint}`,
      QUERY_STRING: query,
      REQUEST_METHOD: context.req.method,
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: String(body.length),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      REMOTE_USER: accountOf(caller)?.login ?? '',
      REMOTE_ADDR: '127.0.0.1',
    },
  })
  const answer = Buffer.from(stdout)
  const end = answer.indexOf('\r\n\r\n')
  const headers = new Headers()
  for (const line of answer.subarray(0, end).toString().split('\r\n')) {
    const [name = '', ...value] = line.split(': ')
    headers.append(name, value.join(': '))
  }
  const status = Number.parseInt(headers.get('status') ?? '200', 10)
  headers.delete('status')
  return new Response(new Uint8Array(answer.subarray(end + 4)), { status, headers })
}
