import {
  appInputs,
  durationInput,
  flagInput,
  type InputDefinitions,
  type OutputDefinitions,
  secretInput,
  textInput,
  tokenInput,
} from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  start: {
    does: 'By hand: checks who may roll back and to which commit, and opens a freeze.',
    needs: ['cluster', 'actions-token'],
    takes: ['target', 'reason', 'dry-run', 'workflow', 'upstream-token', 'wait'],
  },
  cluster: {
    does: 'Rolls one cluster back to its last verified revision, in a job that holds its credentials.',
    needs: ['cluster', 'kubeconfig'],
    takes: ['needs', 'request'],
  },
  revert: {
    does: "After the clusters: reverts the deploy repo and opens an issue upstream, in a job that holds the gate App's token.",
    takes: ['request', 'upstream-token', 'wait'],
  },
  'staging-trial': {
    does: 'Rolls a staging cluster back after a staging trial.',
    needs: ['cluster', 'kubeconfig'],
    takes: ['needs'],
  },
  'revert-upstream': {
    does: 'In the upstream repository, started by the issue there: opens the revert.',
    needs: ['issue', 'gate-bot'],
    takes: ['bump-token'],
  },
  reconcile: {
    does: 'Finishes rollbacks and reverts that were interrupted.',
    needs: ['actions-token'],
    takes: ['upstream-token', 'wait'],
  },
} as const

const inputs = {
  mode: modeInput(modes),
  cluster: textInput({ description: 'Name of the cluster in the policy. For `start` also `all`.' }),
  kubeconfig: secretInput(
    { description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment." },
    'kubeconfig',
  ),
  ...appInputs('the gate App; for `revert-upstream` of the bump App'),
  token: secretInput({
    description:
      "Token for this repository. For `cluster`, `staging-trial` and `revert-upstream`: the job's own token. For the others: the token of the gate App.",
  }),
  needs: textInput({
    description:
      'Results of the jobs of this run, `toJSON(needs)`. Read only during a GitHub outage, so that the clusters can still be rolled back.',
  }),
  'upstream-token': tokenInput({
    description:
      'Token of the gate App for the upstream repositories, to open issues there. Without it, `revert` and `reconcile` do everything else. `start` needs it only for private upstream repositories.',
  }),
  'bump-token': secretInput({
    description:
      "Token of the bump App for this repository (contents: write, pull-requests: write). Without it, the job's own token opens the revert, and somebody must approve its workflow runs.",
  }),
  'actions-token': secretInput({
    description: "The job's own token. For `start` with `actions: write`, for `reconcile` with `actions: read`.",
  }),
  request: textInput({ description: 'Output `request` of `start`; empty after a failed deploy.' }),
  target: textInput({
    description:
      'Commit to roll back to: `verified` (the last verified commit), `previous` (the last verified commit whose releases differ from main), or the first digits of a verified commit.',
    default: 'verified',
  }),
  reason: textInput({ description: 'Reason for the rollback, shown in both repositories.' }),
  'dry-run': flagInput({ description: 'Only shows what would change.', default: 'false' }),
  workflow: textInput({
    description: 'File name of the deploy workflow, whose active run is cancelled.',
    default: 'deploy.yml',
  }),
  issue: textInput({ description: 'Number of the issue that requests the revert.' }),
  'gate-bot': textInput({
    description: "User id of the gate App's bot, `apps.gate.bot` in the policy. Issues of other users are ignored.",
  }),
  wait: durationInput({
    description:
      "How long to wait for the gate's check of the revert. For `start`: how long to wait until the cancelled deploy ends, before its cancellation is forced.",
    default: '10m',
  }),
} satisfies InputDefinitions

const outputs = {
  'rolled-back':
    '`true` if the cluster runs the last verified revision again and must be tested. Of `cluster` and `staging-trial`.',
  commit: 'Commit of this repository that the cluster was rolled back to, or main was reverted to.',
  request: 'The accepted request as JSON, for `cluster` and `revert`. Of `start`.',
  clusters: 'JSON list of the clusters to roll back, for a matrix. Of `start`.',
  'html-url': 'URL of the revert pull request, or of the issue that replaces it. Of `start`: URL of the freeze.',
} satisfies OutputDefinitions

export const definition = {
  name: 'rollback',
  description:
    'Rolls back every cluster that a failed deploy changed to its last verified revision, and reverts git and upstream; also by hand',
  modes,
  inputs,
  outputs,
} satisfies ActionDefinition<InputDefinitions, OutputDefinitions>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
