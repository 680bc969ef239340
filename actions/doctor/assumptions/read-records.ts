import { isBot } from '../../../shared/github/bot.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { gateCheckName, parseExternalId } from '../../../shared/records/gate-check.js'
import { glanceAt } from './glance.js'
import type { Past } from './past.js'

type Records = Pick<Past, 'statuses' | 'payloads' | 'externalIds'>

/** So many of the newest Deployments, and of the gate App's own among them, are looked at. */
const most = { listed: 100, own: 10 }

/** What the gate App wrote down tells. */
export async function pastRecords(github: GitHub, repo: string, gate: { id: number; bot: number }): Promise<Records> {
  const at = repoRef(repo)
  return {
    statuses: await glanceAt(async () => {
      const { data } = await github.rest.repos.listDeployments({ ...at, per_page: most.listed })
      const own = data.filter(({ creator }) => isBot(creator, gate.bot)).slice(0, most.own)
      const lists = await Promise.all(
        own.map(async ({ id }) => {
          const asked = { ...at, deployment_id: id, per_page: 100 }
          return (await github.rest.repos.listDeploymentStatuses(asked)).data
        }),
      )
      return lists.flatMap((list) => {
        const oldest = list.toSorted((a, b) => a.id - b.id)[0]
        return oldest ? [{ ids: list.map(({ id }) => id), first: oldest.state }] : []
      })
    }),
    payloads: await glanceAt(() => payloadsOf(github, repo, gate.bot)),
    externalIds: await glanceAt(async () => {
      const asked = { ...at, state: 'closed' as const, sort: 'updated' as const, direction: 'desc' as const }
      const { data: pulls } = await github.rest.pulls.list({ ...asked, per_page: 5 })
      const checks = { ...at, check_name: gateCheckName, app_id: gate.id, per_page: 5 }
      const lists = await Promise.all(
        pulls.map(
          async ({ head }) => (await github.rest.checks.listForRef({ ...checks, ref: head.sha })).data.check_runs,
        ),
      )
      return lists
        .flat()
        .flatMap(({ external_id: id }) => (id ? [{ length: id.length, whole: !!parseExternalId(id) }] : []))
    }),
  }
}

async function payloadsOf(github: GitHub, repo: string, bot: number): Promise<string[]> {
  const { owner, repo: name } = repoRef(repo)
  const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) {
    deployments(first: 20, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes { payload creator { __typename ... on Bot { databaseId } } }
    }
  } }`
  type Node = { payload: string | null; creator: { __typename: string; databaseId?: number | null } | null } | null
  type Answer = { repository: { deployments: { nodes: Node[] | null } } }
  const { repository } = await github.graphql<Answer>(query, { owner, name })
  return (repository.deployments.nodes ?? []).flatMap((node) =>
    node?.payload && node.creator?.__typename === 'Bot' && node.creator.databaseId === bot ? [node.payload] : [],
  )
}
