import { defaultBranchName } from '../../shared/github/branches.js'
import { type GitHub, repoRef } from '../../shared/github/client.js'
import type { Policy } from '../../shared/policy/policy.js'
import { glanceAt } from './assumptions/glance.js'
import type { Seen } from './check.js'
import type { Rule, Upstream } from './facts.js'
import { lookAt } from './look.js'
import type { Tools } from './tools.js'
import { workflowsOf } from './workflow-list.js'

/** The repositories that a policy names, each once, and whether reverts are asked for there by a pull request. */
export function upstreamsIn({ components }: Pick<Policy, 'components'>): { repo: string; reverts: boolean }[] {
  const names = [...new Set(components.map(({ upstream }) => upstream))]
  return names.map((repo) => ({
    repo,
    reverts: components.some(({ upstream, revert }) => upstream === repo && revert === 'pr'),
  }))
}

/** What is looked at in a repository whose merges get deployed. */
export async function upstreamSide(
  { github, reader, settings }: Tools,
  { repo, reverts }: { repo: string; reverts: boolean },
  rulesOf: (github: GitHub, repo: string, branch: string) => Promise<Seen<Rule[]>>,
): Promise<Upstream> {
  const branch = await lookAt(() => defaultBranchName(github, repo))
  return {
    ...{ repo, reverts },
    rules: 'value' in branch ? await rulesOf(github, repo, branch.value) : branch,
    workflows: 'value' in branch ? await lookAt(() => workflowsOf(reader, reader, repo, branch.value)) : branch,
    gateBot: reverts ? await gateBot(settings, repo) : { value: undefined },
  }
}

/** What revert.yml goes by (P16); `vars` has the organisation's as well, and the repository's own win. */
export const gateBotVariable = 'LOCKSTEP_GATE_BOT_ID'

const gateBot = (settings: GitHub | undefined, repo: string): Promise<Seen<string | undefined>> =>
  settings
    ? ofVariables(settings, repo)
    : Promise.resolve({ unseen: 'GitHub shows variables only to a token that may read them.' })

async function ofVariables(settings: GitHub, repo: string): Promise<Seen<string | undefined>> {
  const { listRepoVariables, listRepoOrganizationVariables } = settings.rest.actions
  const at = { ...repoRef(repo), per_page: 30 }
  const valueIn = (all: { name: string; value: string }[]): string | undefined =>
    all.find(({ name }) => name.toUpperCase() === gateBotVariable)?.value
  const own = await lookAt(async () => valueIn(await settings.paginate(listRepoVariables, at)))
  if (!('value' in own) || own.value !== undefined) return own
  // What it answers of a person's repository, which has no organisation, is told nowhere.
  return glanceAt(async () => valueIn(await settings.paginate(listRepoOrganizationVariables, at)))
}
