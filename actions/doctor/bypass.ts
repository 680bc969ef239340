import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Seen } from './check.js'
import { lookAt } from './look.js'

/** Somebody on a ruleset's bypass list: `Integration` and an App's id, `RepositoryRole`, `Team`, ... */
export interface Bypasser {
  type: string
  id: number | undefined
}

/**
 * Whether GitHub tells an App that it may pass the rulesets by; false where it does not say so.
 *
 * @param client acts as the App.
 */
export async function toldToApp(client: GitHub, repo: string, rulesets: Seen<number[]>): Promise<Seen<boolean>> {
  const all = await rulesetsOf(client, repo, rulesets)
  if (!('value' in all)) return all
  return { value: all.value.some(({ current_user_can_bypass: may }) => may !== undefined && may !== 'never') }
}

/** The bypass lists of all rulesets. C26: a list that may not be seen is absent or null, never empty. */
export async function bypassersOf(client: GitHub, repo: string, rulesets: Seen<number[]>): Promise<Seen<Bypasser[]>> {
  const all = await rulesetsOf(client, repo, rulesets)
  if (!('value' in all)) return all
  const lists = all.value.map(({ bypass_actors: actors }) => actors ?? undefined)
  if (lists.includes(undefined)) return { unseen: 'GitHub shows it only to people who may change it.' }
  return {
    value: lists.flatMap((actors) =>
      (actors ?? []).map(({ actor_type: type, actor_id: id }) => ({ type, id: id ?? undefined })),
    ),
  }
}

/**
 * What the two together say of one App.
 *
 * C27: GitHub documents `current_user_can_bypass` for people. That it does not say so to an App proves nothing: only the
 * list does.
 */
export function mayBypass(app: number, told: Seen<boolean>, bypassers: Seen<Bypasser[]>): Seen<boolean> {
  if ('value' in told && told.value) return told
  const listed = 'value' in bypassers && bypassers.value.some(({ type, id }) => type === 'Integration' && id === app)
  if (listed || !('value' in told)) return listed ? { value: true } : told
  return 'value' in bypassers
    ? { value: false }
    : { unseen: 'GitHub does not say that the App may bypass, but that is documented for people only.' }
}

const rulesetsOf = async (client: GitHub, repo: string, rulesets: Seen<number[]>) =>
  'value' in rulesets
    ? lookAt(() =>
        Promise.all(
          rulesets.value.map(
            async (id) => (await client.rest.repos.getRepoRuleset({ ...repoRef(repo), ruleset_id: id })).data,
          ),
        ),
      )
    : rulesets
