import { operatorLogins } from '../../shared/duty/operators.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import { readFile } from '../../shared/github/files.js'
import type { Policy } from '../../shared/policy/policy.js'
import { appsSide } from './app-side.js'
import { findBots } from './bots.js'
import type { Seen } from './check.js'
import { classicProtection } from './classic.js'
import type { DoctorFacts, EnvironmentSettings, Rule } from './facts.js'
import { lookAt, lookFor } from './look.js'
import { mergingOf } from './merging.js'
import type { Tools } from './tools.js'
import { upstreamSide, upstreamsIn } from './upstream.js'
import { workflowsOf } from './workflow-list.js'

/** Asks GitHub for everything that is examined. Changes nothing. */
export async function collectSettings(
  tools: Tools,
  policy: Policy,
  repo: string,
  branch: string,
): Promise<DoctorFacts> {
  const { github, reader, settings } = tools
  const at = repoRef(repo)
  const names = ['lockstep', ...policy.clusters.map(({ name }) => name)]
  const upstreams = upstreamsIn(policy)
  const rules = await rulesOf(github, repo, branch)
  const outside = tools.keysOutside.split(/\s+/).filter((word) => word !== '')
  return {
    ...{ policy, repo, branch, rules, now: tools.world.clock.now() },
    merging: await mergingOf(github, repo),
    bots: await findBots(tools, { gate: policy.apps.gate.id, bump: policy.apps.bump.id }),
    ...(await appsSide(
      tools,
      policy,
      {
        repo,
        upstreams: upstreams.map((one) => one.repo),
        guests: upstreams.flatMap((one) => (one.reverts ? [one.repo] : [])),
      },
      rulesetsIn(rules),
    )),
    classic: await classicProtection(tools, repo, branch),
    private: await lookAt(async () => (await github.rest.repos.get({ ...at })).data.private),
    dependabot: await lookAt(async () => (await firstOf(github, repo, branch, dependabotFiles)) !== undefined),
    environments: await Promise.all(
      names.map(async (name) => ({ name, found: await lookFor(() => environment(reader, repo, name)) })),
    ),
    keysOutside:
      outside.length > 0
        ? { value: outside.filter((word) => word !== 'none') }
        : { unseen: 'No job without an environment has checked it.' },
    unsaid: settings
      ? await lookAt(async () => {
          const { data } = await settings.rest.actions.getGithubActionsDefaultWorkflowPermissionsRepository({ ...at })
          return data.default_workflow_permissions
        })
      : { unseen: 'GitHub shows it only to admins of the repository.' },
    workflows: await lookAt(() => workflowsOf(reader, github, repo, branch)),
    codeOwners: await lookAt(() => firstOf(github, repo, branch, codeOwnersFiles)),
    labels: await lookAt(async () => {
      const all = await github.paginate(github.rest.issues.listLabelsForRepo, { ...at, per_page: 100 })
      return all.map(({ name }) => name)
    }),
    operators: await operators(github, policy),
    upstreams: await Promise.all(upstreams.map((one) => upstreamSide(tools, one, rulesOf))),
  }
}

const dependabotFiles = ['.github/dependabot.yml', '.github/dependabot.yaml']
const codeOwnersFiles = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS']

/** The rulesets that some rules are from. */
export const rulesetsIn = (rules: Seen<Rule[]>): Seen<number[]> =>
  'value' in rules ? { value: [...new Set(rules.value.map(({ ruleset }) => ruleset))] } : rules

const rulesOf = (github: GitHub, repo: string, branch: string): Promise<Seen<Rule[]>> =>
  lookAt(async () => {
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
        methods: pulls?.allowed_merge_methods ?? [],
      }
    })
  })

async function environment(github: GitHub, repo: string, name: string): Promise<EnvironmentSettings> {
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
    : { unseen: 'The gate App may not read the members of the team, or there is no such team.' }
}
