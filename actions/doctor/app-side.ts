import { appJwt } from '../../shared/github/app-jwt.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { hasStatus } from '../../shared/github/errors.js'
import type { Policy } from '../../shared/policy/policy.js'
import { bypassersOf, mayBypass, toldToApp } from './bypass.js'
import type { Seen } from './check.js'
import { deviceFlow } from './device-flow.js'
import type { AppInstallation, AppName, DoctorFacts, Self } from './facts.js'
import { lookAt, lookFor } from './look.js'
import type { Tools } from './tools.js'

type AppsSide = Pick<DoctorFacts, 'bypass' | 'bypassers' | 'installations' | 'selves' | 'deviceFlows'>

/**
 * What GitHub tells the Apps about themselves.
 *
 * @param guests the upstream repositories where the bump App opens reverts
 */
export async function appsSide(
  tools: Tools,
  policy: Pick<Policy, 'apps'>,
  { repo, upstreams, guests }: { repo: string; upstreams: readonly string[]; guests: readonly string[] },
  rulesets: Seen<number[]>,
): Promise<AppsSide> {
  const { world, github, settings, keys } = tools
  const self = (app: AppName): GitHub | undefined =>
    keys[app] === '' ? undefined : world.github(appJwt(policy.apps[app].id, keys[app], world.clock.now()))
  const sides: [AppName, string[]][] = [
    ['gate', [repo, ...upstreams]],
    ['bump', [repo, ...guests]],
  ]
  const installations = sides.flatMap(([app, on]) =>
    on.map(async (name) => ({ app, repo: name, found: await installation(self(app), name) })),
  )
  const bump = self('bump')
  const told = {
    gate: await toldToApp(github, repo, rulesets),
    bump: bump ? await seenAs(bump, repo, world.github, (client) => toldToApp(client, repo, rulesets)) : noKey,
  }
  const bypassers = await bypassersOf(settings ?? github, repo, rulesets)
  const selves = { gate: await readSelf(self('gate')), bump: await readSelf(bump) }
  return {
    bypass: {
      gate: mayBypass(policy.apps.gate.id, told.gate, bypassers),
      bump: mayBypass(policy.apps.bump.id, told.bump, bypassers),
    },
    bypassers,
    installations: await Promise.all(installations),
    selves,
    deviceFlows: { gate: await flowOf(tools, selves.gate), bump: await flowOf(tools, selves.bump) },
  }
}

const noKey = { unseen: 'This job does not have the key of that App.' }

const notItsKey = { unseen: 'GitHub does not accept the key for that App.' }

const flowOf = async ({ world }: Tools, self: Seen<Self | 'refused'>): Promise<Seen<'on' | 'off'>> => {
  if (!('value' in self)) return self
  return self.value === 'refused' ? notItsKey : deviceFlow(world, self.value.clientId)
}

async function readSelf(self: GitHub | undefined): Promise<Seen<Self | 'refused'>> {
  if (!self) return noKey
  return orRefused(async () => {
    const { data } = await self.rest.apps.getAuthenticated()
    if (!data) throw new Error('GitHub did not describe the App')
    return { slug: data.slug ?? '', clientId: data.client_id, permissions: levels(data.permissions) }
  })
}

async function installation(
  self: GitHub | undefined,
  repo: string,
): Promise<Seen<AppInstallation | 'refused' | undefined>> {
  if (!self) return noKey
  return lookFor(async () => {
    try {
      const { data } = await self.rest.apps.getRepoInstallation({ ...repoRef(repo) })
      return { permissions: levels(data.permissions), suspended: data.suspended_at !== null, url: data.html_url }
    } catch (error) {
      if (hasStatus(error, 401)) return 'refused'
      throw error
    }
  })
}

const orRefused = <T>(ask: () => Promise<T>): Promise<Seen<T | 'refused'>> =>
  lookAt(async () => {
    try {
      return await ask()
    } catch (error) {
      if (hasStatus(error, 401)) return 'refused'
      throw error
    }
  })

const levels = (permissions: object): Record<string, string> =>
  Object.fromEntries(Object.entries(permissions).map(([name, level]) => [name, String(level)]))

/** With a token of the App that may do nothing but look. */
async function seenAs<T>(
  self: GitHub,
  repo: string,
  connect: (token: string) => GitHub,
  ask: (client: GitHub) => Promise<Seen<T>>,
): Promise<Seen<T>> {
  const token = await lookAt(async () => {
    const { data } = await self.rest.apps.getRepoInstallation({ ...repoRef(repo) })
    const only = { repositories: [repoRef(repo).repo], permissions: { metadata: 'read' as const } }
    return (await self.rest.apps.createInstallationAccessToken({ installation_id: data.id, ...only })).data.token
  })
  return 'value' in token ? ask(connect(token.value)) : token
}
