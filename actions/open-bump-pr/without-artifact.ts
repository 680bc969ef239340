import { bumpBranch } from '../../shared/bump/branch.js'
import type { Comparison } from '../../shared/github/compare.js'
import type { Asked, Ended } from './asked.js'
import { listPulls, readBumpBranch } from './bump-branch.js'
import { decide } from './decide.js'
import { type Deployed, whyNot } from './facts.js'
import { closePull } from './publish.js'

/** The commit makes no new version, or an older one: at most an open pull request that is done is closed. */
export async function withoutArtifact(
  { github, upstream, commit }: Asked,
  deployed: Deployed,
  range: Comparison,
): Promise<Ended> {
  const { version, component, repo } = deployed
  const toDeployed = range.status
  const where = { commit, edit: undefined }
  const branch =
    toDeployed === 'identical' || toDeployed === 'ahead'
      ? await readBumpBranch(github, upstream, deployed, await listPulls(github, deployed), where)
      : undefined
  const decision = decide({ toDeployed, changesComponent: false, held: false, open: branch, toDeclined: undefined })
  const ended = { ...decision, from: version, to: version }
  if (decision.operation === 'refused')
    return { ...ended, message: await whyNot(upstream, deployed, toDeployed, commit) }
  const message =
    decision.reason === 'no-artifact'
      ? `Nothing that ${component.name} is made of changed since ${version}.`
      : `${component.name} ${version} is on ${repo.main.name} already.`
  if (decision.operation === 'closed' && branch)
    await closePull(github, repo, branch, bumpBranch(component.name), message)
  return { ...ended, message, pull: branch?.pull }
}
