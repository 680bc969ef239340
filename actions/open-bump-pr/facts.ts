import { UserError } from '../../shared/action/errors.js'
import { commitIn } from '../../shared/bump/component-commit.js'
import type { Edit } from '../../shared/bump/edit.js'
import { type Files, readBumpFiles } from '../../shared/bump/files.js'
import { type Current, readCurrent } from '../../shared/bump/targets.js'
import { type Branch, branchTip, defaultBranch } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { isUntouched } from '../../shared/github/commit.js'
import { type Comparison, compare } from '../../shared/github/compare.js'
import { hasStatus } from '../../shared/github/errors.js'
import { blobSha, readFile, readFiles } from '../../shared/github/files.js'
import { type Component, type Policy, parsePolicy, policyFile } from '../../shared/policy/policy.js'
import { didYouMean } from '../../shared/yaml/did-you-mean.js'
import type { Open, Relation } from './decide.js'

/** The deploy repo's default branch, as far as one component's bump is concerned. */
export interface Deployed extends Current {
  branch: Branch
  policy: Policy
  component: Component
  files: Files
}

/** @throws UserError `input-invalid` for an unknown component, `policy-invalid` and `target-missing` for the files. */
export async function readDeployed(github: GitHub, repo: string, name: string): Promise<Deployed> {
  const branch = await defaultBranch(github, repo)
  const text = await readFile(github, repo, policyFile, branch.tip)
  if (text === undefined) {
    throw new UserError('policy-invalid', `${repo} has no ${policyFile} on its branch ${branch.name}.`, {
      fix: 'Add the policy there; workflows-examples/deploy-repo has one to begin with.',
      at: { file: policyFile },
    })
  }
  const policy = parsePolicy(text)
  const component = componentOf(policy, name)
  const files = await readBumpFiles(component, (paths) => readFiles(github, repo, paths, branch.tip))
  return { branch, policy, component, files, ...readCurrent(component, files) }
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
  { component, version }: Pick<Deployed, 'component' | 'version'>,
  commit: string,
): Promise<Comparison> {
  const deployed = commitIn(component, version)
  try {
    return await compare(upstream, component.upstream, deployed, commit)
  } catch (error) {
    if (!hasStatus(error, 404, 422)) throw error
    throw new UserError(
      'not-a-descendant',
      `${component.upstream} has no commit ${deployed} (in the deployed version ${version}), or no ${commit}, or no history in common.`,
      {
        fix: `Check "commit", and "upstream" of ${component.name} in the policy. If the history was rewritten, write a version of the new one into ${component.targets[0].file} by hand.`,
        cause: error,
      },
    )
  }
}

/** How `commit`, one of the range's, relates to what the range starts from. */
export function relationIn({ status, base, commits }: Comparison, commit: string): Relation {
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

/** The bump branch on the deploy repo and what is known about it. */
export interface BumpBranch extends Open {
  name: string
  tip: string
  pull: Pull | undefined
}

export interface Pull {
  number: number
  url: string
  title: string
  body: string
  labels: string[]
  assignees: string[]
}

export const bumpBranch = (component: Component): string => `lockstep/bump/${component.name}`

/**
 * @param wanted the upstream commit (40 hex digits) and the edit that are wanted on the branch; no edit where nothing is.
 */
export async function readBumpBranch(
  github: GitHub,
  upstream: GitHub,
  repo: string,
  { branch, component }: Deployed,
  wanted: { commit: string; edit: Edit | undefined },
): Promise<BumpBranch | undefined> {
  const name = bumpBranch(component)
  const pull = await openPull(github, repo, name, branch.name)
  const tip = pull?.tip ?? (await branchTip(github, repo, name))
  if (tip === undefined) return undefined

  const work = await compare(github, repo, branch.tip, tip)
  const untouched = isUntouched(work)
  const current = wanted.edit !== undefined && holds(work, wanted.edit)
  const toOpen =
    untouched && !current ? await relationToBranch(github, upstream, repo, component, tip, wanted.commit) : 'identical'
  return { name, tip, pull, number: pull?.number, untouched, current, toOpen }
}

/** Whether the branch changes exactly these files to exactly these texts. */
const holds = ({ files }: Comparison, edit: Edit): boolean =>
  files.length === edit.size && files.every(({ path, blob }) => blob === blobSha(edit.get(path) ?? '\0'))

async function relationToBranch(
  github: GitHub,
  upstream: GitHub,
  repo: string,
  component: Component,
  tip: string,
  commit: string,
): Promise<Relation> {
  const files = await readBumpFiles(component, (paths) => readFiles(github, repo, paths, tip))
  const { version } = readCurrent(component, files)
  return (await compareUpstream(upstream, { component, version }, commit)).status
}

async function openPull(
  github: GitHub,
  repo: string,
  head: string,
  base: string,
): Promise<(Pull & { tip: string }) | undefined> {
  const ref = repoRef(repo)
  const { data } = await github.rest.pulls.list({ ...ref, state: 'open', head: `${ref.owner}:${head}`, base })
  const [pull] = data
  if (!pull) return undefined
  return {
    number: pull.number,
    url: pull.html_url,
    tip: pull.head.sha,
    title: pull.title,
    body: pull.body ?? '',
    labels: pull.labels.map((label) => label.name),
    assignees: (pull.assignees ?? []).map(({ login }) => login),
  }
}
