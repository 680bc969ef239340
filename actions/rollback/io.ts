import type { Definition } from '../../shared/action/action.js'
import { choice, duration, type Inputs, type Outputs, secret, text } from '../../shared/action/inputs.js'

const inputs = {
  part: choice(
    {
      description:
        "What to bring back: `clusters` (one cluster, in a job with its key; once for each) or `git` (the deploy repo and upstream, in a job with the gate App's token, afterwards).",
      required: true,
    },
    ['clusters', 'git'],
  ),
  cluster: text({ description: 'Name of the cluster in the policy. For `clusters`.' }),
  kubeconfig: secret({
    description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment. For `clusters`.",
  }),
  token: secret({
    description: "Token for this repository: for `clusters` the job's own one, which reads; for `git` the gate App's.",
    required: true,
  }),
  jobs: text({
    description:
      'How the jobs of this run ended, `toJSON(needs)`. Only asked while GitHub does not answer: the clusters go back all the same. For `clusters`.',
  }),
  'upstream-token': secret({
    description:
      'Token of the gate App for the upstream repositories, where it opens an issue. For `git`, which without it does all the rest.',
  }),
  wait: duration({ description: "How long the gate's check of the revert is waited for. For `git`.", default: '10m' }),
} satisfies Inputs

const outputs = {
  'rolled-back': '`true` where the cluster has the last verified revision again, and must be tested. Of `clusters`.',
  commit: 'The commit of this repository that the cluster, or main, went back to.',
  url: 'Address of the revert pull request, or of the issue that stands for it. Of `git`.',
} satisfies Outputs

export const definition = {
  name: 'rollback',
  description:
    'Brings every cluster that a failed deploy touched back to its last verified revision, and git and upstream with it',
  inputs,
  outputs,
  post: true,
} satisfies Definition<Inputs, Outputs>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
