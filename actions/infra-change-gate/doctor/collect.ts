import type { World } from '../../../shared/action/world.js'
import { operatorLogins } from '../../../shared/duty/operators.js'
import { defaultBranchName } from '../../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../../shared/github/client.js'
import { readFile, readFiles } from '../../../shared/github/files.js'
import type { Policy } from '../../../shared/policy/policy.js'
import { appsSide } from './app-side.js'
import { findBots } from './bots.js'
import type { Seen } from './check.js'
import { classicProtection } from './classic.js'
import type { Environment, Facts, Rule, Workflow } from './facts.js'
import { look, lookFor } from './look.js'

/** What the doctor may look with. */
export interface Tools {
  world: Pick<World, 'github' | 'clock'>
  /** The gate App's token. */
  github: GitHub
  /** A job's own token: environments and workflows. */
  reader: GitHub
  /** May read the repository's settings; undefined where nobody gave such a token. */
  settings: GitHub | undefined
  /** The Apps' private keys; empty where not given. */
  keys: { gate: string; bump: string }
  /** What a job without an environment saw, see doctor.yml; empty where nobody looked. */
  keysOutside: string
}

/** Asks GitHub for everything that is examined. Changes nothing. */
export async function collect(tools: Tools, policy: Policy, repo: string, branch: string): Promise<Facts> {
  const { github, reader, settings } = tools
  const at = repoRef(repo)
  const names = ['lockstep', ...policy.clusters.map(({ name }) => name)]
  const upstreams = [...new Set(policy.components.map(({ upstream }) => upstream))]
  const rules = await rulesOf(github, repo, branch)
  const outside = tools.keysOutside.split(/\s+/).filter((word) => word !== '')
  return {
    ...{ policy, repo, branch, rules },
    bots: await findBots(tools, { gate: policy.apps.gate.id, bump: policy.apps.bump.id }),
    ...(await appsSide(tools, policy, repo, upstreams, rulesetsIn(rules))),
    classic: await classicProtection(tools, repo, branch),
    private: await look(async () => (await github.rest.repos.get({ ...at })).data.private),
    dependabot: await look(async () => (await firstOf(github, repo, branch, dependabotFiles)) !== undefined),
    environments: await Promise.all(
      names.map(async (name) => ({ name, found: await lookFor(() => environment(reader, repo, name)) })),
    ),
    keysOutside:
      outside.length > 0
        ? { value: outside.filter((word) => word !== 'none') }
        : { unseen: 'No job without an environment has looked.' },
    unsaid: settings
      ? await look(async () => {
          const { data } = await settings.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ ...at })
          return data.default_workflow_permissions
        })
      : { unseen: 'Only who administers the repository is shown it.' },
    workflows: await look(() => workflows(reader, github, repo, branch)),
    codeOwners: await look(() => firstOf(github, repo, branch, codeOwnersFiles)),
    labels: await look(async () => {
      const all = await github.paginate(github.rest.issues.listLabelsForRepo, { ...at, per_page: 100 })
      return all.map(({ name }) => name)
    }),
    operators: await operators(github, policy),
    upstreams: await Promise.all(
      upstreams.map(async (name) => ({ repo: name, rules: await rulesOfDefault(github, name) })),
    ),
  }
}

const dependabotFiles = ['.github/dependabot.yml', '.github/dependabot.yaml']
const codeOwnersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

const rulesetsIn = (rules: Seen<Rule[]>): Seen<number[]> =>
  'value' in rules ? { value: [...new Set(rules.value.map(({ ruleset }) => ruleset))] } : rules

async function rulesOfDefault(github: GitHub, repo: string): Promise<Seen<Rule[]>> {
  const branch = await look(() => defaultBranchName(github, repo))
  return 'value' in branch ? rulesOf(github, repo, branch.value) : branch
}

const rulesOf = (github: GitHub, repo: string, branch: string): Promise<Seen<Rule[]>> =>
  look(async () => {
    const all = await github.paginate(github.rest.repos.getBranchRules, { ...repoRef(repo), branch, per_page: 100 })
    return all.map((rule): Rule => {
      const checks = rule.type === 'required_status_checks' ? (rule.parameters?.required_status_checks ?? []) : []
      const pulls = rule.type === 'pull_request' ? rule.parameters : undefined
      return {
        type: rule.type,
        ruleset: rule.ruleset_id ?? 0,
        // C28: any source is no `integration_id`, or null.
        checks: checks.map(({ context, integration_id: source }) => ({ name: context, source: source ?? undefined })),
        approvals: pulls?.required_approving_review_count ?? 0,
        codeOwners: pulls?.require_code_owner_review ?? false,
      }
    })
  })

async function environment(github: GitHub, repo: string, name: string): Promise<Environment> {
  const at = { ...repoRef(repo), environment_name: name }
  const { data } = await github.rest.repos.getEnvironment(at)
  if (!data.deployment_branch_policy) return { admits: 'any' }
  if (!data.deployment_branch_policy.custom_branch_policies) return { admits: 'protected' }
  const { data: policies } = await github.rest.repos.listDeploymentBranchPolicies({ ...at, per_page: 100 })
  const named = (tag: boolean): string[] =>
    policies.branch_policies.flatMap(({ name: pattern, type }) =>
      pattern !== undefined && (type === 'tag') === tag ? [pattern] : [],
    )
  return { admits: { branches: named(false), tags: named(true) } }
}

async function workflows(reader: GitHub, github: GitHub, repo: string, branch: string): Promise<Workflow[]> {
  const all = await reader.paginate(reader.rest.actions.listRepoWorkflows, { ...repoRef(repo), per_page: 100 })
  // GitHub lists workflows of its own as well, and those of other branches.
  const listed = all.filter(({ path }) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path))
  if (listed.length === 0) return []
  const texts = await readFiles(
    github,
    repo,
    listed.map(({ path }) => path),
    branch,
  )
  return listed.map(({ path, state }, index) => ({ path, state, text: texts[index] }))
}

async function firstOf(github: GitHub, repo: string, branch: string, paths: string[]): Promise<string | undefined> {
  for (const path of paths) {
    const text = await readFile(github, repo, path, branch)
    if (text !== undefined) return text
  }
  return undefined
}

async function operators(github: GitHub, policy: Policy): Promise<Seen<number>> {
  const logins = await operatorLogins(github, policy)
  return logins
    ? { value: logins.size }
    : { unseen: 'The gate App may not see who is in the team, or there is no such team.' }
}
