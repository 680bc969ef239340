import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { getPath } from 'hono/utils/url'
import { z } from 'zod'
import { apiVersions } from './api-version.js'
import { deviceCode } from './device-code.js'
import { badCredentials, notFound, Refusal } from './errors.js'
import { answerGraphQL } from './graphql.js'
import type { Caller } from './identities.js'
import { checkConformity } from './openapi/conformity.js'
import { renderPage } from './page/page.js'
import { authorizeOperation, type Operation, type OperationId, operationPermissions } from './permissions.js'
import { actionHandlers } from './rest/actions.js'
import { activityHandlers } from './rest/activity.js'
import { appHandlers } from './rest/apps.js'
import type { Call, Handlers, Reply } from './rest/call.js'
import { checkHandlers } from './rest/checks.js'
import { commitHandlers } from './rest/commits.js'
import { deploymentHandlers } from './rest/deployments.js'
import { environmentReviews } from './rest/environment-reviews.js'
import { gitData } from './rest/git-data.js'
import { issueHandlers, issueOfComment } from './rest/issues.js'
import { labelHandlers } from './rest/labels.js'
import { makeRules } from './rest/make-rules.js'
import { ownRepositories } from './rest/own-repositories.js'
import { pullHandlers } from './rest/pulls.js'
import { reactionHandlers } from './rest/reactions.js'
import { repositoryHandlers } from './rest/repos.js'
import { reviewHandlers } from './rest/reviews.js'
import { rulesetHandlers } from './rest/rulesets.js'
import { settingHandlers } from './rest/settings.js'
import { statusHandlers } from './rest/statuses.js'
import { userHandlers } from './rest/users.js'
import { answerGit } from './smart-http.js'
import type { Repo, State } from './state.js'
import { identifyCaller } from './tokens.js'
import { actorOf } from './users.js'

type Env = { Variables: { caller: Caller } }

const handlers: Handlers = {
  ...userHandlers,
  ...appHandlers,
  ...repositoryHandlers,
  ...activityHandlers,
  ...gitData,
  ...commitHandlers,
  ...statusHandlers,
  ...checkHandlers,
  ...pullHandlers,
  ...reviewHandlers,
  ...issueHandlers,
  ...reactionHandlers,
  ...labelHandlers,
  ...deploymentHandlers,
  ...actionHandlers,
  ...environmentReviews,
  ...rulesetHandlers,
  ...settingHandlers,
  ...ownRepositories,
  ...makeRules,
}

const gitEndpoints = 'info/refs|git-upload-pack|git-receive-pack'

const graphqlRequest = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
})

/** All that the emulator answers: REST, GraphQL, git. */
export function githubRouter(
  state: State,
  faults: MiddlewareHandler,
  { checked, limits }: { checked: boolean; limits: MiddlewareHandler | undefined },
): Hono<Env> {
  // An Enterprise Server has the same API below other paths: here both are answered.
  const app = new Hono<Env>({
    getPath: (request) => getPath(request).replace(/^\/api\/(v3(?=\/)|(?=graphql$))/, ''),
  })
  // First: who only looks is neither logged nor met by faults.
  app.route('/', renderPage(state))
  app.use(recorder(state))
  app.use(faults)
  app.use(async (context, next) => {
    context.set('caller', await identifyCaller(state, context.req.header('authorization')))
    await next()
  })
  if (limits) app.use(limits)
  app.use(apiVersions(state.violations))
  app.onError((error, context) => answerError(error, context))

  app.on(['GET', 'POST'], `/:owner/:name/:endpoint{${gitEndpoints}}`, (context) => {
    const { owner, name, endpoint } = context.req.param()
    // `actions/checkout` leaves out the `.git`.
    const repo = findRepo(state, `${owner}/${name.replace(/\.git$/, '')}`)
    return answerGit(state, context.get('caller'), repo, `/${endpoint}`, context)
  })

  app.post('/graphql', async (context) => {
    const caller = context.get('caller')
    if (caller.kind === 'none') throw badCredentials()
    const { query, variables, operationName } = graphqlRequest.parse(await context.req.json())
    const request = { query, variables: variables ?? undefined, operationName: operationName ?? undefined }
    return context.json(await answerGraphQL({ state, caller }, request))
  })

  app.post('/login/device/code', async (context) => {
    const { status, body } = deviceCode(state, await context.req.json())
    return context.json(body, status)
  })

  app.get('/_logs/:secret', (context) => {
    const job = state.logs.get(context.req.param('secret'))
    if (!job) throw notFound()
    return context.text(job.log)
  })

  const holdAgainstGitHub = checkConformity(state.violations)
  for (const [id, operation] of Object.entries(operationPermissions) as [OperationId, Operation][]) {
    const [method = '', route = ''] = operation.route.split(' ')
    if (checked) app.on(method, honoPath(route), holdAgainstGitHub(id))
    app.on(method, honoPath(route), (context) => answerRest(state, id, operation, context))
  }
  app.notFound((context) => {
    // A 404 would look like an answer of GitHub's; what is missing here must be noticed.
    const message = `The emulator has no operation for ${context.req.method} ${context.req.path}`
    return context.json({ message, documentation_url: 'https://docs.github.com/rest' }, 501)
  })
  return app
}

