import { findAccount } from '../accounts.js'
import { foundOr404, notAccessible, Refusal } from '../errors.js'
import type { Account } from '../identities.js'
import type { State } from '../state.js'
import { type Call, type Handlers, listReply, okReply } from './call.js'
import { userShape } from './shapes.js'

/** Far more than anything here uses: the emulator does not limit. */
const limit = 5000

export const userHandlers = {
  'meta/root': ({ state }) =>
    okReply({ current_user_url: `${state.url}/user`, repository_url: `${state.url}/repos/{owner}/{repo}` }),

  'meta/get': () => okReply({ verifiable_password_authentication: false, installed_version: 'emulator' }),

  'rate-limit/get': ({ state }) => {
    const reset = Math.floor(Date.parse(state.now()) / 1000) + 3600
    const rate = { limit, used: 0, remaining: limit, reset }
    return okReply({ resources: { core: rate, search: rate, graphql: rate }, rate })
  },

  'users/get-authenticated': ({ state, caller }) => {
    if (caller.kind === 'none') throw new Refusal(401, 'Requires authentication')
    if (caller.kind !== 'user') throw notAccessible('')
    return okReply({ ...publicShape(state, caller.account), ...ofOneself })
  },

  'users/get-by-username': ({ state, params }) => {
    const account = foundOr404(findAccount(state, params.username ?? ''))
    return okReply(publicShape(state, account))
  },

  'teams/list-members-in-org': (call) =>
    listReply(call, membersOf(call), (login) => userShape(call.state, foundOr404(findAccount(call.state, login)))),

  'teams/get-membership-for-user-in-org': (call) => {
    const { state, params } = call
    const login = params.username ?? ''
    foundOr404(membersOf(call).find((member) => member.toLowerCase() === login.toLowerCase()))
    return okReply({ url: `${state.url}${call.path}`, role: 'member', state: 'active' })
  },
} satisfies Partial<Handlers>

/** A user as everybody sees them; of what nobody here asks for, nothing. */
const publicShape = (state: State, account: Account): Record<string, unknown> => ({
  ...userShape(state, account),
  ...{ name: account.login, company: null, blog: '', location: null, email: null, hireable: null, bio: null },
  ...{ twitter_username: null, public_repos: 0, public_gists: 0, followers: 0, following: 0 },
  ...{ created_at: '2026-01-01T00:00:00Z', updated_at: '2026-01-01T00:00:00Z' },
})

/** What only the person sees. */
const ofOneself = {
  ...{ private_gists: 0, total_private_repos: 0, owned_private_repos: 0, disk_usage: 0, collaborators: 0 },
  two_factor_authentication: true,
}

/** Only who belongs to the organisation sees its teams. @throws Refusal 403, 404 */
function membersOf({ state, caller, params }: Call): string[] {
  const org = params.org ?? ''
  if (caller.kind === 'none' || caller.kind === 'app') throw new Refusal(401, 'Requires authentication')
  if (caller.kind === 'job') throw notAccessible('members=read')
  if (caller.kind === 'installation') {
    const { installation, permissions } = caller
    const installed = [...installation.repositories.values()].some((granted) => granted.members)
    const mine = installation.owner.toLowerCase() === org.toLowerCase()
    if (!mine || !installed || (permissions && !permissions.members)) throw notAccessible('members=read')
  }
  return foundOr404(state.teams.get(`${org}/${params.team_slug}`.toLowerCase()))
}
