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
    does: 'May this commit be deployed, and where? On a pull request, or with `commit`: what would change.',
    takes: ['commit', 'kubernetes-version', 'upstream-token'],
  },
  'report-unreviewed': {
    does: 'Keeps the issue about commits that did not pass the gate.',
    takes: ['upstream-token'],
  },
  deploy: { does: 'Deploys one cluster.', needs: ['cluster', 'kubeconfig', 'plan'], takes: ['tier'] },
  record: {
    does: 'Records how the deploy, adoption or rollback of one cluster ended.',
    needs: ['cluster'],
    takes: ['deploy-result', 'smoke-result', 'needs', 'tier'],
  },
  'approve-adoption': {
    does: 'Counts the approvals of two operators for an adoption.',
    needs: ['cluster'],
  },
  adopt: {
    does: 'Takes over what is deployed already, without changing it.',
    needs: ['cluster', 'kubeconfig', 'plan'],
    takes: ['tier'],
  },
  'dry-run': {
    does: 'Asks one cluster whether it would take this commit.',
    needs: ['cluster', 'kubeconfig'],
    takes: ['commit', 'kubernetes-version', 'upgrade-to'],
  },
  'preempt-staging-trial': { does: 'Ends a running staging trial before a deploy.' },
  'plan-staging-trial': {
    does: 'May this pull request be tried on staging?',
    needs: ['pull-request', 'head'],
    takes: ['change-digest'],
  },
  'staging-trial': {
    does: 'Brings one staging cluster to the pull request.',
    needs: ['cluster', 'kubeconfig', 'plan'],
    takes: ['workflow'],
  },
  'record-staging-trial': {
    does: 'Records how the staging trial of one cluster ended.',
    needs: ['cluster', 'actions-token'],
    takes: ['plan', 'needs'],
  },
  reconcile: {
    does: 'Starts the newest deploy again where its smoke test was no clean pass.',
    takes: ['upstream-token'],
  },
} as const

const inputs = {
  mode: modeInput(modes),
  cluster: textInput({ description: 'Name of the cluster in the policy.' }),
  kubeconfig: secretInput(
    {
      description:
        "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment, so the job must name that environment. For `dry-run` best DRY_RUN_KUBECONFIG, which may do nothing else.",
    },
    'kubeconfig',
  ),
  ...appInputs('the gate App'),
  token: secretInput({
    description:
      "Token for this repository: the job's own, which reads, and under a pull request keeps the plan's comment; for `record`, `approve-adoption`, `report-unreviewed`, `plan-staging-trial` and `record-staging-trial` the gate App's. For `reconcile` with `actions: write` and `issues: write`, for `preempt-staging-trial` with `actions: write`.",
  }),
  'actions-token': secretInput({
    description: "Token that starts the gate once a staging trial is recorded: the job's own, with `actions: write`.",
  }),
  'upstream-token': secretInput({ description: 'Token that reads private upstream repositories.' }),
  'kubernetes-version': textInput({
    description:
      'Kubernetes version that the clusters have or will have, as `1.35`: to render with, and to find APIs that it removed.',
  }),
  'upgrade-to': textInput({
    description:
      'Version to which the change takes Kubernetes, where it does. Then nodes, kubectl and Helm have to go together with it.',
  }),
  commit: textInput({
    description:
      "A pull request's commit (40 hex digits) to look at, beside the default branch that is checked out. Its files are read as data.",
  }),
  plan: textInput({
    description: 'Output `plan` of the job with mode `plan`, `approve-adoption` or `plan-staging-trial`.',
  }),
  'deploy-result': textInput({
    description: 'Output `encoded-result` (or `result`) of the deploy or rollback job, empty where it has none.',
  }),
  'smoke-result': textInput({
    description: 'Output `encoded-result` (or `result`) of smoke-test, empty where it has none.',
  }),
  tier: choiceInput(
    {
      description:
        'Output `tier` of the job with mode `plan`: a `T3` goes to one cluster after the other, and soaks afterwards.',
      default: '',
    },
    ['', ...allTiers],
  ),
  'pull-request': textInput({ description: 'Number of the pull request to try on staging.' }),
  head: textInput({ description: 'Its newest commit (40 hex digits), as it was reviewed.' }),
  'change-digest': textInput({
    description: 'What it changes, as the gate computed it; empty for whatever it changes now.',
  }),
  needs: textInput({
    description: 'How the jobs before ended, `toJSON(needs)`: a result that did not arrive is no failure.',
  }),
  workflow: textInput({
    description: 'File name of the workflow that deploys: while it runs, no staging trial does.',
    default: 'deploy.yml',
  }),
} satisfies InputDefinitions

const outputs = {
  plan: 'The plan as JSON, for the deploy jobs of the same run; after `approve-adoption`, for the adoption; after `plan-staging-trial`, for the trial.',
  approved: '`true` where a second operator has approved. Of `approve-adoption`.',
  staging: 'JSON list of the clusters in wave `staging`, for a matrix.',
  canary: 'JSON list of the clusters in wave `canary`.',
  primary: 'JSON list of the clusters in wave `primary`.',
  rest: 'JSON list of the clusters in wave `rest`.',
  clusters: 'JSON list of all clusters in wave order, for a rollback; after `plan-staging-trial` of the staging ones.',
  changed: '`true` where something has to be deployed, or was, or a deploy was started again.',
  tier: 'The highest tier of what is deployed, `T0` to `T3`; empty where nothing but proven changes is.',
  affected: 'JSON list of the clusters, in wave order, that get other manifests or values.',
  unreviewed:
    '`true` where mode `report-unreviewed` has something to do: there are commits that did not pass the gate, or were until now. Of `plan`.',
  facts:
    'JSON: for every cluster what changes, restarts and is dangerous; no secrets, no diffs, at most 400,000 characters.',
  rendered:
    'JSON: what `commit` changes on every cluster, for infra-change-gate; no secrets, no diffs, at most 100,000 bytes.',
  comment: 'The plan in Markdown, as the comment on a pull request has it; at most 65,000 bytes.',
} satisfies OutputDefinitions

export const definition = {
  name: 'helm-deploy',
  description: 'Plans a deploy, deploys one cluster with Helm and says why it failed, records how it ended.',
  modes,
  inputs,
  outputs,
} satisfies ActionDefinition<InputDefinitions, OutputDefinitions>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