/** GitHub's `:ref*` may hold slashes; a path may also be left out, for the root. */
const honoPath = (route: string): string => route.replace(/:path\*$/, ':path{.+}?').replace(/:(\w+)\*$/, ':$1{.+}')

const findRepo = (state: State, name: string): Repo | undefined => state.repos.get(name.toLowerCase())

async function answerRest(
  state: State,
  id: OperationId,
  operation: Operation,
  context: Context<Env>,
): Promise<Response> {
  const caller = context.get('caller')
  const params = context.req.param() as Record<string, string>
  const repo = params.owner === undefined ? undefined : findRepo(state, `${params.owner}/${params.repo}`)
  if (params.owner !== undefined && !repo) throw notFound()
  if (repo) authorizeOperation(repo, caller, operation, isPull(repo, params))

  const call: Call = {
    state,
    caller,
    actor: actorOf(state, caller),
    get repo() {
      if (!repo) throw new Error(`${id} has no repository in its path`)
      return repo
    },
    params,
    query: context.req.query(),
    body: await readBody(context),
    accept: context.req.header('accept') ?? '',
    path: context.req.path,
    token: context.req.header('authorization')?.split(' ')[1],
  }
  const handle = async (): Promise<Reply> => handlers[id](call)
  const changes = repo && context.req.method !== 'GET'
  return respond(changes ? await state.exclusively(repo.fullName, handle) : await handle())
}

function isPull(repo: Repo, params: Record<string, string>): boolean | undefined {
  if (!params.comment_id && !params.issue_number && !params.pull_number) return undefined
  const issue = params.comment_id
    ? issueOfComment(repo, Number(params.comment_id))
    : repo.issues.get(Number(params.issue_number ?? params.pull_number))
  return issue?.pull !== undefined
}

async function readBody(context: Context): Promise<unknown> {
  if (context.req.method === 'GET') return undefined
  const text = await context.req.text()
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, 'Problems parsing JSON')
  }
}

function respond({ status, body, headers }: Reply): Response {
  if (body === undefined) return new Response(null, { status, headers: headers ?? {} })
  if (Buffer.isBuffer(body)) return new Response(new Uint8Array(body), { status, headers: headers ?? {} })
  return Response.json(body, { status, headers: { 'content-type': 'application/json; charset=utf-8', ...headers } })
}

function answerError(error: Error, context: Context): Response {
  if (error instanceof Refusal) {
    // Git shows people the text of an answer only if it is plain.
    if (new RegExp(`/(${gitEndpoints})$`).test(context.req.path)) {
      return new Response(error.message, { status: error.status, headers: error.headers })
    }
    return Response.json(error.body(), { status: error.status, headers: error.headers })
  }
  const message = `The emulator failed: ${error.stack ?? error.message}`
  return Response.json({ message }, { status: 500 })
}

/** How Hono marks an answer that is not to be sent. */
const cutOff = 'x-hono-already-sent'

/** Logs every request with who made it and how it was answered. */
const recorder =
  (state: State): MiddlewareHandler<Env> =>
  async (context, next) => {
    const work = next()
    state.working.add(work)
    await work.finally(() => state.working.delete(work))
    const { pathname, search } = new URL(context.req.url)
    context.header('x-github-request-id', String(state.requests.length + 1))
    state.requests.push({
      method: context.req.method,
      path: pathname + search,
      token: context.get('caller')?.kind ?? 'none',
      status: context.res.headers.has(cutOff) ? 0 : context.res.status,
    })
  }
