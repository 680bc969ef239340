import type { Definition } from '../../shared/action/action.js'
import { choice, duration, flag, type Inputs, type Outputs, secret, text } from '../../shared/action/inputs.js'

const inputs = {
  part: choice(
    {
      description:
        "What to bring back: `clusters` (one cluster, in a job with its key; once for each) or `git` (the deploy repo and upstream, in a job with the gate App's token, afterwards). `staged`: a staging cluster, back from what was rehearsed there. Before them, by hand: `begin` (who may, where to; a freeze). Afterwards: `settle` (whatever is left to do), and upstream, started by the issue there: `upstream` (opens the revert).",
      required: true,
    },
    ['clusters', 'staged', 'git', 'begin', 'settle', 'upstream'],
  ),
  cluster: text({
    description: 'Name of the cluster in the policy. For `clusters` and `staged`; for `begin` also `all`.',
  }),
  kubeconfig: secret(
    {
      description:
        "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment. For `clusters` and `staged`.",
    },
    'kubeconfig',
  ),
  token: secret({
    description:
      "Token for this repository: for `clusters`, `staged` and `upstream` the job's own one, for the others the gate App's.",
    required: true,
  }),
  jobs: text({
    description:
      'How the jobs of this run ended, `toJSON(needs)`. Only asked while GitHub does not answer: the clusters go back all the same. For `clusters`.',
  }),
  'upstream-token': secret({
    description:
      'Token of the gate App for the upstream repositories, where it opens an issue. For `git` and `settle`, which without it do all the rest; for `begin` only where those are private.',
  }),
  'bump-token': secret({
    description:
      "Token of the bump App for this repository (contents: write, pull-requests: write). Without it the job's own token opens the revert, and its workflow runs wait for an approval. For `upstream`.",
  }),
  'runs-token': secret({
    description: "The job's own token: for `begin` with `actions: write`, for `settle` with `actions: read`.",
  }),
  order: text({
    description: 'Output `order` of `begin`, empty after a deploy that failed. For `clusters` and `git`.',
  }),
  target: text({
    description:
      'What to go back to: `verified` (the last commit that is verified), `previous` (the last one with something else than main), or the first digits of a verified commit. For `begin`.',
    default: 'verified',
  }),
  reason: text({ description: 'Why, in words: both repositories tell it. For `begin`.' }),
  'only-show': flag({ description: 'Shows what would change, and does nothing. For `begin`.', default: 'false' }),
  workflow: text({
    description: 'File name of the workflow that deploys, whose active run is cancelled. For `begin`.',
    default: 'deploy.yml',
  }),
  issue: text({ description: 'Number of the issue that asks for the revert. For `upstream`.' }),
  'gate-bot': text({
    description:
      "User id of the gate App's bot, `apps.gate.bot` of the policy: only its issues are believed. For `upstream`.",
  }),
  wait: duration({
    description:
      "How long the gate's check of the revert is waited for; in `begin` for the active deploy's end, before it is forced.",
    default: '10m',
  }),
} satisfies Inputs

const outputs = {
  'rolled-back':
    '`true` where the cluster has the last verified revision again, and must be tested. Of `clusters` and `staged`.',
  commit: 'The commit of this repository that the cluster, or main, went back to.',
  order: 'What was asked for and allowed, as JSON, for `clusters` and `git`. Of `begin`.',
  clusters: 'JSON list of the clusters that go back, for a matrix. Of `begin`.',
  url: 'Address of the revert pull request, or of the issue that stands for it; of `begin` that of the freeze.',
} satisfies Outputs

export const definition = {
  name: 'rollback',
  description:
    'Brings every cluster that a failed deploy touched back to its last verified revision, and git and upstream with it; also by hand',
  inputs,
  outputs,
  post: true,
} satisfies Definition<Inputs, Outputs>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
