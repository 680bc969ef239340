import { z } from 'zod'
import { installationOf, issueToken, ownerAccount } from '../accounts.js'
import { foundOr404, Refusal, unprocessableError } from '../errors.js'
import type { App, Installation } from '../identities.js'
import type { State } from '../state.js'
import type { Permissions } from '../types.js'
import {
  type Call,
  createdReply,
  type Handlers,
  listIn,
  listReply,
  noContent,
  numberParam,
  okReply,
  readBody,
} from './call.js'
import { repositoryShape } from './repository-shape.js'
import { appShape, nodeId, userShape } from './shapes.js'

export const appHandlers = {
  'apps/get-authenticated': (call) => {
    const app = jwtApp(call)
    return okReply({ ...appShape(call.state, app), installations_count: installations(call.state, app).length })
  },

  'apps/get-by-slug': ({ state, params }) =>
    okReply(appShape(state, foundOr404([...state.apps.values()].find(({ slug }) => slug === params.app_slug)))),

  'apps/list-installations': (call) =>
    listReply(call, installations(call.state, jwtApp(call)), (one) => installationShape(call.state, one)),

  'apps/get-installation': (call) => okReply(installationShape(call.state, installationById(call))),

  'apps/get-repo-installation': (call) =>
    okReply(installationShape(call.state, foundOr404(installationOf(call.state, jwtApp(call), call.repo)))),

  'apps/get-org-installation': (call) => okReply(ownersInstallation(call, call.params.org)),
  'apps/get-user-installation': (call) => okReply(ownersInstallation(call, call.params.username)),

  'apps/create-installation-access-token': (call) => {
    const { state } = call
    const installation = installationById(call)
    if (installation.suspendedAt !== undefined) throw new Refusal(403, 'This installation has been suspended')
    const body = readBody(call, 'Installation', tokenSchema)
    const repositories = chosenRepositories(state, installation, body)
    const permissions = chosenPermissions(installation, body.permissions)
    const { app } = installation
    const caller = {
      kind: 'installation' as const,
      app,
      account: app.bot,
      installation,
      permissions: body.permissions,
      repositories,
    }
    const { token, expires } = issueToken(state, 'ghs', caller)
    return createdReply({
      token,
      expires_at: `${expires.toISOString().slice(0, 19)}Z`,
      permissions,
      repository_selection: 'selected',
      ...(repositories && {
        repositories: [...state.repos.values()]
          .filter((repo) => repositories.includes(repo.fullName))
          .map((repo) => repositoryShape(state, repo)),
      }),
    })
  },

  'apps/revoke-installation-access-token': ({ state, caller, token }) => {
    if (caller.kind !== 'installation' || !token) throw new Refusal(401, 'Requires authentication')
    state.tokens.delete(token)
    return noContent()
  },

  'apps/list-repos-accessible-to-installation': (call) => {
    const { state, caller } = call
    if (caller.kind !== 'installation')
      throw new Refusal(
        403,
        'You must authenticate with an installation access token in order to list repositories for an installation.',
      )
    const names = caller.repositories ?? [...caller.installation.repositories.keys()]
    const repos = [...state.repos.values()].filter((repo) => names.includes(repo.fullName))
    return listIn(call, 'repositories', repos, (repo) => repositoryShape(state, repo))
  },
} satisfies Partial<Handlers>

const tokenSchema = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.number()).optional(),
  permissions: z.record(z.string(), z.enum(['read', 'write'])).optional(),
})

/** Operations on Apps themselves take the App's JWT. @throws Refusal 401 */
function jwtApp({ caller }: Call): App {
  if (caller.kind !== 'app') throw new Refusal(401, 'A JSON web token could not be decoded')
  return caller.app
}

const installations = (state: State, app: App): Installation[] => state.installations.filter((one) => one.app === app)

function installationById(call: Call): Installation {
  const id = numberParam(call, 'installation_id')
  return foundOr404(installations(call.state, jwtApp(call)).find((one) => one.id === id))
}

function ownersInstallation(call: Call, owner: string | undefined): unknown {
  const all = installations(call.state, jwtApp(call))
  return installationShape(call.state, foundOr404(all.find((one) => one.owner.toLowerCase() === owner?.toLowerCase())))
}

/** All permissions that the installation has anywhere. */
const allPermissions = (installation: Installation): Permissions =>
  Object.assign({ metadata: 'read' }, installation.onAll, ...installation.repositories.values())

/** Full names of the repositories that the token is for; undefined: all. @throws Refusal 422 */
function chosenRepositories(
  state: State,
  installation: Installation,
  body: z.infer<typeof tokenSchema>,
): string[] | undefined {
  if (!body.repositories && !body.repository_ids) return undefined
  const all = [...state.repos.values()].filter((repo) => installation.repositories.has(repo.fullName))
  const byName = (body.repositories ?? []).map((name) =>
    all.find((repo) => repo.name.toLowerCase() === name.toLowerCase()),
  )
  const byId = (body.repository_ids ?? []).map((id) => all.find((repo) => repo.id === id))
  return [...byName, ...byId].map((repo) => {
    if (!repo)
      throw unprocessableError(
        'There is at least one repository that does not exist or is not accessible to the parent installation.',
      )
    return repo.fullName
  })
}

/** @throws Refusal 422 where more is asked than was granted. */
function chosenPermissions(installation: Installation, asked: Permissions | undefined): Permissions {
  const granted = allPermissions(installation)
  for (const [name, level] of Object.entries(asked ?? {})) {
    if (granted[name] !== 'write' && granted[name] !== level) {
      throw unprocessableError('The permissions requested are not granted to this installation.')
    }
  }
  return asked ? { metadata: 'read', ...asked } : granted
}

function installationShape(state: State, installation: Installation): Record<string, unknown> {
  const { id, app, owner, suspendedAt } = installation
  const account = ownerAccount(state, owner)
  return {
    id,
    node_id: nodeId('Installation', id),
    account: userShape(state, account),
    repository_selection: installation.onAll ? 'all' : 'selected',
    access_tokens_url: `${state.url}/app/installations/${id}/access_tokens`,
    repositories_url: `${state.url}/installation/repositories`,
    html_url: `${state.url}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: allPermissions(installation),
    events: [],
    created_at: '2026-01-01T00:00:00Z',
    updated_at: '2026-01-01T00:00:00Z',
    single_file_name: null,
    suspended_by: suspendedAt === undefined ? null : userShape(state, account),
    suspended_at: suspendedAt ?? null,
  }
}
