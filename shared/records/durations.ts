import { z } from 'zod'
import { isBot } from '../github/bot.js'
import { repoRef } from '../github/client.js'
import { queryGraphQL } from '../github/graphql.js'
import { type DeploymentRecord, deploymentSchema } from './deployments.js'
import { type RecordPlace, readPayload } from './gate-deployments.js'

type Creator = { __typename: string; databaseId?: number | null } | null

interface Deployment {
  task: string
  environment: string
  commitOid: string
  commit: { committedDate: string } | null
  creator: Creator
  /** GraphQL: JSON as text. */
  payload: string | null
  statuses: { nodes: { state: string; createdAt: string; creator: Creator }[] } | null
}

const creator = 'creator { __typename ... on Bot { databaseId } }'
const query = `query ($owner: String!, $repo: String!, $environments: [String!]) {
  repository(owner: $owner, name: $repo) {
    deployments(first: 100, environments: $environments, orderBy: { field: CREATED_AT, direction: DESC }) { nodes {
      task environment commitOid commit { committedDate } ${creator} payload
      statuses(first: 10) { nodes { state createdAt ${creator} } }
    } }
  }
}`

/** So many deploys tell how long the next one takes. */
const count = 20

/** Whose records count. */
export interface Measured extends RecordPlace {
  /** Names of the policy's clusters, which are the environments of the records. */
  clusters: readonly string[]
}

/**
 * How long the last deploys took: milliseconds from the merge to the last cluster's success, newest first. In one request: what lies
 * beyond 100 Deployments to these clusters is left out. Only what the gate App's bot recorded in Lockstep's own form counts (I5, I6).
 */
export async function deployDurations({ github, repo, gateBot, clusters }: Measured): Promise<number[]> {
  const needs = { permission: 'deployments: read', to: `read the deployments of ${repo}` }
  const variables = { ...repoRef(repo), environments: clusters }
  type Answer = { repository: { deployments: { nodes: Deployment[] } } }
  const { repository } = await queryGraphQL<Answer>(github, needs, query, variables)
  return durationsOf(repository.deployments.nodes, gateBot)
}

/** The same of deployments, newest first. A commit that failed anywhere tells nothing. */
export function durationsOf(deployments: Deployment[], gateBot: number): number[] {
  const ours = deployments.filter((one) => isRecord(one, gateBot))
  const commits = [...new Set(ours.map(({ commitOid }) => commitOid))]
  return commits
    .flatMap((commit) => {
      const own = ours.filter(({ commitOid }) => commitOid === commit)
      return durationOf(own, gateBot) ?? []
    })
    .slice(0, count)
}

function isRecord({ task, environment, commitOid, creator: by, payload }: Deployment, gateBot: number): boolean {
  if (task !== 'deploy' || !isByGate(by, gateBot)) return false
  const record = recordIn(payload)
  return record?.commit === commitOid && record.cluster === environment
}

/** Whether GraphQL gives an object as its JSON, or as the JSON of that text, is not documented (D20): either is read. */
const recordIn = (payload: string | null): DeploymentRecord | undefined =>
  readPayload(payload, deploymentSchema) ?? readPayload(readPayload(payload, z.string()), deploymentSchema)

const isByGate = (by: Creator, gateBot: number): boolean =>
  by !== null && isBot({ id: by.databaseId ?? 0, type: by.__typename }, gateBot)

function durationOf(deployments: Deployment[], gateBot: number): number | undefined {
  const merged = Date.parse(deployments[0]?.commit?.committedDate ?? '')
  const said = deployments.map(({ statuses }) =>
    (statuses?.nodes ?? []).filter((one) => isByGate(one.creator, gateBot)),
  )
  const ends = said.map((states) => states.find(({ state }) => state === 'SUCCESS')?.createdAt)
  const failed = said.flat().some(({ state }) => /FAILURE|ERROR/.test(state))
  const last = Math.max(...ends.map((at) => Date.parse(at ?? '')))
  return failed || Number.isNaN(last - merged) ? undefined : Math.max(0, last - merged)
}

/** The middle one; undefined of none. */
export function median(numbers: number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.floor((sorted.length - 1) / 2)]
}

/** What nine of ten stay below; undefined of none. */
export function slowestOf(numbers: number[]): number | undefined {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.9) - 1]
}
