import type { Runtime } from '../../shared/action/runtime.js'
import {
  type ArtifactSource,
  type ListedVersions,
  listVersions,
  type PublishedVersion,
} from '../../shared/bump/published.js'
import { versionsByHash, versionsByTag } from '../../shared/bump/published-commits.js'
import { touchesComponent } from '../../shared/bump/touches.js'
import { UserError } from '../../shared/foundation/errors.js'
import type { GitHub } from '../../shared/github/client.js'
import { type CommitComparison, compareCommits } from '../../shared/github/compare.js'
import type { Component } from '../../shared/policy/policy.js'

/** What was published for a commit: a version, and the whole commit that it was made from. */
export interface FoundArtifact {
  published: PublishedVersion
  artifactCommit: string
  /** Everything that the registry has. */
  listed: ListedVersions[]
}

const firstPause = 1_000
const longestPause = 15_000

/**
 * Waits until a version that stands for `commit` is in the registry: one made from it, or from an older commit since which
 * nothing of the component changed (chartpress names the last commit that touched the chart, not the merge).
 *
 * @param range what `commit` has and the deployed version has not
 * @throws UserError `version-not-found` when `wait` (ms) is over.
 */
export async function waitForArtifact(
  component: Component,
  source: ArtifactSource,
  commit: string,
  range: CommitComparison,
  wait: number,
  { http, clock, log }: Runtime,
  upstream: GitHub,
): Promise<FoundArtifact> {
  const newestFirst = range.commits.map(({ sha }) => sha).reverse()
  const same = remember((sha: string) => standsFor(upstream, component, sha, commit))
  const started = clock.now().getTime()

  for (let pause = firstPause; ; pause = Math.min(pause * 1.5, longestPause)) {
    const listed = await listVersions(http, source)
    const looks = [
      () => versionsByHash(listed, component, newestFirst),
      () => versionsByTag(upstream, listed, component, newestFirst),
    ]
    for (const look of looks) {
      const versions = await look()
      for (const artifactCommit of newestFirst) {
        const published = versions.get(artifactCommit)
        if (published && (await same(artifactCommit))) return { published, artifactCommit, listed }
      }
    }
    const waited = clock.now().getTime() - started
    if (waited >= wait) throw notPublished(component, source, commit, wait)
    log.info(
      `Not published yet: ${component.name} of ${commit.slice(0, 7)}. Waited ${seconds(waited)} of ${seconds(wait)}.`,
    )
    await clock.sleep(Math.min(pause, wait - waited))
  }
}

async function standsFor(upstream: GitHub, component: Component, older: string, commit: string): Promise<boolean> {
  if (older === commit) return true
  return !touchesComponent(component, await compareCommits(upstream, component.upstream, older, commit))
}

function remember(ask: (key: string) => Promise<boolean>): (key: string) => Promise<boolean> {
  const answers = new Map<string, Promise<boolean>>()
  return (key) => {
    const answer = answers.get(key) ?? ask(key)
    answers.set(key, answer)
    return answer
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1_000)} s`

function notPublished(component: Component, source: ArtifactSource, commit: string, wait: number): UserError {
  const where = source.kind === 'image' ? source.name : `${source.chart} in ${source.repository}`
  return new UserError(
    'version-not-found',
    `No version of ${component.name} for commit ${commit} was published within ${seconds(wait)} (${where}).`,
    {
      fix: `Check whether the publish workflow of ${component.upstream} succeeded, then run this job again. No pull request was opened.`,
    },
  )
}
