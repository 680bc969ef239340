import { appInputs, type InputDefinition, secretInput, textInput } from '../../shared/action/inputs.js'
import { modeInput } from '../../shared/action/modes.js'
import type { ActionDefinition } from '../../shared/runtime/action.js'

const modes = {
  request: { does: 'Opens the issue of a change that an operator asks for by the form.', needs: ['change-request'] },
  command: { does: "Carries out the command in a comment under a change's issue." },
  inspect: {
    does: 'Reads how the cluster is, in a job with its key.',
    needs: ['request', 'kubeconfig'],
  },
  'record-inspection': {
    does: 'Records what was observed.',
    needs: ['request'],
    takes: ['observation', 'inspect-result'],
  },
  'record-soak': {
    does: 'Keeps the issue about a cluster that is unhealthy in the day after a merged dangerous change.',
    needs: ['request'],
    takes: ['observation', 'inspect-result'],
  },
  reconcile: { does: 'Names the clusters that soak after a dangerous change, for the jobs that test them.' },
} as const

export const definition = {
  name: 'external-change',
  description:
    'Takes a change that is made outside the repository through the same tiers and evidence as a pull request',
  modes,
  inputs: {
    mode: modeInput(modes),
    ...appInputs('the gate App'),
    token: secretInput({
      description:
        "Token of the gate App on the deploy repo (checks: read, contents: read, deployments: write, issues: write; see Permissions). For `inspect` the job's own.",
    }),
    'change-request': textInput({ description: 'The form as JSON: `toJSON(inputs)`.' }),
    request: textInput({
      description:
        'Output `request` of the first job. For `record-soak`: the part of the cluster of its output `requests`.',
    }),
    kubeconfig: secretInput(
      { description: "Content of a kubeconfig file: the secret KUBECONFIG of the cluster's environment." },
      'kubeconfig',
    ),
    observation: textInput({
      description:
        'Output `observation` of the job that inspected the cluster; for `record-soak`: output `encoded-result` (or `result`) of its smoke-test. Empty where it could not.',
    }),
    'inspect-result': textInput({
      description:
        'How the job that inspected the cluster ended, `needs.<job>.result`. What it observed may be lost although it succeeded.',
    }),
  },
  outputs: {
    request: 'What the job with the cluster key is asked to inspect, as JSON; empty where nothing.',
    cluster: 'Which cluster that is.',
    'soak-clusters':
      'Of `reconcile`: JSON list of the clusters that soak after a merged dangerous change; empty where none does.',
    requests: 'With it, for each of these by its name: which change, and what is deployed there, as JSON.',
    observation: 'Of `inspect`: what it observed, for the input `observation` in another job.',
  },
  encoded: ['observation'],
} as const satisfies ActionDefinition<Record<string, InputDefinition<string>>, Record<string, string>>
