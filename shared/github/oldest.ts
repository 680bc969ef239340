import { type GitHub, repoRef } from './client.js'

/** Of commits on one line the one that all others contain; asks nothing where they are the same. Undefined for none. */
export async function oldestIssue(github: GitHub, repo: string, commits: string[]): Promise<string | undefined> {
  const [first, ...others] = new Set(commits)
  let found = first
  for (const commit of others) {
    const where = { ...repoRef(repo), basehead: `${found}...${commit}`, per_page: 1 }
    const { data } = await github.rest.repos.compareCommitsWithBasehead(where)
    if (data.status === 'behind') found = commit
  }
  return found
}
