import { touchesComponent } from '../../shared/bump/touches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { queryGraphQL } from '../../shared/github/graphql.js'
import type { Component } from '../../shared/policy/policy.js'

interface Files {
  nodes: { path: string; changeType: string }[]
  pageInfo: { hasNextPage: boolean }
}

/** So many pull requests are asked about at once: each has up to a hundred files. */
const batch = 25

/**
 * The components whose version each pull request changes, by its number; one that cannot be said is left out: it has too many
 * files, or renames some, of which GitHub tells only the new name here. Where no component is known, none can be said.
 */
export async function readChangedComponents(
  github: GitHub,
  repo: string,
  pulls: number[],
  components: Component[],
): Promise<Map<number, string[]>> {
  const makes = new Map<number, string[]>()
  if (components.length === 0) return makes
  const needs = { permission: 'pull_requests: read', to: `read the pull requests of ${repo}` }
  for (let start = 0; start < pulls.length; start += batch) {
    const some = pulls.slice(start, start + batch)
    const wanted = some.map((number) => `p${number}: pullRequest(number: ${number}) { ...changed }`)
    const query = `query ($owner: String!, $repo: String!) {
      repository(owner: $owner, name: $repo) { ${wanted.join(' ')} }
    }
    fragment changed on PullRequest { files(first: 100) { nodes { path changeType } pageInfo { hasNextPage } } }`
    type Answer = { repository: Record<string, { files: Files | null } | null> }
    const { repository } = await queryGraphQL<Answer>(github, needs, query, { ...repoRef(repo) })
    for (const number of some) {
      const files = repository[`p${number}`]?.files
      if (files && isWhole(files)) makes.set(number, componentsOf(files, components))
    }
  }
  return makes
}

const isWhole = ({ nodes, pageInfo }: Files): boolean =>
  !pageInfo.hasNextPage && !nodes.some(({ changeType }) => changeType === 'RENAMED' || changeType === 'COPIED')

function componentsOf({ nodes }: Files, components: Component[]): string[] {
  const files = nodes.map(({ path }) => ({ path, previous: undefined, status: 'modified', blob: '' }))
  return components.filter((one) => touchesComponent(one, { files, filesComplete: true })).map(({ name }) => name)
}
