import type {
  AppInstallation,
  AppName,
  DoctorFacts,
  EnvironmentSettings,
  Self,
  Upstream,
  Workflow,
} from '../../../../actions/doctor/facts.js'
import { workflowFiles } from '../../../../actions/doctor/files.js'
import { appPermissions } from '../../../../actions/doctor/permissions.js'
import { parsePolicy } from '../../../../shared/policy/policy.js'

export const policy = parsePolicy(`version: 1
operators: [olga, otto]
apps: { gate: { id: 11, bot: 90000011 }, bump: { id: 12, bot: 90000012 } }
releases:
  service: { chart: meta, name: service, namespace: "{cluster}", values: [] }
clusters:
  staging: { wave: staging }
components:
  hub: { upstream: acme/hub, chart: "meta/Chart.yaml#hub", version: ["{any}-g{commit}"], paths: ["src/**"] }
`)

export const owners = '/.github/deploy-policy.yml @olga\n/.github/workflows/ @olga\n/.github/CODEOWNERS @olga\n'
export const only: EnvironmentSettings = { admits: { branches: ['main'], tags: [] } }
const queue = 'concurrency: { group: lockstep-deploy, queue: max }\n'
export const rule = { ruleset: 1, checks: [], approvals: 0, codeOwners: false, methods: [] }
export const required = (name: string, source?: number) => ({
  ...rule,
  type: 'required_status_checks',
  checks: [{ name, source }],
})
const page = 'https://github.com/organizations/acme/settings/installations/7'
/** An App with these permissions beside metadata. */
export const installed = (permissions: Record<string, string>): { value: AppInstallation } => ({
  value: { permissions: { metadata: 'read', ...permissions }, suspended: false, url: page },
})
export const now = new Date('2026-06-08T12:00:00Z')
const since = '2026-01-01T00:00:00Z'
/** A workflow that is switched on, without a schedule. */
export const workflow = (name: string, text: string): Workflow => ({
  ...{ path: `.github/workflows/${name}`, state: 'active', text, since },
  scheduled: { value: undefined },
})
const self = (app: AppName): { value: Self } => ({
  value: { slug: `lockstep-${app}`, clientId: `Iv1.${app}`, permissions: appPermissions[app] },
})
const using = (action: string): string => `jobs: { a: { steps: [{ uses: my/lockstep/actions/${action}@v1 }] } }\n`
/** One whose reverts are asked for by an issue. */
export const upstream: Upstream = {
  ...{ repo: 'acme/hub', reverts: false, gateBot: { value: undefined } },
  rules: { value: [required('lockstep / queue')] },
  workflows: {
    value: [workflow('lane.yml', using('deploy-queue')), workflow('open-bump-pr.yml', using('open-bump-pr'))],
  },
}
/** One whose reverts are asked for by a pull request. */
export const reverting: Upstream = {
  ...{ ...upstream, reverts: true, gateBot: { value: '90000011' } },
  workflows: {
    value: [
      ...('value' in upstream.workflows ? upstream.workflows.value : []),
      workflow('revert.yml', using('rollback')),
    ],
  },
}
/** Everything as docs/adopting.md has it. */
export const healthy: DoctorFacts = {
  ...{ now, policy, repo: 'acme/deploy', branch: 'main' },
  rules: {
    value: [
      { ...rule, type: 'deletion' },
      { ...rule, type: 'non_fast_forward' },
      { ...rule, type: 'pull_request' },
      required('lockstep / gate', 11),
    ],
  },
  merging: { value: { methods: ['merge', 'squash', 'rebase'], auto: false } },
  selves: { gate: self('gate'), bump: self('bump') },
  deviceFlows: { gate: { value: 'off' }, bump: { value: 'off' } },
  bots: {
    gate: { value: { id: 90000011, login: 'lockstep-gate[bot]' } },
    bump: { value: { id: 90000012, login: 'lockstep-bump[bot]' } },
  },
  bypass: { gate: { value: false }, bump: { value: false } },
  bypassers: { value: [] },
  ...{ classic: { value: undefined }, private: { value: false }, dependabot: { value: false } },
  environments: ['lockstep', 'staging'].map((name) => ({ name, found: { value: only } })),
  keysOutside: { value: [] },
  unsaid: { value: 'read' },
  workflows: {
    value: Object.keys(workflowFiles).map((name) => workflow(name, name === 'deploy.yml' ? queue : '')),
  },
  codeOwners: { value: owners },
  labels: { value: ['deploy-blocked-version', 'deploy-freeze', 'internal-error'] },
  operators: { value: 2 },
  upstreams: [upstream],
  installations: [
    { app: 'gate', repo: 'acme/deploy', found: installed(appPermissions.gate) },
    { app: 'bump', repo: 'acme/deploy', found: installed(appPermissions.bump) },
  ],
}
