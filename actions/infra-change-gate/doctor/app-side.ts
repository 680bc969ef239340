import { appJwt } from '../../../shared/github/app-jwt.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { hasStatus } from '../../../shared/github/errors.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { bypassersOf, mayBypass, toldToApp } from './bypass.js'
import type { Seen } from './check.js'
import type { Tools } from './collect.js'
import type { AppName, Facts, Installation } from './facts.js'
import { look, lookFor } from './look.js'

/** What GitHub tells the Apps about themselves. */
export async function appsSide(
  { world, github, settings, keys }: Tools,
  policy: Pick<Policy, 'apps'>,
  repo: string,
  upstreams: readonly string[],
  rulesets: Seen<number[]>,
): Promise<Pick<Facts, 'bypass' | 'bypassers' | 'installations'>> {
  const self = (app: AppName): GitHub | undefined =>
    keys[app] === '' ? undefined : world.github(appJwt(policy.apps[app].id, keys[app], world.clock.now()))
  const sides: [AppName, string[]][] = [
    ['gate', [repo, ...upstreams]],
    ['bump', [repo]],
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
  return {
    bypass: {
      gate: mayBypass(policy.apps.gate.id, told.gate, bypassers),
      bump: mayBypass(policy.apps.bump.id, told.bump, bypassers),
    },
    bypassers,
    installations: await Promise.all(installations),
  }
}

const noKey = { unseen: 'This job was not given the key of that App.' }

async function installation(
  self: GitHub | undefined,
  repo: string,
): Promise<Seen<Installation | 'refused' | undefined>> {
  if (!self) return noKey
  return lookFor(async () => {
    try {
      const { data } = await self.rest.apps.getRepoInstallation({ ...repoRef(repo) })
      const granted = Object.entries(data.permissions).map(([name, level]) => [name, String(level)])
      return { permissions: Object.fromEntries(granted), suspended: data.suspended_at !== null }
    } catch (error) {
      if (hasStatus(error, 401)) return 'refused'
      throw error
    }
  })
}

/** With a token of the App that may do nothing but look. */
async function seenAs<T>(
  self: GitHub,
  repo: string,
  connect: (token: string) => GitHub,
  ask: (client: GitHub) => Promise<Seen<T>>,
): Promise<Seen<T>> {
  const token = await look(async () => {
    const { data } = await self.rest.apps.getRepoInstallation({ ...repoRef(repo) })
    const only = { repositories: [repoRef(repo).repo], permissions: { metadata: 'read' as const } }
    return (await self.rest.apps.createInstallationAccessToken({ installation_id: data.id, ...only })).data.token
  })
  return 'value' in token ? ask(connect(token.value)) : token
}
