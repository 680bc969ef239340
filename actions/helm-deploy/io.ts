import {
  appInputs,
  choiceInput,
  type InputDefinitions,
  type OutputDefinitions,
  secretInput,
  textInput,
} from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import { allTiers } from '../../shared/policy/types.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  plan: {
    does: 'Decides whether this commit may be deployed, and to which clusters. On a pull request, or with `commit`: shows what would change.',
    takes: ['commit', 'kubernetes-version', 'upstream-token'],
  },
  'report-unreviewed': {
    does: 'Opens, updates or closes the issue about commits that did not pass the gate.',
    takes: ['upstream-token'],
  },
  deploy: { does: 'Deploys one cluster.', needs: ['cluster', 'kubeconfig', 'plan'], takes: ['tier'] },
  record: {
    does: 'Records the outcome of the deploy, adoption or rollback of one cluster.',
    needs: ['cluster'],
    takes: ['deploy-result', 'smoke-result', 'needs', 'tier'],
  },
  'approve-adoption': {
    does: 'Counts the approvals of two operators for an adoption.',
    needs: ['cluster'],
  },
  adopt: {
    does: 'Adopts the releases that are already deployed on one cluster, without changing them.',
    needs: ['cluster', 'kubeconfig', 'plan'],
    takes: ['tier'],
  },
  'dry-run': {
    does: 'Runs a dry-run of this commit on one cluster.',
    needs: ['cluster', 'kubeconfig'],
    takes: ['commit', 'kubernetes-version', 'upgrade-to'],
  },
  'preempt-staging-trial': { does: 'Stops a running staging trial before a deploy.' },
  'plan-staging-trial': {
    does: 'Decides whether a staging trial of this pull request may run.',
    needs: ['pull-request', 'head'],
    takes: ['change-digest'],
  },
  'staging-trial': {
    does: 'Upgrades one staging cluster to the pull request.',
    needs: ['cluster', 'kubeconfig', 'plan'],
    takes: ['workflow'],
  },
  'record-staging-trial': {
    does: 'Records the outcome of the staging trial on one cluster.',
    needs: ['cluster', 'actions-token'],
    takes: ['plan', 'needs'],
  },
  reconcile: {
    does: 'Starts the newest deploy again if its smoke test was flaky or inconclusive.',
    takes: ['upstream-token'],
  },
} as const

const inputs = {
  mode: modeInput(modes),
  cluster: textInput({ description: 'Name of the cluster in the policy.' }),
  kubeconfig: secretInput(
    {
      description:
        "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment. The job must name that environment. For `dry-run`, prefer the secret DRY_RUN_KUBECONFIG, whose permissions allow only dry-runs.",
    },
    'kubeconfig',
  ),
  ...appInputs('the gate App'),
  token: secretInput({
    description:
      "Token for this repository: the job's own token, which reads and, on a pull request, writes the comment with the plan. For `record`, `approve-adoption`, `report-unreviewed`, `plan-staging-trial` and `record-staging-trial`: the token of the gate App. For `reconcile` with `actions: write` and `issues: write`, for `preempt-staging-trial` with `actions: write`.",
  }),
  'actions-token': secretInput({
    description:
      "Token that starts the gate after a staging trial is recorded: the job's own token, with `actions: write`.",
  }),
  'upstream-token': secretInput({ description: 'Token that reads private upstream repositories.' }),
  'kubernetes-version': textInput({
    description:
      'Kubernetes version that the clusters have or will have, such as `1.35`. It is used to render, and to find APIs that it removed.',
  }),
  'upgrade-to': textInput({
    description:
      'Version to which the change upgrades Kubernetes; empty if it does not. The action then checks that nodes, kubectl and Helm are compatible with it.',
  }),
  commit: textInput({
    description:
      'Commit of a pull request (40 hex digits) to compare with the checked-out default branch. Its files are read as data and never executed.',
  }),
  plan: textInput({
    description: 'Output `plan` of the job with mode `plan`, `approve-adoption` or `plan-staging-trial`.',
  }),
  'deploy-result': textInput({
    description: 'Output `encoded-result` (or `result`) of the deploy or rollback job; empty if it has none.',
  }),
  'smoke-result': textInput({
    description: 'Output `encoded-result` (or `result`) of smoke-test; empty if it has none.',
  }),
  tier: choiceInput(
    {
      description:
        'Output `tier` of the job with mode `plan`. `T3` rolls out one cluster at a time and soaks afterwards.',
      default: '',
    },
    ['', ...allTiers],
  ),
  'pull-request': textInput({ description: 'Number of the pull request for the staging trial.' }),
  head: textInput({ description: 'Newest commit of the pull request (40 hex digits) that was reviewed.' }),
  'change-digest': textInput({
    description: 'Change digest that the gate computed; empty to accept any change of the pull request.',
  }),
  needs: textInput({
    description: 'Results of the previous jobs, `toJSON(needs)`, so that a lost result does not count as a failure.',
  }),
  workflow: textInput({
    description: 'File name of the deploy workflow. No staging trial runs while it runs.',
    default: 'deploy.yml',
  }),
} satisfies InputDefinitions

const outputs = {
  plan: 'The plan as JSON, for the deploy jobs of the same run. Of `approve-adoption`: for the adoption. Of `plan-staging-trial`: for the staging trial.',
  approved: '`true` if a second operator has approved. Of `approve-adoption`.',
  staging: 'JSON list of the clusters in wave `staging`, for a matrix.',
  canary: 'JSON list of the clusters in wave `canary`.',
  primary: 'JSON list of the clusters in wave `primary`.',
  rest: 'JSON list of the clusters in wave `rest`.',
  clusters:
    'JSON list of all clusters in wave order, for a rollback. Of `plan-staging-trial`: only the staging clusters.',
  changed: '`true` if there is something to deploy, something was deployed, or a deploy was started again.',
  tier: 'Highest tier of the changes to deploy, `T0` to `T3`; empty if all of them are pure bumps or reverts.',
  affected: 'JSON list of the clusters, in wave order, whose manifests or values change.',
  unreviewed:
    '`true` if mode `report-unreviewed` must run: there are commits that did not pass the gate, or an issue about earlier ones must be closed. Of `plan`.',
  facts:
    'JSON: the changes, restarts and dangers for every cluster, without secrets and diffs; at most 400,000 characters.',
  rendered:
    'JSON for infra-change-gate: the changes that `commit` makes on every cluster, without secrets and diffs; at most 100,000 bytes.',
  comment: 'The plan in Markdown, as shown in the comment on a pull request; at most 65,000 bytes.',
} satisfies OutputDefinitions

export const definition = {
  name: 'helm-deploy',
  description: 'Plans a deploy, deploys one cluster with Helm, explains failures, and records the outcome.',
  modes,
  inputs,
  outputs,
} satisfies ActionDefinition<InputDefinitions, OutputDefinitions>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
