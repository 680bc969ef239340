import { commitIn } from '../../shared/bump/component-commit.js'
import { type BumpFiles, readBumpFiles } from '../../shared/bump/files.js'
import { type CurrentVersion, readCurrent } from '../../shared/bump/targets.js'
import { UserError } from '../../shared/foundation/errors.js'
import { policyFile } from '../../shared/foundation/workspace.js'
import { defaultBranchName } from '../../shared/github/branches.js'
import type { GitHub } from '../../shared/github/client.js'
import { type CommitComparison, compareCommits } from '../../shared/github/compare.js'
import { hasStatus } from '../../shared/github/errors.js'
import { readFiles } from '../../shared/github/files.js'
import { noPolicy } from '../../shared/policy/on-branch.js'
import { type Component, type Policy, parsePolicy } from '../../shared/policy/policy.js'
import { didYouMean } from '../../shared/yaml/did-you-mean.js'
import type { CommitRelation } from './decide.js'
import type { DeployRepo } from './deploy-repo.js'

/** What one component of the deploy repo is on its default branch. */
export interface DeployedVersion extends CurrentVersion {
  repo: DeployRepo
  policy: Policy
  component: Component
  files: BumpFiles
}

/** @throws UserError `input-invalid` for an unknown component, `policy-invalid` and `target-missing` for the files. */
export async function readDeployedVersion(github: GitHub, repo: DeployRepo, name: string): Promise<DeployedVersion> {
  const policy = policyOf(repo)
  const component = componentOf(policy, name)
  const files = await readBumpFiles(component, (paths) => readFiles(github, repo.name, paths, repo.main.tip))
  return { repo, policy, component, files, ...readCurrent(component, files) }
}

/** @throws UserError `policy-invalid` */
export function policyOf(repo: DeployRepo): Policy {
  if (repo.policy !== undefined) return parsePolicy(repo.policy)
  throw noPolicy(repo.name, repo.main.name)
}

function componentOf(policy: Policy, name: string): Component {
  const component = policy.components.find((candidate) => candidate.name === name)
  if (component) return component
  const known = policy.components.map((candidate) => candidate.name)
  throw new UserError('input-invalid', `The policy has no component "${name}".`, {
    fix: didYouMean(name, known) ?? `Add it under "components" of ${policyFile}.`,
    at: { file: policyFile },
  })
}

/** What `commit` has upstream and the deployed version has not. */
export async function compareUpstream(
  upstream: GitHub,
  { component, version }: Pick<DeployedVersion, 'component' | 'version'>,
  commit: string,
): Promise<CommitComparison> {
  const deployed = await commitIn(upstream, component, version)
  try {
    return await compareCommits(upstream, component.upstream, deployed, commit)
  } catch (error) {
    if (!hasStatus(error, 404, 422)) throw error
    const unrelated = error instanceof Error && /no common ancestor/i.test(error.message)
    const what = unrelated
      ? `${commit} and ${deployed} (the commit of version ${version}) have no common history in ${component.upstream}.`
      : `${component.upstream} does not have commit ${deployed} (of version ${version}) or commit ${commit}.`
    throw new UserError('not-a-descendant', what, { fix: rewritten(component), cause: error })
  }
}

/** Why a commit that does not contain the deployed one is refused, in words. */
export async function whyNot(
  upstream: GitHub,
  { component, version, repo }: DeployedVersion,
  status: CommitRelation,
  to: string,
): Promise<string> {
  const back = 'To return to an older version, use a rollback.'
  if (status === 'behind')
    return `${to} is older than ${version}, which is on ${repo.main.name}, so this is a downgrade. ${back}`
  const main = await defaultBranchName(upstream, component.upstream)
  const onMain = await compareCommits(upstream, component.upstream, await commitIn(upstream, component, version), main)
  return onMain.status === 'ahead' || onMain.status === 'identical'
    ? `Neither ${to} nor ${version}, which is on ${repo.main.name}, contains the other. Merge the two histories upstream.`
    : `${version} is on ${repo.main.name}, but its commit is no longer on ${main} of ${component.upstream}: the history was rewritten. ${rewritten(component)}`
}

const rewritten = ({ name, targets }: Component): string =>
  `Check "commit", and "upstream" of ${name} in the policy. If the history was rewritten, write a version from the new history into ${targets[0].file} by hand.`

/** How `commit`, one of the range's, relates to what the range starts from. */
export function relationIn({ status, base, commits }: CommitComparison, commit: string): CommitRelation {
  if (status !== 'ahead') return status
  const bySha = new Map(commits.map((entry) => [entry.sha, entry]))
  const seen = new Set<string>()
  const queue = [commit]
  for (let sha = queue.pop(); sha !== undefined; sha = queue.pop()) {
    if (sha === base) return 'ahead'
    if (!seen.has(sha)) queue.push(...(bySha.get(sha)?.parents ?? []))
    seen.add(sha)
  }
  // The commit that a version was made from may be a side branch's that never contained the deployed one.
  return 'diverged'
}
