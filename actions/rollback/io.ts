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
    does: 'By hand: checks who may roll back, and to what, and opens a freeze.',
    needs: ['cluster', 'actions-token'],
    takes: ['target', 'reason', 'dry-run', 'workflow', 'upstream-token', 'wait'],
  },
  cluster: {
    does: 'Rolls one cluster back to its last verified revision, in a job with its key.',
    needs: ['cluster', 'kubeconfig'],
    takes: ['needs', 'request'],
  },
  revert: {
    does: "Reverts the deploy repo and tells upstream, in a job with the gate App's token, after the clusters.",
    takes: ['request', 'upstream-token', 'wait'],
  },
  'staging-trial': {
    does: 'Rolls a staging cluster back from a staging trial.',
    needs: ['cluster', 'kubeconfig'],
    takes: ['needs'],
  },
  'revert-upstream': {
    does: 'Upstream, started by the issue there: opens the revert.',
    needs: ['issue', 'gate-bot'],
    takes: ['bump-token'],
  },
  reconcile: {
    does: 'Finishes whatever rollbacks and reverts left to do.',
    needs: ['actions-token'],
    takes: ['upstream-token', 'wait'],
  },
} as const

const inputs = {
  mode: modeInput(modes),
  cluster: textInput({ description: 'Name of the cluster in the policy; for `start` also `all`.' }),
  kubeconfig: secretInput(
    { description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment." },
    'kubeconfig',
  ),
  ...appInputs('the gate App; for `revert-upstream` of the bump App'),
  token: secretInput({
    description:
      "Token for this repository: for `cluster`, `staging-trial` and `revert-upstream` the job's own, for the others the gate App's.",
  }),
  needs: textInput({
    description:
      'How the jobs of this run ended, `toJSON(needs)`. Only read while GitHub does not answer: the clusters are rolled back all the same.',
  }),
  'upstream-token': tokenInput({
    description:
      'Token of the gate App for the upstream repositories, where it opens an issue. Without it `revert` and `reconcile` do all the rest; `start` needs it only where those are private.',
  }),
  'bump-token': secretInput({
    description:
      "Token of the bump App for this repository (contents: write, pull-requests: write). Without it the job's own token opens the revert, and its workflow runs wait for an approval.",
  }),
  'actions-token': secretInput({
    description: "The job's own token: for `start` with `actions: write`, for `reconcile` with `actions: read`.",
  }),
  request: textInput({ description: 'Output `request` of `start`, empty after a deploy that failed.' }),
  target: textInput({
    description:
      'What to roll back to: `verified` (the last commit that is verified), `previous` (the last one with something else than main), or the first digits of a verified commit.',
    default: 'verified',
  }),
  reason: textInput({ description: 'Why, in words: both repositories tell it.' }),
  'dry-run': flagInput({ description: 'Shows what would change, and does nothing.', default: 'false' }),
  workflow: textInput({
    description: 'File name of the workflow that deploys, whose active run is cancelled.',
    default: 'deploy.yml',
  }),
  issue: textInput({ description: 'Number of the issue that asks for the revert.' }),
  'gate-bot': textInput({
    description: "User id of the gate App's bot, `apps.gate.bot` of the policy: only its issues are believed.",
  }),
  wait: durationInput({
    description:
      "How long the gate's check of the revert is waited for; in `start` for the active deploy's end, before it is forced.",
    default: '10m',
  }),
} satisfies InputDefinitions

const outputs = {
  'rolled-back':
    '`true` where the cluster has the last verified revision again, and must be tested. Of `cluster` and `staging-trial`.',
  commit: 'The commit of this repository that the cluster, or main, was rolled back to.',
  request: 'What was asked for and allowed, as JSON, for `cluster` and `revert`. Of `start`.',
  clusters: 'JSON list of the clusters to roll back, for a matrix. Of `start`.',
  'html-url': 'Address of the revert pull request, or of the issue that stands for it; of `start` that of the freeze.',
} satisfies OutputDefinitions

export const definition = {
  name: 'rollback',
  description:
    'Rolls every cluster that a failed deploy touched back to its last verified revision, and reverts git and upstream; also by hand',
  modes,
  inputs,
  outputs,
} satisfies ActionDefinition<InputDefinitions, OutputDefinitions>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
