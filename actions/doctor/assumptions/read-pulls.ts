import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { glanceAt } from './glance.js'
import type { Past } from './past.js'

type Pulls = Pick<Past, 'autoMergers' | 'basesFollow' | 'mergeActivities' | 'pullsOfMerge'>

/** So many of the newest closed pull requests are looked at. */
const most = 30

/** What pull requests into the default branch tell. */
export async function pastPulls(github: GitHub, repo: string, branch: string): Promise<Pulls> {
  const at = repoRef(repo)
  const asked = { ...at, base: branch, sort: 'updated' as const, direction: 'desc' as const, per_page: most }
  const closed = await glanceAt(async () => (await github.rest.pulls.list({ ...asked, state: 'closed' })).data)
  const merged = 'value' in closed ? closed.value.filter(({ merged_at: when }) => when !== null) : []
  const of = <T>(ask: () => Promise<T>) => ('value' in closed ? glanceAt(ask) : Promise.resolve(closed))
  return {
    autoMergers: await of(() =>
      mergersOf(
        github,
        repo,
        merged.filter((one) => one.auto_merge !== null),
      ),
    ),
    basesFollow: await glanceAt(async () => {
      const { data: tip } = await github.rest.repos.getCommit({ ...at, ref: branch })
      const moved = tip.commit.committer?.date ?? ''
      const { data: open } = await github.rest.pulls.list({ ...asked, state: 'open' })
      const older = open.filter(({ created_at: when }) => Date.parse(when) < Date.parse(moved))
      return older.map(({ base }) => base.sha === tip.sha)
    }),
    mergeActivities: await of(async () => {
      const { data } = await github.rest.repos.listActivities({ ...at, ref: branch, per_page: 100 })
      const shas = new Set(merged.map(({ merge_commit_sha: sha }) => sha))
      return data.flatMap(({ after, activity_type: type }) => (shas.has(after) ? [type] : []))
    }),
    pullsOfMerge: await of(async () => {
      const [newest] = merged.toSorted((a, b) => Date.parse(b.merged_at ?? '') - Date.parse(a.merged_at ?? ''))
      if (!newest?.merge_commit_sha) return undefined
      const commit = { ...at, commit_sha: newest.merge_commit_sha, per_page: 100 }
      return (await github.rest.repos.listPullRequestsAssociatedWithCommit(commit)).data.length
    }),
  }
}

async function mergersOf(github: GitHub, repo: string, pulls: readonly { number: number }[]): Promise<string[]> {
  if (pulls.length === 0) return []
  const wanted = pulls.map(({ number }) => `p${number}: pullRequest(number: ${number}) { mergedBy { __typename } }`)
  const { owner, repo: name } = repoRef(repo)
  const query = `query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { ${wanted.join(' ')} } }`
  type Answer = { repository: Record<string, { mergedBy: { __typename: string } | null }> }
  const { repository } = await github.graphql<Answer>(query, { owner, name })
  return Object.values(repository).map(({ mergedBy }) => mergedBy?.__typename ?? 'nobody')
}
