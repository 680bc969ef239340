import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { graphqlTypes } from '../../../shared/github/graphql.js'
import type { Seen } from '../check.js'
import { glanceAt } from './glance.js'
import type { Past, ShownPast } from './past.js'

type Settings = Pick<Past, 'bypass' | 'anySource' | 'protection' | 'mergeSettings'>

/**
 * How GitHub shows settings, field by field.
 *
 * @param github the gate App's token, with contents: read
 * @param rulesets those that are in force on the branch
 */
export async function shownSettings(
  github: GitHub,
  {
    repo,
    branch,
    rulesets,
    upstreams,
  }: { repo: string; branch: string; rulesets: Seen<number[]>; upstreams: string[] },
): Promise<Settings> {
  const at = repoRef(repo)
  return {
    bypass:
      'value' in rulesets
        ? await glanceAt(() =>
            Promise.all(
              rulesets.value.map(async (id) => {
                const { data } = await github.rest.repos.getRepoRuleset({ ...at, ruleset_id: id })
                return { list: shownAs(data, 'bypass_actors'), may: data.current_user_can_bypass }
              }),
            ),
          )
        : rulesets,
    anySource: await glanceAt(async () =>
      (await Promise.all([repo, ...upstreams].map((one) => anySource(github, one)))).flat(),
    ),
    protection: await glanceAt(async () => {
      const { enabled } = (await github.rest.repos.getBranch({ ...at, branch })).data.protection
      if (enabled === undefined) throw new Error('GitHub does not say')
      return enabled
    }),
    mergeSettings: await glanceAt(async () =>
      shownAs((await github.rest.repos.get({ ...at })).data, 'allow_merge_commit'),
    ),
  }
}

const shownAs = (data: object, key: string): ShownPast => {
  const value: unknown = Object.entries(data).find(([name]) => name === key)?.[1]
  return value === undefined ? 'absent' : value === null ? 'null' : 'filled'
}

async function anySource(github: GitHub, repo: string): Promise<ShownPast[]> {
  const { data: about } = await github.rest.repos.get({ ...repoRef(repo) })
  const asked = { ...repoRef(repo), branch: about.default_branch, per_page: 100 }
  const { data: rules } = await github.rest.repos.getBranchRules(asked)
  const checks = rules.flatMap((rule) =>
    rule.type === 'required_status_checks' ? (rule.parameters?.required_status_checks ?? []) : [],
  )
  return checks.map((check) => shownAs(check, 'integration_id')).filter((shown) => shown !== 'filled')
}

/** What a job's token is shown over GraphQL of other public repositories. */
export async function shownUpstream(
  reader: GitHub,
  repo: string,
  upstreams: readonly string[],
): Promise<Past['upstreams']> {
  const others = upstreams.filter((one) => one.toLowerCase() !== repo.toLowerCase())
  return Promise.all(
    others.map(async (other) => {
      const isPublic = await glanceAt(async () => !(await reader.rest.repos.get({ ...repoRef(other) })).data.private)
      if (!('value' in isPublic) || !isPublic.value) return { repo: other, records: notPublic, rest: notPublic }
      const shows = (what: string) => glanceAt(() => shown(reader, other, what))
      return {
        repo: other,
        records: await shows('deployments(first: 1) { nodes { id } }'),
        rest: await shows(
          'pullRequests(first: 1, states: [MERGED]) { nodes { number } } object(expression: "HEAD") { ... on Commit { oid } }',
        ),
      }
    }),
  )
}

const notPublic = { unseen: 'That repository is not public.' }

async function shown(reader: GitHub, repo: string, what: string): Promise<boolean> {
  const { owner, repo: name } = repoRef(repo)
  const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${what} } }`
  try {
    await reader.graphql(query, { owner, name })
    return true
  } catch (error) {
    if (graphqlTypes(error).some((type) => type === 'FORBIDDEN' || type === 'NOT_FOUND')) return false
    throw error
  }
}
