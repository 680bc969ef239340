import { appJwt } from '../../../shared/github/app-jwt.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { hasStatus } from '../../../shared/github/errors.js'
import type { Policy } from '../../../shared/policy/policy.js'
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
  return {
    bypass: {
      gate: await mayBypass(github, repo, rulesets),
      bump: bump ? await seenAs(bump, repo, world.github, (client) => mayBypass(client, repo, rulesets)) : noKey,
    },
    bypassers: await listed(settings ?? github, repo, rulesets),
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

async function mayBypass(client: GitHub, repo: string, rulesets: Seen<number[]>): Promise<Seen<boolean>> {
  if (!('value' in rulesets)) return rulesets
  const words = await look(() => Promise.all(rulesets.value.map((id) => ruleset(client, repo, id))))
  if (!('value' in words)) return words
  const said = words.value.map(({ current_user_can_bypass: may }) => may)
  if (said.some((may) => may !== undefined && may !== 'never')) return { value: true }
  return said.includes(undefined) ? { unseen: 'GitHub does not say it to the App.' } : { value: false }
}

async function listed(client: GitHub, repo: string, rulesets: Seen<number[]>): Promise<Seen<string[]>> {
  if (!('value' in rulesets)) return rulesets
  const all = await look(() => Promise.all(rulesets.value.map((id) => ruleset(client, repo, id))))
  if (!('value' in all)) return all
  const lists = all.value.map(({ bypass_actors: actors }) => actors)
  if (lists.some((actors) => actors === undefined)) return { unseen: 'GitHub shows it only to who may change it.' }
  return {
    value: lists.flatMap((actors) =>
      (actors ?? []).map(({ actor_type: type, actor_id: id }) => `${type} ${id ?? ''}`.trim()),
    ),
  }
}

const ruleset = async (client: GitHub, repo: string, id: number) =>
  (await client.rest.repos.getRepoRuleset({ ...repoRef(repo), ruleset_id: id })).data
