import { type GitHub, repoRef } from '../github/client.js'
import type { Component } from '../policy/policy.js'
import { matchVersion } from '../policy/version-template.js'
import { takesTags } from './component-commit.js'
import { byCommit, type ListedVersions, type PublishedVersion, withCommits } from './published.js'

/** Which of `commits` (40 hex digits) have a version, by the digits of the commit that are in it. */
export const versionsByHash = (
  listed: ListedVersions[],
  { versions }: Component,
  commits: readonly string[],
): Map<string, PublishedVersion> => byCommit(withCommits(listed, versions), commits)

/** So many pages of 100 tags are read. */
const maxPages = 10

/** The same for versions that are named by upstream's git tags. Asks upstream only where the registry has such a version. */
export async function versionsByTag(
  upstream: GitHub,
  listed: ListedVersions[],
  component: Component,
  commits: readonly string[],
): Promise<Map<string, PublishedVersion>> {
  const found = new Map<string, PublishedVersion>()
  if (!takesTags(component)) return found
  const named = new Map(
    listed.flatMap((entry) => {
      const tag = matchVersion(component.versions, entry.version)?.tag
      return tag === undefined ? [] : [[tag, entry] as const]
    }),
  )
  for (let page = 1; named.size > 0 && page <= maxPages; page++) {
    const { data } = await upstream.rest.repos.listTags({ ...repoRef(component.upstream), per_page: 100, page })
    for (const { name, commit } of data) {
      const entry = named.get(name) ?? named.get(name.replace(/^v/, ''))
      if (entry && commits.includes(commit.sha)) found.set(commit.sha, { ...entry, commit: commit.sha })
    }
    if (data.length < 100) break
  }
  return found
}
