import type { Definition } from '../../shared/action/action.js'
import { choice, type Inputs, type Outputs, secret, text } from '../../shared/action/inputs.js'
import { tiers } from '../../shared/policy/types.js'

const inputs = {
  mode: choice(
    {
      description:
        'What to do: `plan` (may this commit be deployed, and where), `deploy` (one cluster), `record` (write how it ended), `approve` (count the words of two operators for an adoption), `adopt` (take over what is deployed by hand), `dry-run` (ask one cluster whether it would take this commit), `retest` (start the newest deploy again where its smoke test was no clean pass), `ungated` (keep the issue about commits that came in without the gate); and for a rehearsal on staging `stage-plan` (may this pull request be rehearsed), `stage` (bring one staging cluster to it), `stage-record` (write how that ended), `make-way` (end it, before a deploy).',
      required: true,
    },
    [
      'plan',
      'deploy',
      'record',
      'approve',
      'adopt',
      'dry-run',
      'retest',
      'ungated',
      'stage-plan',
      'stage',
      'stage-record',
      'make-way',
    ],
  ),
  cluster: text({
    description: 'Name of the cluster in the policy. Not for `plan`, `retest`, `ungated`, `stage-plan` and `make-way`.',
  }),
  kubeconfig: secret(
    {
      description:
        "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment. For `deploy`, `adopt` and `stage`; for `dry-run` best one that may only ask.",
    },
    'kubeconfig',
  ),
  token: secret({
    description:
      "Token for this repository: the job's own one, which reads, and under a pull request keeps the plan's comment; for `record`, `approve`, `ungated`, `stage-plan` and `stage-record` the gate App's. For `retest` with `actions: write` and `issues: write`, for `make-way` with `actions: write`.",
    required: true,
  }),
  'actions-token': secret({
    description:
      "Token that starts the gate once a rehearsal is recorded: the job's own, with `actions: write`. For `stage-record`.",
  }),
  'upstream-token': secret({
    description: 'Token that reads private upstream repositories. For `plan`, `retest` and `ungated`.',
  }),
  'kubernetes-version': text({
    description:
      'Kubernetes version that the clusters have or will have, as `1.35`: for `plan` and `dry-run` to render with, and to find APIs that it removed.',
  }),
  'upgrade-to': text({
    description:
      'For `dry-run` of a change that takes Kubernetes to another version: to which. Then nodes, kubectl and Helm have to go together with it.',
  }),
  commit: text({
    description:
      "For `plan` and `dry-run`: a pull request's commit (40 hex digits) to look at, beside the default branch that is checked out. Its files are read as data.",
  }),
  plan: text({
    description:
      'Output `plan` of the job with mode `plan`, `approve` or `stage-plan`. For `deploy`, `adopt`, `stage` and `stage-record`.',
  }),
  result: text({
    description:
      'Output `encoded-result` (or `result`) of the deploy or rollback job, empty where it has none. For `record`.',
  }),
  'smoke-result': text({
    description: 'Output `encoded-result` (or `result`) of smoke-test, empty where it has none. For `record`.',
  }),
  tier: choice(
    {
      description:
        'Output `tier` of the job with mode `plan`: a `T3` goes to one cluster after the other, and is watched afterwards. For `deploy` and `record`.',
      default: '',
    },
    ['', ...tiers],
  ),
  'pull-request': text({ description: 'Number of the pull request to rehearse. For `stage-plan`.' }),
  head: text({ description: 'Its newest commit (40 hex digits), as it was looked at. For `stage-plan`.' }),
  digest: text({
    description: 'What it changes, as the gate computed it; empty for whatever it changes now. For `stage-plan`.',
  }),
  jobs: text({
    description:
      'How the jobs before ended, `toJSON(needs)`: a result that did not arrive is no failure. For `record` and `stage-record`.',
  }),
  workflow: text({
    description: 'File name of the workflow that deploys, beside which nothing is rehearsed. For `stage`.',
    default: 'deploy.yml',
  }),
} satisfies Inputs

const outputs = {
  plan: 'The plan as JSON, for the deploy jobs of the same run; after `approve`, for the adoption; after `stage-plan`, for the rehearsal.',
  approved: '`true` where a second operator has said the word. Of `approve`.',
  staging: 'JSON list of the clusters in wave `staging`, for a matrix.',
  canary: 'JSON list of the clusters in wave `canary`.',
  prime: 'JSON list of the clusters in wave `prime`.',
  rest: 'JSON list of the clusters in wave `rest`.',
  clusters: 'JSON list of all clusters in wave order, for the way back; after `stage-plan` of the staging ones.',
  changed: '`true` where something has to be deployed, or was, or a deploy was started again.',
  tier: 'The highest tier of what is deployed, `T0` to `T3`; empty where nothing but proven changes is.',
  affected: 'JSON list of the clusters, in wave order, that get other manifests or values.',
  ungated:
    '`true` where mode `ungated` has something to do: commits without the gate stand, or did until now. Of `plan`.',
  facts:
    'JSON: for every cluster what changes, restarts and is dangerous; no secrets, no diffs, at most 400,000 characters.',
  rendered:
    'JSON: what `commit` changes on every cluster, for infra-change-gate; no secrets, no diffs, at most 100,000 bytes.',
  comment: 'The plan in Markdown, as the comment on a pull request has it; at most 65,000 bytes.',
} satisfies Outputs

export const definition = {
  name: 'helm-deploy',
  description: 'Plans a deploy, deploys one cluster with Helm and says why it failed, records how it ended.',
  inputs,
  outputs,
  post: true,
} satisfies Definition<Inputs, Outputs>

export type Io = { inputs: typeof inputs; outputs: typeof outputs }
