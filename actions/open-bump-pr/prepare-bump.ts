import { fetchArtifact } from '../../shared/bump/published.js'
import { mergesOf } from '../../shared/duty/merges.js'
import { onDuty } from '../../shared/duty/on-duty.js'
import { type CommitComparison, firstParents } from '../../shared/github/compare.js'
import { carriedBy } from './carried.js'
import type { DescribedBump } from './describe.js'
import type { DeployedVersion } from './facts.js'
import type { BumpRequest } from './request.js'
import { waitForArtifact } from './wait-for-artifact.js'

/** What is published for the commit, whom it concerns, and how it is told. */
export async function prepareBump(
  { inputs, world, upstream, commit }: BumpRequest,
  deployed: DeployedVersion,
  range: CommitComparison,
): Promise<DescribedBump> {
  const { component, source, version } = deployed
  const wait = inputs.wait ?? component.wait
  const { published, artifactCommit, listed } = await waitForArtifact(
    component,
    source,
    commit,
    range,
    wait,
    world,
    upstream,
  )
  const [artifact, { merges, more }] = await Promise.all([
    fetchArtifact(world.http, source, published),
    mergesOf(upstream, component, firstParents(range.commits, commit)),
  ])
  const carried = await carriedBy(world.http, source, listed, version, artifact)
  const compareUrl = `${world.run.serverUrl}/${component.upstream}/compare/${range.base}...${artifactCommit}`
  const duty = onDuty(merges)
  return {
    component,
    from: version,
    artifact,
    artifactCommit,
    merges,
    more,
    duty,
    compareUrl,
    carried,
    expected: undefined,
  }
}
