import { bumpBranch } from '../../shared/bump/branch.js'
import type { CommitComparison } from '../../shared/github/compare.js'
import { listPulls, readBumpBranch } from './bump-branch.js'
import { decideBump } from './decide.js'
import { type DeployedVersion, whyNot } from './facts.js'
import { closeBumpPull } from './publish.js'
import type { BumpEnded, BumpRequest } from './request.js'

/** The commit makes no new version, or an older one: at most an open pull request that is done is closed. */
export async function withoutArtifact(
  { github, upstream, commit }: BumpRequest,
  deployed: DeployedVersion,
  range: CommitComparison,
): Promise<BumpEnded> {
  const { version, component, repo } = deployed
  const toDeployed = range.status
  const where = { commit, edit: undefined }
  const branch =
    toDeployed === 'identical' || toDeployed === 'ahead'
      ? await readBumpBranch(github, upstream, deployed, await listPulls(github, deployed), where)
      : undefined
  const decision = decideBump({ toDeployed, changesComponent: false, held: false, open: branch, toDeclined: undefined })
  const ended = { ...decision, from: version, to: version }
  if (decision.operation === 'refused')
    return { ...ended, message: await whyNot(upstream, deployed, toDeployed, commit) }
  const message =
    decision.reason === 'no-version-change'
      ? `No file of ${component.name} changed since ${version}.`
      : `${component.name} ${version} is already on ${repo.main.name}.`
  if (decision.operation === 'closed' && branch)
    await closeBumpPull(github, repo, branch, bumpBranch(component.name), message)
  return { ...ended, message, pull: branch?.pull }
}
